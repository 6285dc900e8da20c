from django.db.models import TextChoices


class SealKind(TextChoices):
    OFFICIAL = "official", "公章"
    PENALTY = "penalty", "行政处罚专用章"
    BUSINESS = "business", "业务专用章"
    CONTRACT = "contract", "合同专用章"


class SealState(TextChoices):
    ACTIVE = "active", "在用"
    SUSPENDED = "suspended", "停用"
    DESTROYED = "destroyed", "已销毁"


class KeyPlace(TextChoices):
    VAULT = "vault", "服务器密钥库"
    TOKEN = "token", "密码设备"


class UseState(TextChoices):
    APPLIED = "applied", "待审批"
    APPROVED = "approved", "待用印"
    STAMPED = "stamped", "已用印"
    REJECTED = "rejected", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


class Role(TextChoices):
    PARTY = "party", "当事人"
    OFFICER = "officer", "执法人员"
    RECORDER = "recorder", "记录人"
    WITNESS = "witness", "见证人"
    OTHER = "other", "其他参加人"


class Verb(TextChoices):
    SEAL_REGISTERED = "seals.seal.registered", "登记印章"
    SEAL_KEYED = "seals.seal.keyed", "登记印章证书"
    SEAL_CHANGED = "seals.seal.changed", "改变印章状态"
    ISSUER_TRUSTED = "seals.issuer.trusted", "登记发证机构"
    USE_APPLIED = "seals.use.applied", "申请用印"
    USE_APPROVED = "seals.use.approved", "同意用印"
    USE_REJECTED = "seals.use.rejected", "不同意用印"
    USE_WITHDRAWN = "seals.use.withdrawn", "撤回用印申请"
    USE_STAMPED = "seals.use.stamped", "用印"
    SIGNATURES_ASKED = "seals.signatures.asked", "发起手写签名"
    SIGNATURES_WITHDRAWN = "seals.signatures.withdrawn", "撤回手写签名"
    SIGNED = "seals.signature.given", "手写签名"
    SIGNING_REFUSED = "seals.signature.refused", "记录拒绝签名"
