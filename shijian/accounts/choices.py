from django.db.models import TextChoices


class UnitKind(TextChoices):
    BUREAU = "bureau", "局"
    DIVISION = "division", "科室"
    BRIGADE = "brigade", "执法大队"
    STATION = "station", "市场监管所"
    GROUP = "group", "组"


class UserKind(TextChoices):
    OFFICER = "officer", "监管人员"
    AUXILIARY = "auxiliary", "协管辅助人员"
    EXTERNAL = "external", "社会监督人员"
    SYSTEM = "system", "系统账号"


class Lane(TextChoices):
    """What a role may be combined with: a person's roles at any time all lie in one lane (三员 separation)."""

    BUSINESS = "business", "业务"
    SYSTEM = "system", "系统管理"
    SECURITY = "security", "安全管理"
    AUDIT = "audit", "审计管理"


class CertificateStatus(TextChoices):
    VALID = "valid", "有效"
    SUSPENDED = "suspended", "暂扣"
    REVOKED = "revoked", "注销"


class Verb(TextChoices):
    """Audit verbs of this module."""

    LOGGED_IN = "accounts.session.opened", "登录"
    LOGGED_OUT = "accounts.session.closed", "退出"
    LOGIN_FAILED = "accounts.session.refused", "登录失败"
    SESSION_ENDED = "accounts.session.ended", "结束登录"
    SESSIONS_ENDED = "accounts.sessions.ended", "结束全部登录"
    ADDRESS_REFUSED = "accounts.address.refused", "登录地址不在许可范围"
    PASSWORD_CHANGED = "accounts.password.changed", "修改密码"
    PASSWORD_RESET = "accounts.password.reset", "重置密码"
    RESET_ASKED = "accounts.reset.asked", "申请重置管理员密码"
    RESET_AGREED = "accounts.reset.agreed", "确认重置管理员密码"
    RESET_REFUSED = "accounts.reset.refused", "驳回重置管理员密码"
    FACTOR_ADDED = "accounts.factor.added", "绑定两步验证"
    FACTOR_REMOVED = "accounts.factor.removed", "解除两步验证"
    FACTOR_USED = "accounts.factor.used", "通过两步验证"
    FACTOR_REFUSED = "accounts.factor.refused", "两步验证失败"
    IDENTITY_LINKED = "accounts.identity.linked", "绑定统一身份"
    IDENTITY_UNLINKED = "accounts.identity.unlinked", "解除统一身份"
    IDENTITY_REFUSED = "accounts.identity.refused", "统一身份登录被拒绝"
    USER_CREATED = "accounts.person.created", "新建人员"
    USER_CHANGED = "accounts.person.changed", "修改人员"
    USER_DISABLED = "accounts.person.disabled", "停用账号"
    USER_ENABLED = "accounts.person.enabled", "启用账号"
    UNMASKED = "accounts.personal_data.shown", "查看完整的个人信息"
    USER_UNLOCKED = "accounts.person.unlocked", "解除锁定"
    UNIT_CREATED = "accounts.unit.created", "新建机构"
    UNIT_CHANGED = "accounts.unit.changed", "修改机构"
    GRANTED = "accounts.grant.made", "授予角色"
    GRANT_ENDED = "accounts.grant.ended", "收回角色"
    DELEGATED = "accounts.delegation.made", "委托代理"
    DELEGATION_ENDED = "accounts.delegation.ended", "结束委托"
    ACTING_BEGAN = "accounts.acting.begun", "开始代办"
    ACTING_ENDED = "accounts.acting.ended", "结束代办"
    CERTIFICATE_ISSUED = "accounts.certificate.registered", "登记执法证"
    CERTIFICATE_CHANGED = "accounts.certificate.changed", "变更执法证"
