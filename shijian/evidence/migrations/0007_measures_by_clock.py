"""The limits of measures become clocks of `deadlines`: what stands in the columns is taken over as it is."""

from datetime import datetime, time

import django.db.models.deletion
from django.db import migrations, models
from django.utils.timezone import localdate, make_aware

from shijian.core.ids import new_id

KEYS = {"preservation": "evidence_preservation", "sealing": "seizure", "detention": "seizure"}
NAMES = {"evidence_preservation": "先行登记保存", "seizure": "查封扣押期限", "urgent_approval": "当场措施补批"}
KINDS = {"preservation": "先行登记保存", "sealing": "查封", "detention": "扣押"}
WHY = "由措施登记的期限转入"


def take_over(apps, schema_editor):
    measures = apps.get_model("evidence", "Measure")
    for measure in measures.objects.exclude(started_on=None).iterator(chunk_size=500):
        ended = localdate(measure.ended_at) if measure.ended_at else None
        clock = _clock(apps, measure, KEYS[measure.kind], measure.started_on, measure.due_on, ended)
        if measure.extended_on:
            apps.get_model("deadlines", "Extension").objects.create(
                clock=clock, amount=measure.extension_days, unit="cd", approver="bureau_leader",
                approved_by_name="局负责人", document=f"{measure.number} 延长审批",
                by_id=measure.decided_by_id or measure.applied_by_id,
                at=make_aware(datetime.combine(measure.extended_on, time())),
            )  # fmt: skip
        measure.clock = clock
        if measure.approve_by:
            decided = localdate(measure.decided_at) if measure.decided_at else ended
            due = localdate(measure.approve_by)
            measure.approval_clock = _clock(
                apps, measure, "urgent_approval", measure.started_on, due, decided, due_at=measure.approve_by
            )
        measure.save(update_fields=["clock", "approval_clock"])


def _clock(apps, measure, key, start, due, ended, due_at=None):
    limits = apps.get_model("core", "TimeLimit").objects.filter(key=key)
    limit = (
        limits.filter(valid_from__lte=start).order_by("-valid_from").first() or limits.order_by("valid_from").first()
    )
    clock = apps.get_model("deadlines", "Clock").objects.create(
        id=new_id(),
        bureau_code=measure.bureau_code,
        area_code=measure.area_code,
        record_kind="measure",
        record_id=measure.pk,
        record_number=measure.number,
        record_title=f"{KINDS[measure.kind]} {measure.party_name}"[:120],
        record_url=f"/evidence/measures/{measure.pk}/",
        rule_key=key,
        rule_from=limit.valid_from if limit else start,
        name=limit.name if limit else NAMES[key],
        citation=limit.citation if limit else measure.basis,
        unit=limit.unit if limit else "",
        start_event=limit.starts_on_name if limit else "采取措施",
        start_on=start,
        start_at=measure.applied_at if due_at else None,
        responsible_id=measure.officer_id,
        due_on=due,
        due_at=due_at,
        warn_on=due,
        window_first=start,
        window_last=due,
        is_plain=not (measure.extended_on and not due_at),
        state="done" if ended else "running",
        ended_on=ended,
        started_by_id=measure.applied_by_id,
        started_at=measure.applied_at,
        note=WHY,
    )
    apps.get_model("deadlines", "Change").objects.create(
        clock=clock, new_due_on=due, why=WHY, by_id=measure.applied_by_id, at=measure.applied_at
    )
    return clock


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_core_tables"),
        ("deadlines", "0001_clocks_ladder_feeds"),
        ("evidence", "0006_handover_proof"),
    ]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="approval_clock",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deadlines.clock",
                verbose_name="补办批准期限",
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="clock",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deadlines.clock",
                verbose_name="期限",
            ),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
