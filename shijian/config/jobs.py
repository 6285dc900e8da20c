from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from . import archive, log_archive

PLACE = log_archive.folder()

if PLACE:

    @app.periodic(cron="* * * * *")
    @app.task(queueing_lock="config.keep_files", lock="config.keep_files", pass_context=False)
    def keep_files(timestamp: int) -> None:
        """What is not in the database follows into the archive within a minute."""
        archive.keep_files(Path(settings.HOME), PLACE or Path())
