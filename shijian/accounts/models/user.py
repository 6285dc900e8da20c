from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from shijian.core.ids import new_id
from shijian.core.permissions import Permission
from shijian.core.scope import Scope
from shijian.core.sealed import SealedTextField

from .. import rules
from ..choices import CertificateStatus, Lane, UserKind
from .unit import Unit

if TYPE_CHECKING:
    from .delegation import Delegation


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.select_related("unit").get(employee_no=username)


class User(AbstractBaseUser):
    """A person of the bureau, a helper from outside, or another system: whoever acts is a user."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    employee_no = models.CharField("工号", max_length=20, unique=True, error_messages={"unique": "该工号已被使用。"})
    name = models.CharField("姓名", max_length=40)
    bureau_code = models.CharField("局代码", max_length=12)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name="所在机构")
    kind = models.CharField("人员类别", max_length=12, choices=UserKind, default=UserKind.OFFICER)
    post = models.CharField("职务", max_length=40, blank=True, default="")
    phone = SealedTextField("联系电话", max_length=20, blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)

    password_changed_at = models.DateTimeField("密码修改时间", default=timezone.now, editable=False)
    session_epoch = models.PositiveIntegerField("登录批次", default=0, editable=False)

    acting: "Delegation | None" = None  # set for a request by `ActingMiddleware`

    objects = UserManager()

    USERNAME_FIELD = "employee_no"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "人员"
        ordering = ["employee_no"]
        indexes = [models.Index(fields=["bureau_code", "employee_no"], name="user_bureau")]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_path(self) -> str:
        return self.unit.path

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Part of every session: another password or another epoch ends them all, wherever they are."""
        key = "shijian.accounts.models.User.get_session_auth_hash"
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac(key, value, secret=secret, algorithm="sha256").hexdigest()

    def reach(self) -> tuple[str, ...]:
        """The area prefixes of all business roles held today; what the second wall cuts reading to."""
        grants = self.grants_on(timezone.localdate()) if self.is_active else []
        held = (grant for grant in grants if grant.lane == Lane.BUSINESS and grant.bureau_code == self.bureau_code)
        return rules.shortest(grant.area_prefix for grant in held)

    def is_administrator(self, on: date) -> bool:
        """Whether one of the three administrators (系统、安全、审计管理员), by any role held that day."""
        return any(grant.lane != Lane.BUSINESS for grant in self.grants_on(on))

    @property
    def on_behalf_of(self) -> "User | None":
        """Whom this person stands in for just now; None when he acts for himself."""
        return self.acting.principal if self.acting else None

    @property
    def hats(self) -> frozenset[Any]:
        """Keys of the persons whose work this one does now: his own and that of whom he stands in for."""
        return frozenset({self.pk, self.acting.principal_id} if self.acting else {self.pk})

    def grants_on(self, day: date) -> list[rules.GrantFact]:
        """The roles held on a day; read once for the life of this object, which is one request or one job.

        Who stands in for somebody has that person's delegated rights instead of his own, so that no act is done by
        mixing both.
        """
        if self.acting:
            held = self.acting.principal.grants_on(day) if self.acting.principal.is_active else []
            return rules.delegated(held, self.acting.roles, self.acting.area_prefix)
        known: dict[date, list[rules.GrantFact]] = self.__dict__.setdefault("_grants", {})
        if day not in known:
            rows = self.grants.filter(valid__contains=day).values_list(
                "role__permissions", "bureau_code", "area_prefix", "unit_path", "role_id", "lane"
            )
            known[day] = [rules.GrantFact(frozenset(codes), *reach) for codes, *reach in rows]
        return known[day]

    def may(self, permission: Permission, on: Any = None) -> bool:
        """Whether this person may do it today: anywhere (`on` omitted) or to this row.

        A row says where it belongs by `bureau_code` and either `area_code` or `unit_path`.
        """
        if not self.is_active:
            return False
        place = on and rules.Place(
            on.bureau_code,
            getattr(on, "area_code", None) if not hasattr(on, "unit_path") else None,
            getattr(on, "unit_path", None),
        )
        return rules.permits(self.grants_on(timezone.localdate()), permission.code, place)

    def scope(self, permission: Permission) -> Scope:
        """Where the permission reaches today, for filtering rows."""
        grants = self.grants_on(timezone.localdate()) if self.is_active else []
        return rules.scope_of(grants, permission.code, self.bureau_code)

    def has_certificate(self, on: date) -> bool:
        """Whether an enforcement certificate covers the day (行政处罚法 42): without one there is no inspection."""
        return self.certificates.filter(
            status=CertificateStatus.VALID, valid_from__lte=on, valid_until__gte=on
        ).exists()
