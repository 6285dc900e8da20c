from django.db.models import TextChoices


class EvidenceKind(TextChoices):
    """The eight kinds of 行政处罚法 (2021-01-22) art. 46."""

    DOCUMENTARY = "documentary", "书证"
    PHYSICAL = "physical", "物证"
    AUDIOVISUAL = "audiovisual", "视听资料"
    ELECTRONIC = "electronic", "电子数据"
    WITNESS = "witness", "证人证言"
    PARTY = "party", "当事人的陈述"
    EXPERT = "expert", "鉴定意见"
    SCENE = "scene", "勘验笔录、现场笔录"


class Way(TextChoices):
    """How it came to the bureau. What officers do themselves needs two of them (`rules.capture`)."""

    ON_SITE = "on_site", "现场采集"
    COLLECTED = "collected", "调取"
    ONLINE = "online", "网络取证固定"
    SAMPLED = "sampled", "抽样取证"
    RECORDER = "recorder", "执法记录仪"
    PARTY = "party", "当事人提供"
    THIRD = "third", "第三方提供"
    PLATFORM = "platform", "平台业务记录"


class Medium(TextChoices):
    """What was handed in, which decides size, inspection and how it is shown."""

    PHOTO = "photo", "照片"
    VIDEO = "video", "录像"
    AUDIO = "audio", "录音"
    DOCUMENT = "document", "文书资料"
    SCREEN = "screen", "截屏录屏"
    DATA = "data", "电子数据文件"
    OBJECT = "object", "实物"


class CustodyAct(TextChoices):
    CAPTURED = "captured", "采集入库"
    SENT = "sent", "移交"
    ACCEPTED = "accepted", "接收"
    DECLINED = "declined", "拒收"
    WITHDRAWN = "withdrawn", "撤回移交"
    MOVED = "moved", "变更存放地点"
    RELEASED = "released", "移出本局"
    STATE = "state", "处理"
    DOWNLOADED = "downloaded", "下载原件"


class ProofKind(TextChoices):
    """By what a person proved himself again before a hand-over."""

    PASSWORD = "password", "密码"
    TOTP = "totp", "动态口令"
    WEBAUTHN = "webauthn", "安全密钥"
    RECOVERY = "recovery_codes", "恢复码"


class MeasureKind(TextChoices):
    PRESERVATION = "preservation", "先行登记保存"
    SEALING = "sealing", "查封"
    DETENTION = "detention", "扣押"


class MeasureState(TextChoices):
    APPLIED = "applied", "待批准"
    APPROVED = "approved", "已批准待实施"
    IN_FORCE = "in_force", "执行中"
    ENDED = "ended", "已结束"
    REFUSED = "refused", "未批准"


class ListKind(TextChoices):
    """The three lists of 场所、设施、财物清单."""

    GOODS = "goods", "财物"
    FACILITY = "facility", "设施"
    PREMISES = "premises", "场所"


class GoodState(TextChoices):
    HELD = "held", "保存中"
    RELEASED = "released", "已解除"
    CONFISCATED = "confiscated", "没收"
    RETURNED = "returned", "退还"
    DESTROYED = "destroyed", "销毁"
    TRANSFERRED = "transferred", "移送"


class RecordingState(TextChoices):
    UNMATCHED = "unmatched", "未匹配"
    MATCHED = "matched", "已关联"
    ASIDE = "aside", "无关"


class PackageState(TextChoices):
    WAITING = "waiting", "排队中"
    WORKING = "working", "生成中"
    READY = "ready", "可下载"
    FAILED = "failed", "未完成"


class Verb(TextChoices):
    CAPTURED = "evidence.item.captured", "采集证据"
    NOTED = "evidence.item.noted", "更正或补充证据说明"
    BOUND = "evidence.binding.made", "录音录像绑定文书"
    UNBOUND = "evidence.binding.taken_back", "解除录音录像与文书的绑定"
    KEPT = "evidence.item.kept", "改变证据保存期限"
    ORIGINAL = "evidence.item.downloaded", "下载证据原件"
    SENT = "evidence.custody.sent", "移交证据"
    ANSWERED = "evidence.custody.answered", "答复证据移交"
    MOVED = "evidence.custody.moved", "变更证据保管"
    MEASURE = "evidence.measure.applied", "申请先行登记保存、查封、扣押"
    DECIDED = "evidence.measure.decided", "审批先行登记保存、查封、扣押"
    EXTENDED = "evidence.measure.extended", "延长查封、扣押"
    ENDED = "evidence.measure.ended", "结束先行登记保存、查封、扣押"
    GOOD = "evidence.good.handled", "处理涉案物品"
    RECORDER = "evidence.recorder.imported", "导入执法记录仪文件"
    MATCHED = "evidence.recorder.matched", "关联执法记录仪文件"
    PACKED = "evidence.package.made", "生成证据包"
    FETCHED = "evidence.package.downloaded", "下载证据包"
