"""Penalty cases (行政处罚): 行政处罚法 (2021), 市场监督管理行政处罚程序规定 (2022), 听证办法 (2021)."""

from .drawing import Procedure, Step
from .parts import (
    CHIEF,
    ENFORCE,
    HEAD,
    LEADER,
    LEGAL,
    OFFICER,
    REVIEW,
    agreed,
    approval,
    begin,
    do,
    end,
    long,
    procedure,
    text,
)

GROUP, ENDING = "行政处罚", "执行与结案"
CASE = {"needsCertificate": "true"}


def all_() -> list[Procedure]:
    return [*_beginning(), _ordinary(), _hearing(), *_ways(), *_ending()]


def _beginning() -> list[Procedure]:
    return [
        procedure(
            "filing", "立案审批", GROUP, "程序规定 18,19,20",
            begin(OFFICER, "Verify"),
            do("Verify", "核查线索", OFFICER, "Propose", "程序规定 18", long("finding", "核查情况", "required"), assign="starter", limit="clue_verification", **CASE),
            do("Propose", "填写立案（不予立案）审批表", OFFICER, "Check", "程序规定 19,20", ("proposal", "建议", "choice", "required", "立案|不予立案"),
               ("ground", "不予立案情形", "choice", "轻微并及时改正|初次违法轻微并改正|没有主观过错|其他"), assign="same:Verify", **CASE),
            do("Check", "机构负责人审核", HEAD, agreed("Approve", "Propose"), "程序规定 19", differsFrom="Verify Propose"),
            do("Approve", "负责人批准", LEADER, {"file": ("立案", "Name"), "not": ("不予立案", "NotFiled"), "refuse": ("退回核查", "Verify")}, "程序规定 19,20", differsFrom="Verify Propose Check"),
            do("Name", "指定两名办案人员", HEAD, "Filed", "行政处罚法 42; 程序规定 19,22", ("officer_a", "主办人员", "person", "required"), ("officer_b", "协办人员", "person", "required")),
            end(HEAD, "Filed", "已立案"), end(LEADER, "NotFiled", "不予立案"),
        ),
        procedure(
            "simple", "简易程序", GROUP, "行政处罚法 51,52; 程序规定 66,67,69,70",
            begin(OFFICER, "Evidence"),
            do("Evidence", "出示证件、当场取证", OFFICER, "Tell", "程序规定 67", ("partner", "同行执法人员", "person", "required"), assign="starter", **CASE),
            do("Tell", "告知内容、听取陈述申辩", OFFICER, {"done": ("当场处罚", "Decide"), "case": ("不适用简易程序", "Ordinary")}, "程序规定 67", long("statement", "陈述申辩"), assign="same:Evidence", **CASE),
            do("Decide", "当场交付处罚决定书", OFFICER, "Archive", "行政处罚法 52; 程序规定 69", text("decision_no", "决定书编号", "required"), ("fine", "罚款（元）", "number"), assign="same:Evidence", **CASE),
            do("Archive", "报本局备案、归档", HEAD, "Over", "程序规定 70", limit="simple_archive", differsFrom="Evidence"),
            end(HEAD), end(OFFICER, "Ordinary", "转立案程序"),
        ),
        approval("recusal", "回避审批", GROUP, "行政处罚法 43; 程序规定 4", long("reason", "回避理由", "required"), apply="提出回避申请"),
        procedure(
            "recusal_head", "主要负责人回避", GROUP, "程序规定 4",
            begin(OFFICER, "Apply"),
            do("Apply", "提出回避申请", OFFICER, "Discuss", "程序规定 4", long("reason", "回避理由", "required"), assign="starter"),
            do("Discuss", "负责人集体讨论", LEADER, {"agree": ("回避", "Over"), "refuse": ("不回避", "Refused")}, "程序规定 4", mode="vote", differsFrom="Apply"),
            end(LEADER), end(LEADER, "Refused", "不需回避"),
        ),
    ]  # fmt: skip


def _ordinary() -> Procedure:
    """From the end of the inquiry to the closing; the four hands are 立案、调查、审核、执行."""
    return procedure(
        "ordinary", "普通程序（调查终结至结案）", GROUP, "行政处罚法 57,58,44,45; 程序规定 48,49,50,53,55,57,60,62,64,77",
        begin(OFFICER, "Report"),
        do("Report", "调查终结、提出处理建议", OFFICER, "Review", "程序规定 48", text("party", "当事人", "required"), ("amount", "拟罚没金额（元）", "number"),
           ("serious", "属于应当法制审核的案件", "bool"), long("proposal", "处理建议", "required"), assign="starter", **CASE),
        do("Review", "案件审核或者法制审核", REVIEW, agreed("Propose", "Report", yes="同意", no="补正"), "程序规定 49,50,53,55; 行政处罚法 58",
           ("review_kind", "审核种类", "choice", "required", "案件审核|法制审核"), differsFrom="Report", limit="review"),
        do("Propose", "负责人批准告知", LEADER, agreed("Notify", "Report", yes="批准告知"), "程序规定 56,57", differsFrom="Report Review"),
        do("Notify", "送达处罚告知书", OFFICER, "Wait", "程序规定 57; 行政处罚法 44", text("notice_no", "告知书编号", "required"), assign="same:Report", **CASE),
        Step("Wait", "陈述申辩期满", OFFICER, "Statement", kind="intermediateCatchEvent", timer='limit("statement_period")'),
        do("Statement", "复核陈述申辩", OFFICER, {"none": ("未要求听证", "Route"), "hearing": ("听证已办结", "Legal")}, "程序规定 58; 行政处罚法 45,62",
           long("answer", "采纳情况及理由", "required"), assign="same:Report", **CASE),
        do("Legal", "听证后法制审核", LEGAL, agreed("Discuss", "Report"), "行政处罚法 58; 程序规定 50", differsFrom="Report", qualification="legal", limit="review"),
        Step("Route", "是否应集体讨论", LEADER, {"plain": ("否", "Decide"), "serious": ("是", "Legal")}, marks={"cite": "程序规定 60", "differsFrom": "Report"}),
        do("Discuss", "负责人集体讨论", LEADER, agreed("Decision", "Report", yes="通过", no="未通过"), "行政处罚法 57; 程序规定 60", mode="vote", differsFrom="Report Review Legal"),
        do("Decide", "负责人决定", LEADER, {"agree": ("处罚", "Decision"), "none": ("不予处罚", "Decision"), "out": ("移送", "Moved"), "refuse": ("退回", "Report")},
           "程序规定 60; 行政处罚法 57", differsFrom="Report Review"),
        do("Decision", "制作决定书、送达", OFFICER, "Execute", "程序规定 62,81", text("decision_no", "决定书文号", "required"), assign="same:Report", limit="decision_service", **CASE),
        do("Execute", "执行", ENFORCE, {"done": ("已履行", "Close"), "court": ("法院强制执行办结", "Close")}, "行政处罚法 67; 程序规定 72", differsFrom="Report Review", limit="payment"),
        do("Close", "填写结案审批表", OFFICER, "Closed", "程序规定 77", assign="same:Report", limit="case_closing", **CASE),
        do("Closed", "负责人批准结案", LEADER, agreed("Over", "Close", yes="批准结案"), "程序规定 77", differsFrom="Report Close"),
        end(LEADER), end(LEADER, "Moved", "移送"),
    )  # fmt: skip


def _hearing() -> Procedure:
    return procedure(
        "hearing", "听证", GROUP, "行政处罚法 63,64,65; 听证办法 4,5,7,18,19,20,22,29",
        begin(OFFICER, "Request"),
        do("Request", "登记听证申请", OFFICER, "Host", "听证办法 7", ("received_on", "收到日期", "date", "required"), assign="starter", limit="hearing_request"),
        do("Host", "指定听证主持人", LEADER, "File", "听证办法 4,18", ("host", "听证主持人", "person", "required"), limit="hearing_host"),
        do("File", "移交案卷", OFFICER, "Schedule", "听证办法 19", assign="same:Request", limit="hearing_file_handover"),
        do("Schedule", "确定时间地点、送达通知", LEGAL, "Hold", "听证办法 20,22", ("held_on", "听证日期", "date", "required"), ("public", "公开举行", "bool"),
           assign="field:host", differsFrom="Request File", limit="hearing_schedule"),
        do("Hold", "举行听证、制作笔录", LEGAL, {"done": ("听证结束", "Report"), "stop": ("终止听证", "Stopped")}, "行政处罚法 64; 听证办法 26,27", assign="field:host", differsFrom="Request File"),
        do("Report", "听证报告", LEGAL, "Read", "听证办法 29; 行政处罚法 65", long("report", "听证报告", "required"), assign="field:host", differsFrom="Request File", limit="hearing_report"),
        do("Read", "负责人审阅听证笔录和报告", LEADER, "Over", "行政处罚法 65; 听证办法 29", differsFrom="Request"),
        end(LEADER), end(LEGAL, "Stopped", "终止听证"),
    )  # fmt: skip


def _ways() -> list[Procedure]:
    return [
        approval("case_suspension", "中止案件调查", GROUP, "程序规定 46", ("ground", "中止情形", "choice", "required", "须以其他裁判为依据|须有权机关解释|不可抗力|当事人下落不明|其他"), apply="申请中止", certified=True),
        approval("case_resumption", "恢复案件调查", GROUP, "程序规定 46", long("reason", "中止原因消除情况", "required"), apply="申请恢复", certified=True),
        approval("case_termination", "终止案件调查", GROUP, "程序规定 47", long("reason", "终止理由", "required"), apply="申请终止", certified=True),
        approval("case_extension", "办案延期审批", GROUP, "程序规定 64", long("reason", "案情复杂等理由", "required"), ("days", "延长天数", "number", "required"), apply="申请延长办案期限", certified=True),
        procedure(
            "case_extension_again", "办案再次延期", GROUP, "程序规定 64",
            begin(OFFICER, "Apply"),
            do("Apply", "申请再次延期", OFFICER, "Check", "程序规定 64", long("reason", "特别复杂的理由", "required"), assign="starter", **CASE),
            do("Check", "机构负责人审核", HEAD, agreed("Discuss", "Apply"), "程序规定 64", differsFrom="Apply"),
            do("Discuss", "负责人集体讨论并确定期限", LEADER, {"agree": ("同意延期", "Fix"), "refuse": ("不同意", "Refused")}, "程序规定 64", mode="vote", differsFrom="Apply Check"),
            do("Fix", "登记延长的合理期限", OFFICER, "Over", "程序规定 64", ("until", "延长至", "date", "required"), assign="same:Apply"),
            end(OFFICER), end(LEADER, "Refused", "不予延期"),
        ),
        approval("case_transfer", "案件移送其他机关", GROUP, "程序规定 14,17", text("department", "移送机关", "required"), long("reason", "移送理由", "required"), apply="拟写移送意见", act="发出移送函", certified=True),
        procedure(
            "crime_transfer", "涉嫌犯罪案件移送", GROUP, "移送规定 5,6,9,12; 程序规定 17",
            begin(OFFICER, "Report"),
            do("Report", "两名专案人员核实、提出移送报告", OFFICER, "Decide", "移送规定 5", long("report", "涉嫌犯罪情况", "required"), assign="starter", **CASE),
            do("Decide", "主要负责人决定", CHIEF, {"agree": ("批准移送", "Send"), "refuse": ("不批准", "Reason")}, "移送规定 5", differsFrom="Report", limit="crime_head_decision"),
            do("Send", "移送公安机关、抄送检察院", OFFICER, "Reply", "移送规定 5,6", text("letter_no", "移送书编号", "required"), assign="same:Report", limit="crime_transfer", **CASE),
            do("Reply", "登记公安机关答复", OFFICER, {"filed": ("立案", "Goods"), "not": ("不立案", "Review")}, "移送规定 8,9", assign="same:Report"),
            do("Goods", "移交涉案物品", OFFICER, "Over", "移送规定 12", assign="same:Report", limit="crime_goods", **CASE),
            do("Review", "提请复议或者建议监督", LEGAL, "Back", "移送规定 9", limit="crime_review_request"),
            do("Reason", "记录不批准的理由", CHIEF, "Back", "移送规定 5", long("reason", "理由", "required")),
            end(OFFICER), end(LEGAL, "Back", "按行政案件办理"),
        ),
        procedure(
            "jurisdiction", "管辖争议", GROUP, "程序规定 13,16",
            begin(OFFICER, "Talk"),
            do("Talk", "与争议单位协商", OFFICER, {"settled": ("协商一致", "Over"), "report": ("协商不成", "Approve")}, "程序规定 13", text("other", "争议单位", "required"), assign="starter", limit="jurisdiction_dispute"),
            do("Approve", "负责人批准报请指定", LEADER, "Named", "程序规定 13", differsFrom="Talk"),
            do("Named", "登记指定管辖结果", OFFICER, "Over", "程序规定 16", text("reply_no", "指定文号", "required"), assign="same:Talk"),
            end(OFFICER),
        ),
    ]  # fmt: skip


def _ending() -> list[Procedure]:
    return [
        procedure(
            "service", "文书送达", ENDING, "程序规定 81,82,83; 行政处罚法 61",
            begin(OFFICER, "Direct"),
            do("Direct", "直接送达", OFFICER, {"done": ("已送达", "Over"), "refused": ("拒收", "Leave"), "failed": ("无法直接送达", "Other")}, "程序规定 82", assign="starter", limit="decision_service", **CASE),
            do("Leave", "留置送达并录音录像", OFFICER, "Over", "程序规定 82", text("witness", "见证人或者录像编号", "required"), **CASE),
            do("Other", "邮寄、委托或者电子送达", OFFICER, {"done": ("已送达", "Over"), "failed": ("其他方式都不成", "Ask")}, "程序规定 82", **CASE),
            do("Ask", "申请公告送达", OFFICER, "Approve", "程序规定 82", long("tried", "已尝试的送达方式", "required"), **CASE),
            do("Approve", "负责人批准公告", LEADER, "Publish", "程序规定 82", differsFrom="Ask"),
            do("Publish", "发布公告", OFFICER, "Wait", "程序规定 82", ("published_on", "公告日期", "date", "required"), **CASE),
            Step("Wait", "公告期满", OFFICER, "Over", kind="intermediateCatchEvent", timer='limit("public_notice_service")'),
            end(OFFICER, name="视为送达"),
        ),
        approval("payment_deferral", "延期、分期缴纳罚款", ENDING, "行政处罚法 66; 程序规定 74", long("reason", "当事人经济困难情况", "required"), text("plan", "缴纳计划", "required"),
                 apply="受理当事人书面申请", act="书面告知当事人"),
        procedure(
            "enforcement", "催告和申请法院强制执行", ENDING, "行政强制法 53,54; 程序规定 76",
            begin(ENFORCE, "Urge"),
            do("Urge", "送达催告书", ENFORCE, "Wait", "行政强制法 54", text("document_no", "催告书编号", "required"), assign="starter"),
            Step("Wait", "催告期满", ENFORCE, "Check", kind="intermediateCatchEvent", timer='limit("urging")'),
            do("Check", "核对是否履行", ENFORCE, {"paid": ("已履行", "Over"), "not": ("仍未履行", "Approve")}, "行政强制法 54"),
            do("Approve", "负责人批准申请", LEADER, {"agree": ("批准", "Apply"), "refuse": ("不批准", "Check")}, "行政强制法 53", differsFrom="Urge Check"),
            do("Apply", "向法院申请", ENFORCE, "Court", "行政强制法 53,55; 程序规定 76", text("court", "受理法院", "required"), limit="court_application"),
            do("Court", "登记法院裁定和执行结果", ENFORCE, "Over", "行政强制法 57"),
            end(ENFORCE),
        ),
        approval("closing", "结案审批", ENDING, "程序规定 77", ("ground", "结案情形", "choice", "required", "处罚执行完毕|不予处罚|移送|终止调查|其他"), apply="填写结案审批表", act="立卷归档", act_cite="程序规定 78", limit="case_closing"),
        procedure(
            "publicity", "行政处罚信息公示", ENDING, "行政处罚法 48; 信息公示规定 8,10,11,13",
            begin(OFFICER, "Prepare"),
            do("Prepare", "整理公示信息、隐去个人信息", OFFICER, "Check", "信息公示规定 8", ("level", "公示类别", "choice", "required", "轻微|一般|严重"), assign="starter"),
            do("Check", "保密和个人信息审查", LEGAL, agreed("Publish", "Prepare", yes="可以公示"), "信息公示规定 10", differsFrom="Prepare"),
            do("Publish", "公示", OFFICER, "Over", "信息公示规定 10,11", assign="same:Prepare", limit="publicity_same_province"),
            end(OFFICER),
        ),
        approval("publicity_withdrawal", "撤回处罚信息公示", ENDING, "行政处罚法 48", long("reason", "决定被撤销、变更情况", "required"), apply="提出撤回意见", act="撤回并公开说明", limit="publicity_withdraw"),
    ]  # fmt: skip
