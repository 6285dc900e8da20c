from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, SpGistIndex
from django.db import models
from django.utils.timezone import get_current_timezone, localdate

from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet
from shijian.core.sealed import SealedTextField, print_of

from ..choices import ChainLink, EntityKind, EntityStatus, LocationSource, Tag
from ..rules.staleness import is_stale, stale_before
from .fields import PointField
from .industry import Industry


class EntityQuerySet(ScopedQuerySet["Entity"]):
    def shown(self) -> "EntityQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)

    def active(self) -> "EntityQuerySet":
        """Entities that count for the coverage of the grid: not closed, not revoked, not merged into another."""
        return self.shown().exclude(status__in=[EntityStatus.CLOSED, EntityStatus.REVOKED])

    def stale(self, on: date) -> "EntityQuerySet":
        """Active entities that neither a file nor a visit has confirmed for long."""
        before = stale_before(on)
        unseen = models.Q(checked_on=None) | models.Q(checked_on__lt=before)
        return self.active().filter(unseen, updated_at__lt=datetime.combine(before, time(), get_current_timezone()))

    def at_link(self, link: str) -> "EntityQuerySet":
        """Those at a link of the chain: told by hand, else by their industry."""
        linked = Industry.objects.exclude(chain_link=ChainLink.NONE)
        if link == ChainLink.NONE:
            by_industry = ~models.Q(industry_code__in=linked.values("code"))
        else:
            by_industry = models.Q(industry_code__in=linked.filter(chain_link=link).values("code"))
        return self.filter(models.Q(chain_link=link) | models.Q(by_industry, chain_link=""))

    def unbound(self) -> "EntityQuerySet":
        return self.active().filter(area_code="")


class Entity(models.Model):
    """A market entity under supervision. `identity` (credit code, else registration number, else source and key) is
    what imports recognise it by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    identity = models.CharField("识别号", max_length=80)
    kind = models.CharField("主体类型", max_length=24, choices=EntityKind)
    name = models.CharField("名称", max_length=200)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    registration_no = models.CharField("注册号", max_length=15, blank=True, default="")
    industry_code = models.CharField("行业代码", max_length=4, blank=True, default="")
    # Told by hand; "" = as the industry has it, so that imports neither need nor undo it.
    chain_link = models.CharField("环节", max_length=12, choices=ChainLink, blank=True, default="", db_default="")
    status = models.CharField("经营状态", max_length=12, choices=EntityStatus, default=EntityStatus.OPERATING)
    address = models.CharField("住所（经营场所）", max_length=300, blank=True, default="")
    location_wgs84 = PointField("位置", null=True)
    location_source = models.CharField("位置来源", max_length=10, choices=LocationSource, default=LocationSource.NONE)
    tags = ArrayField(models.CharField(max_length=20, choices=Tag), verbose_name="重点对象", default=list)
    established_on = models.DateField("成立日期", null=True, blank=True)
    scope_text = models.TextField("经营范围", blank=True, default="")
    phone = SealedTextField("联系电话", max_length=20, blank=True, default="", db_default="")
    phone_print = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )  # `sealed.print_of`
    source = models.CharField("数据来源", max_length=60)
    content_hash = models.CharField(max_length=32, editable=False)
    row_print = models.BigIntegerField("来源行指纹", null=True, editable=False)
    updated_at = models.DateTimeField("更新时间")
    checked_on = models.DateField("最近核实", null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed", verbose_name="并入")

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name = "经营主体"
        constraints = [models.UniqueConstraint(fields=["bureau_code", "identity"], name="entity_identity_once")]
        indexes = [
            models.Index(fields=["bureau_code", "area_code", "name", "id"], name="entity_by_area"),
            models.Index(fields=["bureau_code", "name", "id"], name="entity_by_name"),
            models.Index(fields=["bureau_code", "updated_at", "id"], name="entity_by_update"),
            models.Index(fields=["credit_code"], name="entity_by_credit_code"),
            models.Index(fields=["registration_no"], name="entity_by_registration"),
            models.Index(fields=["phone_print"], name="entity_by_phone", condition=~models.Q(phone_print="")),
            SpGistIndex(fields=["location_wgs84"], name="entity_by_place"),
            GinIndex(fields=["tags"], name="entity_by_tag"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """The print goes with the phone."""
        if update_fields is None or "phone" in update_fields:
            self.phone_print = print_of(self.phone)
            update_fields = None if update_fields is None else [*update_fields, "phone_print"]
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def lon(self) -> float | None:
        return self.location_wgs84[0] if self.location_wgs84 else None

    @property
    def lat(self) -> float | None:
        return self.location_wgs84[1] if self.location_wgs84 else None

    def is_stale(self, on: date) -> bool:
        """Whether nothing has confirmed the record for long; the list has the same answer."""
        return is_stale(self.status, self.checked_on, localdate(self.updated_at), on)

    @property
    def tag_names(self) -> list[str]:
        return [str(Tag(tag).label) for tag in self.tags]
