"""What keeps the queue itself going."""

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

MORE_THAN_ONCE = 5


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="core.retry_stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:
    """Start again the jobs of a worker that was killed: they would stay in progress, and hold their locks, for ever.

    A job that ended five workers is failed instead, so that it does not end the next.
    """
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts >= MORE_THAN_ONCE:
            await app.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=False)  # type: ignore[arg-type]
        else:
            await app.job_manager.retry_job(job)
