from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.core.scope import ScopedQuerySet

from ..choices import Role


class SignatureRequest(models.Model):
    """A paper laid before people to be signed by hand on a screen: which bytes, for which record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.CharField("关联记录种类", max_length=20, blank=True, default="")
    record_id = models.UUIDField("关联记录", null=True)
    subject = models.CharField("文书编号", max_length=80, blank=True, default="")
    title = models.CharField("文件名称", max_length=120)
    document = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    digest = models.CharField("SHA-256", max_length=64)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    asked_at = models.DateTimeField("发起时间")
    signed = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, verbose_name="签名文件")
    completed_at = models.DateTimeField("签完时间", null=True)

    objects = ScopedQuerySet["SignatureRequest"].as_manager()

    class Meta:
        verbose_name = "手写签名"
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["record_kind", "record_id"], name="signing_record")]

    def __str__(self) -> str:
        return self.title


class Slot(models.Model):
    """A place for one person's signature: who, in what role, where on the paper (millimetres from the upper left)."""

    request = models.ForeignKey(SignatureRequest, models.PROTECT, related_name="slots", verbose_name="签名")
    place = models.PositiveSmallIntegerField("顺序")
    role = models.CharField("身份", max_length=12, choices=Role)
    signer = models.CharField("签名人", max_length=40)
    page = models.SmallIntegerField("页")
    x_mm = models.DecimalField("左", max_digits=5, decimal_places=1)
    y_mm = models.DecimalField("上", max_digits=5, decimal_places=1)
    width_mm = models.DecimalField("宽", max_digits=5, decimal_places=1)
    height_mm = models.DecimalField("高", max_digits=5, decimal_places=1)
    again = models.JSONField("其余签名处", default=list)  # [page, x, y, width, height] in millimetres, as on every page
    dates = models.JSONField("日期处", default=list)

    class Meta:
        verbose_name = "签名位置"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["request", "place"], name="one_slot_of_a_place")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.signer}"


class Signature(models.Model):
    """A signature given or refused: bound to the paper's hash, append-only (a trigger of the database sees to it)."""

    slot = models.OneToOneField(Slot, models.PROTECT, related_name="signature", verbose_name="位置")
    digest = models.CharField("文件 SHA-256", max_length=64)
    is_refused = models.BooleanField("拒绝签名", default=False)
    strokes = models.JSONField("笔迹", default=list)
    picture = models.BinaryField("签名图像", null=True)
    picture_sha256 = models.CharField("签名图像 SHA-256", max_length=64, blank=True, default="")
    reason = models.CharField("拒签原因", max_length=200, blank=True, default="")
    witness = models.CharField("见证人", max_length=80, blank=True, default="")
    place_name = models.CharField("签名地点", max_length=120, blank=True, default="")
    device = models.CharField("签名设备", max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="在场执法人员")
    recorded_at = models.DateTimeField("签名时间")

    class Meta:
        verbose_name = "手写签名记录"
        constraints = [
            models.CheckConstraint(
                condition=(Q(is_refused=False) & Q(picture__isnull=False) & ~Q(picture_sha256=""))
                | (Q(is_refused=True) & Q(picture__isnull=True) & ~Q(reason="") & ~Q(witness="")),
                name="signed_or_refused_with_reason_and_witness",
            )
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}"
