from django.db import models
from django.db.models import Q

from shijian.accounts.models import User

from ..choices import ChangeKind, ImpactState
from ..permissions import LIBRARY_IMPORT
from .article import Article
from .version import Version


class Change(models.Model):
    """What became of one article from the version before to this one; renumbering is told by the words."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="changes")
    kind = models.CharField("变化", max_length=14, choices=ChangeKind)
    before = models.ForeignKey(Article, models.CASCADE, null=True, related_name="became")
    after = models.ForeignKey(Article, models.CASCADE, null=True, related_name="came_from")
    likeness = models.FloatField("相似度", default=0)

    class Meta:
        verbose_name = "条文变化"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "after"], name="law_change_of_new_once"),
            models.UniqueConstraint(fields=["version", "before"], name="law_change_of_old_once"),
            models.CheckConstraint(
                condition=Q(kind="new", before=None, after__isnull=False)
                | Q(kind="deleted", before__isnull=False, after=None)
                | (~Q(kind__in=["new", "deleted"]) & Q(before__isnull=False, after__isnull=False)),
                name="law_change_has_its_sides",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.before or ''} {self.after or ''}"


class Impact(models.Model):
    """One thing of a bureau that rests on an article a new version touches, and what was done about it."""

    bureau_code = models.CharField("局代码", max_length=12)
    version = models.ForeignKey(Version, models.PROTECT, related_name="impacts", verbose_name="新版本")
    kind = models.CharField("条文变化", max_length=14, choices=ChangeKind)
    before_label = models.CharField("原条文", max_length=40)
    after_label = models.CharField("新条文", max_length=40, blank=True, default="")
    after = models.ForeignKey(Article, models.SET_NULL, null=True, related_name="+")
    use_kind = models.CharField("类别", max_length=40)
    use_key = models.CharField(max_length=120)
    use_title = models.CharField("事项", max_length=200)
    use_url = models.CharField(max_length=300, blank=True, default="")
    citation = models.CharField("引用", max_length=300)
    keeper = models.CharField("负责核对的权限", max_length=60, default=LIBRARY_IMPORT.code)
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="交由")
    state = models.CharField("状态", max_length=8, choices=ImpactState, default=ImpactState.OPEN)
    found_at = models.DateTimeField("发现时间")
    handled_at = models.DateTimeField("处理时间", null=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="处理人")
    outcome = models.CharField("处理结果", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "影响事项"
        ordering = ["-found_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "version", "use_kind", "use_key", "before_label"], name="law_impact_once"
            ),
            models.CheckConstraint(
                condition=Q(state="done", handled_at__isnull=False, handled_by__isnull=False) & ~Q(outcome="")
                | (~Q(state="done") & Q(handled_at=None, handled_by=None)),
                name="law_impact_done_by_somebody",
                violation_error_message="处理完毕须写明处理人、时间和结果。",
            ),
        ]
        indexes = [models.Index(fields=["bureau_code", "state"], name="law_impact_state")]

    def __str__(self) -> str:
        return f"{self.use_title}：{self.before_label}{self.get_kind_display()}"
