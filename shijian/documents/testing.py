"""A record to hang papers on, and papers in a given state: for the tests of this module and those above."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.models import EnforcementCertificate, User
from shijian.accounts.testing import BUREAU, Cast
from shijian.core import deadlines, records
from shijian.core.ids import new_id
from shijian.core.records import Record

from . import queries, services
from .models import Office, Paper

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Beijing
KIND = "shop"
FACTS = {
    "party_name": "西安市灞桥区禾丰食品店",
    "party_credit_code": "92610111MA6TEST001",
    "party_address": "纺东街88号",
}


@dataclass
class Desk:
    """The cast, a shop whose facts the test may change, and the forms."""

    cast: Cast
    key: UUID = field(default_factory=new_id)
    facts: dict[str, Any] = field(default_factory=lambda: dict(FACTS))

    @property
    def record(self) -> Record:
        return Record(KIND, self.key, "D001", "禾丰食品店", "/", BUREAU, "050101", self.facts)

    def begin(self, form: str = "produce_materials_notice", by: User | None = None, now: datetime = NOW) -> Paper:
        version = queries.form_version(form, localdate(now), BUREAU)
        return services.begin(self.record, version, by=by or self.cast.chief, now=now)

    def complete(self, form: str = "produce_materials_notice", now: datetime = NOW, **data: Any) -> Paper:
        """A draft with the form's sample in it."""
        paper = self.begin(form, now=now)
        sample = dict(paper.form_version.content["sample"])
        return services.write(
            paper, {**sample, **paper.data, "officers": sample.get("officers"), **data}, by=self.cast.chief, now=now
        )

    def approved(self, form: str = "produce_materials_notice", now: datetime = NOW, **data: Any) -> Paper:
        return services.approve(self.complete(form, now=now, **data), by=self.cast.station_head, now=now)


def build_desk(cast: Cast) -> Desk:
    """The shipped forms and periods, an office, a certificate for the chief, and a kind of record called "shop"."""
    deadlines.load_time_limits()
    services.load_forms(today=localdate(NOW))
    Office.objects.create(
        bureau_code=BUREAU, bureau_name="灞桥区市场监督管理局", short_name="灞桥", government="西安市灞桥区人民政府",
        court="西安铁路运输法院", bank="某银行灞桥支行", office_address="纺织城正街1号", office_phone="029-00000002",
    )  # fmt: skip
    EnforcementCertificate.objects.create(
        user=cast.chief,
        number="27010100001",
        organ="灞桥区人民政府",
        field="市场监管",
        valid_from="2025-01-01",
        valid_until="2029-12-31",
    )
    desk = Desk(cast)
    records.register(records.RecordKind(KIND, "商铺", lambda user, key: _found(desk, user, key)))
    return desk


def _found(desk: Desk, user: User | None, key: UUID) -> Record | None:
    """Within the area the person's grants reach, as the door of a real record does."""
    reaches = user is None or any(desk.record.area_code.startswith(prefix) for prefix in user.reach())
    return desk.record if key == desk.key and reaches else None
