from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile

from ..choices import EvidenceKind, Medium, Way
from .attached import Attached


class Item(Attached):
    """One piece of evidence as it was captured. Never changed and never deleted; what was wrong is put right by a `Note`.

    `taken_at` is when it was obtained, `captured_at` when the server had it whole, `device_at` what the device said.
    `content_hash` covers all particulars and the hashes of the file; it stands in the audit entry and the first entry of
    the chain of custody. Source: 行政处罚法 art. 46; 市场监督管理行政处罚程序规定 art. 22–26, 44.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("证据种类", max_length=12, choices=EvidenceKind)
    way = models.CharField("取得方式", max_length=10, choices=Way)
    medium = models.CharField("载体", max_length=10, choices=Medium)
    title = models.CharField("证据名称", max_length=120)
    purpose = models.CharField("证明目的", max_length=500)
    source = models.CharField("来源", max_length=200, blank=True, default="")
    is_original = models.BooleanField("原件", default=True)
    copy_note = models.CharField("复制说明", max_length=300, blank=True, default="")
    taken_at = models.DateTimeField("取得时间")
    taken_place = models.CharField("取得地点", max_length=200, blank=True, default="")
    lon_wgs84 = models.FloatField("经度", null=True)
    lat_wgs84 = models.FloatField("纬度", null=True)
    accuracy_m = models.PositiveIntegerField("定位误差（米）", null=True)
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="执法人员")
    second_officer = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="执法人员（第二名）"
    )
    task_id = models.UUIDField("执法任务", null=True)
    task_number = models.CharField("任务编号", max_length=24, blank=True, default="")
    first_keeper = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="采集时保管人")
    storage = models.CharField("存放地点", max_length=120, blank=True, default="")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="文件")
    file_name = models.CharField("文件名", max_length=80, blank=True, default="")
    size = models.BigIntegerField("字节数", default=0)
    media_type = models.CharField("类型", max_length=60, blank=True, default="")
    shows = models.CharField("显示方式", max_length=8, blank=True, default="")
    dangers = models.JSONField("文件中的可疑内容", default=list)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, default="")
    sm3 = models.CharField("SM3", max_length=64, blank=True, default="")
    captured_at = models.DateTimeField("入库时间")
    captured_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="采集人")
    device_at = models.DateTimeField("拍摄端时间", null=True)
    content_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "证据"
        ordering = ["record_kind", "record_id", "number"]
        indexes = [
            models.Index(fields=["bureau_code", "area_code", "-captured_at"], name="evidence_by_area"),
            models.Index(fields=["captured_at"], name="evidence_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record_kind", "record_id", "number"], name="evidence_number_once"),
            models.CheckConstraint(
                condition=Q(second_officer=None) | ~Q(second_officer=F("officer")),
                name="evidence_officers_differ",
                violation_error_message="两名执法人员不能是同一人。",
            ),
            models.CheckConstraint(
                condition=Q(file=None, sha256="", sm3="") | (Q(file__isnull=False) & ~Q(sha256="") & ~Q(sm3="")),
                name="evidence_file_has_hashes",
            ),
            models.CheckConstraint(
                condition=Q(lon_wgs84=None, lat_wgs84=None)
                | Q(lon_wgs84__gte=-180, lon_wgs84__lte=180, lat_wgs84__gte=-90, lat_wgs84__lte=90),
                name="evidence_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_number} 证据{self.number} {self.title}"


class Note(models.Model):
    """A correction or addition to what an item says of itself (更正、补充说明). Never changed either.

    One that `takes_back` a binding ends it.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="notes", verbose_name="证据")
    text = models.TextField("更正或补充内容", max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="说明人")
    at = models.DateTimeField("时间")
    takes_back = models.OneToOneField(
        "Binding", models.PROTECT, null=True, related_name="correction", verbose_name="解除的绑定"
    )

    class Meta:
        verbose_name = "证据说明"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
