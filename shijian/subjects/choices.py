from django.db.models import TextChoices


class EntityKind(TextChoices):
    ENTERPRISE = "enterprise", "企业"
    INDIVIDUAL = "individual_business", "个体工商户"
    COOPERATIVE = "cooperative", "农民专业合作社"
    OTHER = "other", "其他"


class EntityStatus(TextChoices):
    OPERATING = "operating", "在业"
    SUSPENDED = "suspended", "停业"
    CLOSED = "closed", "注销"
    REVOKED = "revoked", "吊销"
    NOT_FOUND = "not_found", "查无下落"


class LocationSource(TextChoices):
    NONE = "none", "无坐标"
    IMPORTED = "imported", "随登记数据导入"
    DERIVED = "derived", "按地址推定"
    CORRECTED = "corrected", "现场校正"


class Tag(TextChoices):
    """The twelve key object types of 闵行区 所标准化 (seed 002), and the chain links."""

    HYPERMARKET = "hypermarket", "大卖场"
    SUPERMARKET = "supermarket", "超市"
    CONVENIENCE = "convenience", "便利店"
    MARKET = "farmers_market", "农贸市场"
    PHARMACY = "pharmacy", "药店"
    ESTATE_AGENT = "estate_agent", "房地产经纪"
    OPTICIAN = "optician", "眼镜销售"
    BEAUTY = "beauty", "美容美发"
    CATERING = "catering", "餐饮服务"
    CLINIC = "clinic", "一级医疗机构"
    FOOD_MAKER = "food_maker", "食品生产企业"
    PROPERTY = "property", "物业公司"


class Likeness(TextChoices):
    """Why two entities may be one."""

    CODE = "code", "代码相同"
    NUMBER = "number", "注册号相同"
    ADDRESS = "address", "名称、住所相同"
    PLACE = "place", "名称相同、相距 100 米内"
    PHONE = "phone", "联系电话相同"


class PairState(TextChoices):
    PROPOSED = "proposed", "待核对"
    MERGED = "merged", "已合并"
    DIFFERENT = "different", "不是同一户"


class RelationKind(TextChoices):
    """Read from the entity to the other one."""

    BRANCH = "branch", "分支机构，隶属于"
    STALL = "stall", "场内经营者，所在市场"
    PLATFORM = "platform", "入驻平台"
    LANDLORD = "landlord", "承租场所，出租方"
    SUPPLIER = "supplier", "进货来源"
    SUCCESSOR = "successor", "接续经营，原主体"


class ImportState(TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "导入中"
    DONE = "done", "完成"
    FAILED = "failed", "中断"
    CANCELLED = "cancelled", "已取消"


class ChainLink(TextChoices):
    """Where in the chain from the maker to the user an entity stands (seed 001: 生产、流通、消费)."""

    PRODUCTION = "production", "生产"
    CIRCULATION = "circulation", "流通"
    CONSUMPTION = "consumption", "消费"
    NONE = "none", "未归类"


class DossierKind(TextChoices):
    """What other systems know of an entity (seed 000)."""

    PERMIT = "permit", "登记许可"
    INSPECTION = "inspection", "监督检查"
    PENALTY = "penalty", "行政处罚"
    COMPLAINT = "complaint", "投诉举报"
    PROPERTY = "property", "知识产权"


class Verb(TextChoices):
    IMPORTED = "subjects.entities.imported", "导入主体"
    DOSSIER_IMPORTED = "subjects.dossier.imported", "导入主体档案"
    EDITED = "subjects.entity.edited", "修改主体信息"
    LOCATED = "subjects.entity.located", "校正主体位置"
    TAGGED = "subjects.entity.tagged", "标注主体"
    CHECKED = "subjects.entity.checked", "现场核实主体"
    MERGED = "subjects.entity.merged", "合并主体"
    UNMERGED = "subjects.entity.unmerged", "撤销主体合并"
    KEPT_APART = "subjects.entity.kept_apart", "认定不是同一主体"
    RELATED = "subjects.entity.related", "登记主体关系"
    UNRELATED = "subjects.entity.unrelated", "解除主体关系"
    PLACED = "subjects.entities.placed", "按地址推定位置"
    EXPORTED = "subjects.entities.exported", "导出主体"


class FilterNotice(TextChoices):
    """Whether and how soon the owner of a kept filter is told what is new under it."""

    NONE = "", "不通知"
    DAILY = "daily", "每天早上"
    SOON = "soon", "及时（五分钟内）"
