"""A record made on the spot, settled, with the sound that supports it: on the first demo event that has one."""

from datetime import datetime

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import records
from shijian.documents import queries
from shijian.documents import services as documents
from shijian.evidence import services as evidence
from shijian.evidence.models import Item
from shijian.evidence.queries import papers_of


def play(staff: dict[str, User], *, now: datetime) -> None:
    """Nothing when there is no recording."""
    sound = Item.objects.filter(medium="audio").select_related("officer").order_by("captured_at", "pk").first()
    if sound is None:
        return
    record = records.record_for(None, sound.record_kind, sound.record_id)
    for form in ("inquiry_record", "property_list"):
        version = queries.form_version(form, localdate(now), record.bureau_code)
        draft = documents.begin(record, version, by=sound.officer, now=now)
        sample = dict(version.content["sample"])
        filled = documents.write(
            draft, {**sample, **draft.data, "officers": sample["officers"]}, by=sound.officer, now=now
        )
        documents.settle(filled, by=sound.officer, now=now)
    papers = [paper for paper in papers_of(record) if paper.form == "inquiry_record"]
    evidence.bind(sound, papers, first_second=1, last_second=3, remark="告知权利义务", by=sound.officer, now=now)
