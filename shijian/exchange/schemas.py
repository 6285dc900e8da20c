"""What goes over the wire. Every text and number is bounded: what does not fit is refused before the database sees it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from shijian.events.choices import Source
from shijian.grid.rules.datum import Datum

NO_NUL = r"^[^\u0000]*$"  # PostgreSQL keeps no NUL character
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
AreaCode = Annotated[str, Field(pattern=r"^[0-9]{0,12}$")]
Number = Annotated[str, Field(pattern=r"^SJ[0-9]{4}-[0-9]{6,9}$")]
Key = Annotated[str, Field(pattern=r"^[!-~]{8,64}$")]
Cursor = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,160}$")]
Limit = Annotated[int, Field(ge=1, le=200)]


LedgerName = Annotated[str, Field(pattern=r"^(codes|areas|entities|staff)$")]


def text(longest: int, *, shortest: int = 0) -> Any:
    return Field(min_length=shortest, max_length=longest, pattern=NO_NUL)


class EventIn(Schema):
    """A finding reported by another system. `lon` and `lat` come together, in degrees of the datum named."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(None, description="来源系统自编的 UUID；不填时由令牌和 Idempotency-Key 得出")
    kind: Code = Field(description="事项代码，见 /kinds")
    source: Source = Field(Source.INTERFACE, description="来源")
    description: Annotated[str, text(2000, shortest=1)] = Field(description="情况说明")
    lon: Lon | None = None
    lat: Lat | None = None
    datum: Datum = Field(Datum.WGS84, description="经纬度所用坐标系")
    accuracy_m: Annotated[int, Field(ge=0, le=100_000)] | None = Field(None, description="定位误差，米")
    street_system: Annotated[str, text(20)] = Field("", description="部门网格体系，如 综治；没有经纬度时用")
    street_grid: Annotated[str, text(40)] = Field("", description="该体系的网格编码")
    address: Annotated[str, text(200)] = ""
    credit_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{18}$")] | None = Field(
        None, description="涉及主体的统一社会信用代码"
    )
    outside_no: Annotated[str, text(60)] = Field("", description="来源系统的编号")
    discovered_at: AwareDatetime | None = Field(None, description="发现时间，须带时区；不填即现在")

    @model_validator(mode="after")
    def _lon_with_lat(self) -> "EventIn":
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon 和 lat 须同时填写")
        return self


class Place(Schema):
    lon: float
    lat: float


class EventOut(Schema):
    id: UUID
    number: str
    kind: str
    kind_name: str
    source: str
    state: str
    state_name: str
    description: str
    area_code: str
    place: Place | None
    address: str
    outside_no: str
    discovered_at: datetime
    reported_at: datetime
    respond_by: datetime | None
    due_on: str | None
    due_at: datetime | None
    closed_at: datetime | None


class Events(Schema):
    items: list[EventOut]
    next: str = Field(description="下一页的 after；空即末页")


class EntityOut(Schema):
    id: UUID
    name: str
    kind: str
    credit_code: str
    registration_no: str
    industry_code: str
    status: str
    address: str
    area_code: str
    place: Place | None
    tags: list[str]
    source: str
    updated_at: datetime


class Entities(Schema):
    items: list[EntityOut]
    next: str


class KindOut(Schema):
    code: str
    group: str
    name: str
    basis: str
    limit: str
    respond_hours: int
    wants_certificate: bool
    is_active: bool


class NodeOut(Schema):
    code: str
    name: str
    level: str
    parent: str | None
    unit: str


class Nodes(Schema):
    items: list[NodeOut]
    next: str


class LedgerOut(Schema):
    """One of the four ledgers: the columns by their names on paper, each row as text."""

    name: str
    columns: list[str]
    items: list[dict[str, str]]
    next: str


class Link(Schema):
    code: str
    name: str
    level: str
    title: str
    chief: str
    phone: str


class ResponsibleOut(Schema):
    on: str
    code: str
    chain: list[Link]


class FieldProblem(Schema):
    where: str = Field(description="body、query、path 或 header")
    field: str
    reason: str


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    article: str = ""
    errors: list[FieldProblem] = []
