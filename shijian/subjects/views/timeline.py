"""One timeline of everything that happened to an entity, and to those merged into it."""

from collections.abc import Sequence

from django.db.models import Count, Q
from django.urls import reverse

from shijian.core.pages import Moment, Picture

from ..choices import Verb
from ..models import Check, Entity, EntityChange, Merger
from ..models.change import FIELDS

SHOWN = 50
# The check and the merger themselves say what they changed.
TOLD_OTHERWISE = Q(source=Verb.CHECKED.label) | Q(source__startswith="合并 ") | Q(source__startswith="撤销合并 ")


def moments_of(entities: Sequence[Entity], mergers: Sequence[Merger], told: Sequence[Moment]) -> list[Moment]:
    """What this module knows and what others have `told`, newest first."""
    moments = [
        Moment(change.at, change.source, by=change.by_name, text=change.text, icon="edit")
        for change in EntityChange.objects.filter(entity__in=entities).exclude(TOLD_OTHERWISE)[:SHOWN]
    ]
    checks = Check.objects.filter(entity__in=entities).select_related("by__unit")
    moments += [_of_check(check) for check in checks.annotate(photo_count=Count("photos"))[:SHOWN]]
    for merger in mergers:
        moments.append(
            Moment(
                merger.at, f"并入 {merger.absorbed.name}", by=merger.by.name, text=_of_merger(merger), icon="git-merge"
            )
        )
        if merger.undone_at and merger.undone_by:
            moments.append(
                Moment(
                    merger.undone_at, f"撤销并入 {merger.absorbed.name}", by=merger.undone_by.name, icon="arrow-back-up"
                )
            )
    for entity in entities:
        moments.append(Moment(entity.updated_at, "最近更新", text=f"来源：{entity.source}", icon="database"))
    return sorted([*moments, *told], key=lambda moment: moment.at, reverse=True)


def _of_merger(merger: Merger) -> str:
    names = [FIELDS[name].verbose_name for name in merger.taken if name not in {"location_source", "area_code"}]
    return f"{merger.reason}\n取用：{'、'.join(names)}" if names else merger.reason


def _of_check(check: Check) -> Moment:
    if check.found == check.before:
        text = f"仍为{check.get_found_display()}"
    else:
        text = f"{check.get_before_display()} → {check.get_found_display()}"
    shown = []
    for number in range(check.photo_count):  # type: ignore[attr-defined]
        thumb, display = (
            reverse("subjects:photo", args=[check.entity_id, check.pk, number, variant])
            for variant in ("thumb", "display")
        )
        shown.append(Picture(thumb, display, f"现场照片 {number + 1}"))
    note = f"\n{check.note}" if check.note else ""
    return Moment(
        check.at, "现场核实", by=check.by.name, unit=check.by.unit.name, text=text + note, icon="camera", photos=shown
    )
