from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import KeyPlace, SealKind, SealState
from ..rules import SealFacts


class Seal(models.Model):
    """A seal of the bureau: what it looks like, who keeps it, whether it is in use. Never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    kind = models.CharField("种类", max_length=12, choices=SealKind)
    organ = models.CharField("单位名称", max_length=24)
    line = models.CharField("用途文字", max_length=12, blank=True, default="")
    diameter_mm = models.DecimalField("直径（毫米）", max_digits=4, decimal_places=1, default=42)
    artwork = models.TextField("印模", editable=False)
    keeper = models.ForeignKey(User, models.PROTECT, related_name="kept_seals", verbose_name="保管人")
    deputy = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name="保管人 B 角"
    )
    in_use_from = models.DateField("启用日期")
    in_use_until = models.DateField("使用期至", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=SealState, default=SealState.ACTIVE)
    state_reason = models.CharField("原因", max_length=200, blank=True, default="")
    state_at = models.DateTimeField("状态时间")

    class Meta:
        verbose_name = "印章"
        ordering = ["bureau_code", "organ", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "organ", "line"],
                condition=~Q(state=SealState.DESTROYED),
                name="one_seal_of_a_name",
            ),
            models.CheckConstraint(
                condition=Q(state=SealState.ACTIVE) | ~Q(state_reason=""), name="seal_state_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(in_use_until__isnull=True) | Q(in_use_until__gte=models.F("in_use_from")),
                name="seal_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ}{self.line or '印章'}"

    @property
    def keepers(self) -> set[object]:
        return {key for key in (self.keeper_id, self.deputy_id) if key}

    @property
    def facts(self) -> SealFacts:
        return SealFacts(
            str(self), self.bureau_code, self.state, self.state_reason, self.in_use_from, self.in_use_until
        )


class SealKey(models.Model):
    """A certificate a seal is pressed with; the key itself lies in the vault or on a token, never here."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="keys", verbose_name="印章")
    name = models.CharField("密钥名称", max_length=60, unique=True)
    place = models.CharField("存放", max_length=8, choices=KeyPlace, default=KeyPlace.VAULT)
    token = models.CharField("密码设备标签", max_length=32, blank=True, default="")
    label = models.CharField("密钥标签", max_length=60, blank=True, default="")
    algorithm = models.CharField("算法", max_length=8)
    certificate = models.BinaryField("证书")
    issuer = models.CharField("发证机构", max_length=120)
    serial = models.CharField("证书序列号", max_length=60)
    valid_from = models.DateTimeField("有效期自")
    valid_until = models.DateTimeField("有效期至")
    added_at = models.DateTimeField("登记时间")
    retired_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "印章证书"
        ordering = ["-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["seal"], condition=Q(retired_at__isnull=True) & ~Q(algorithm="sm2"), name="one_key_in_use"
            ),
            models.UniqueConstraint(
                fields=["seal"], condition=Q(retired_at__isnull=True, algorithm="sm2"), name="one_sm2_key_in_use"
            ),
            models.CheckConstraint(
                condition=~Q(place=KeyPlace.TOKEN) | (~Q(token="") & ~Q(label="")), name="key_on_a_token_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name
