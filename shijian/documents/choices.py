from django.db.models import TextChoices


class Family(TextChoices):
    PENALTY = "penalty", "行政处罚文书"
    COMPLAINT = "complaint", "投诉举报文书"
    INSPECTION = "inspection", "行政检查文书"
    OTHER = "other", "其他文书"


class Stage(TextChoices):
    """Where in a procedure a form is used, in the order of the procedure."""

    INTAKE = "intake", "案源"
    JURISDICTION = "jurisdiction", "管辖"
    TRANSFER = "transfer", "移送"
    FILING = "filing", "立案"
    EVIDENCE = "evidence", "调查取证"
    COERCION = "coercion", "强制措施"
    CONCLUDED = "concluded", "调查终结"
    REVIEW = "review", "审核"
    NOTICE = "notice", "告知"
    HEARING = "hearing", "听证"
    DECISION = "decision", "决定"
    SIMPLE = "simple", "简易程序"
    EXECUTION = "execution", "执行"
    SERVICE = "service", "送达"
    CLOSING = "closing", "结案"
    ARCHIVE = "archive", "归档"
    ACCEPTANCE = "acceptance", "受理"
    MEDIATION = "mediation", "调解"
    INSPECTION = "inspection", "检查"
    RECTIFICATION = "rectification", "整改复查"
    CREDIT = "credit", "信用监管"
    SUPERVISION = "supervision", "执法监督"
    ANY = "any", "各阶段通用"


class State(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审批"
    SETTLED = "settled", "已定稿"
    APPROVED = "approved", "已审批"
    SEALED = "sealed", "已签章"
    VOID = "void", "已作废"


class ProposalState(TextChoices):
    DRAFT = "draft", "起草中"
    SUBMITTED = "submitted", "待审定"
    APPROVED = "approved", "已审定"


class Outcome(TextChoices):
    OPEN = "open", "送达中"
    SERVED = "served", "已送达"
    FAILED = "failed", "未送达"


class Verb(TextChoices):
    DRAFTED = "documents.paper.drafted", "制作文书草稿"
    WRITTEN = "documents.paper.written", "填写文书"
    SUBMITTED = "documents.paper.submitted", "文书送审"
    RECALLED = "documents.paper.recalled", "撤回送审"
    RETURNED = "documents.paper.returned", "退回文书"
    SETTLED = "documents.paper.settled", "文书定稿"
    SIGNING_ASKED = "documents.paper.signing", "请人在文书上签名"
    SIGNED = "documents.paper.signed", "文书签名"
    APPROVED = "documents.paper.approved", "审批文书"
    REVISED = "documents.paper.revised", "制作文书新版本"
    SEALED = "documents.paper.sealed", "文书签章"
    VOIDED = "documents.paper.voided", "作废文书"
    DROPPED = "documents.paper.dropped", "删除文书草稿"
    DELIVERED = "documents.delivery.entered", "登记送达"
    DELIVERY_ENDED = "documents.delivery.ended", "登记送达结果"
    FILED = "documents.case_file.assembled", "立卷"
    CHECKED = "documents.case_file.checked", "归档"
    TRANSFERRED = "documents.case_file.transferred", "移交档案馆"
    FORM_PROPOSED = "documents.form.proposed", "起草文书格式"
    FORM_WRITTEN = "documents.form.written", "修改文书格式草稿"
    FORM_SUBMITTED = "documents.form.submitted", "文书格式送审"
    FORM_RETURNED = "documents.form.returned", "退回文书格式"
    FORM_APPROVED = "documents.form.approved", "审定文书格式"
    FORM_DROPPED = "documents.form.dropped", "删除文书格式草稿"
    LIFTED = "documents.paper.lifted", "文书改用新格式"
    OFFICE_SET = "documents.office.set", "维护本局文书信息"
    EXPORTED = "documents.paper.exported", "导出文书台账"
