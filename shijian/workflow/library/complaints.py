"""Complaints and reports (投诉举报): 市场监督管理投诉举报处理办法 (Order 121, in force 2026-04-15)."""

from .drawing import Procedure, Step
from .parts import CLERK, HEAD, LEADER, OFFICER, agreed, approval, begin, do, end, long, procedure, text

GROUP = "投诉举报"


def all_() -> list[Procedure]:
    return [
        procedure(
            "complaint_handling", "投诉处理", GROUP, "投诉举报处理办法 15,16,18,19,22,23,24",
            begin(CLERK, "Register"),
            do("Register", "登记投诉", CLERK, "Accept", "投诉举报处理办法 9,10", text("complaint_no", "12315 编号"),
               ("mixed", "同时含有举报内容，已分别登记", "bool"), assign="starter"),
            do("Accept", "决定是否受理", HEAD, {"accept": ("受理", "Consent"), "refuse": ("不予受理", "Decline")},
               "投诉举报处理办法 15,16", ("ground", "不予受理情形", "choice", "不属于本部门职责|同一争议已处理|不是生活消费|超过三年|材料不全或者不实|冒用身份|其他法定情形"),
               limit="complaint_accept"),
            do("Decline", "告知不予受理和其他途径", CLERK, "Declined", "投诉举报处理办法 15", text("document_no", "文书编号")),
            do("Consent", "征求双方调解意愿", OFFICER, {"both": ("双方同意", "Mediate"), "no": ("有一方不同意", "Stop")}, "投诉举报处理办法 18,19"),
            do("Mediate", "组织调解", OFFICER, {"settled": ("达成协议", "Close"), "failed": ("终止调解", "Stop")}, "投诉举报处理办法 22,23,24",
               ("clue", "发现违法线索，已另行登记核查", "bool"), long("result", "调解情况", "required"), limit="mediation"),
            do("Stop", "作出终止调解决定并告知", HEAD, "Close", "投诉举报处理办法 23",
               ("stop_ground", "终止情形", "choice", "撤回或者自行和解|一方不参加|达不成协议|检验费用有争议|满六十日|发现不应受理|当事人消亡|其他"),
               limit="mediation_end_notice"),
            do("Close", "回复并归档", CLERK, "Over", "投诉举报处理办法 26"),
            end(CLERK), end(CLERK, "Declined", "不予受理"),
        ),
        procedure(
            "report_verification", "举报核查", GROUP, "投诉举报处理办法 28,35,36,37; 程序规定 18",
            begin(CLERK, "Register"),
            do("Register", "登记举报（线索）", CLERK, "Sort", "投诉举报处理办法 28,37", ("secret", "举报人要求保密", "bool"), assign="starter"),
            do("Sort", "判断管辖和是否重复", HEAD, {"ours": ("本局核查", "Verify"), "other": ("不属本局管辖", "Tell"), "again": ("重复举报", "Tell")},
               "投诉举报处理办法 29,30,34,35"),
            do("Verify", "核查取证", OFFICER, "Propose", "程序规定 18", long("finding", "核查情况", "required"),
               needsCertificate="true", limit="clue_verification"),
            do("Propose", "提出处理建议", OFFICER, "Decide", "程序规定 19,20",
               ("proposal", "建议", "choice", "required", "立案|不予立案|移送"), assign="same:Verify", needsCertificate="true"),
            do("Decide", "负责人决定", LEADER, agreed("Tell", "Verify", yes="批准建议", no="补充核查"), "程序规定 19,20", differsFrom="Verify Propose"),
            do("Tell", "依法告知举报人", CLERK, "Over", "投诉举报处理办法 34,36", text("law", "要求告知的法律依据")),
            end(CLERK),
        ),
        approval("clue_extension", "线索核查延期审批", GROUP, "程序规定 18", long("reason", "延期理由", "required"),
                 ("days", "延长工作日数", "number", "required"), apply="申请延长核查期限"),
        procedure(
            "report_reward", "举报奖励审批", GROUP, "投诉举报处理办法 35",
            begin(OFFICER, "Propose"),
            do("Propose", "提出奖励建议", OFFICER, "Check", "", ("level", "奖励等级", "choice", "required", "一级|二级|三级"),
               ("amount", "奖励金额（元）", "number", "required"), assign="starter"),
            do("Check", "法制机构审核", "法制机构", agreed("Approve", "Propose"), "", differsFrom="Propose"),
            do("Approve", "负责人批准", LEADER, agreed("Pay", "Propose", yes="批准"), "", differsFrom="Propose Check"),
            do("Pay", "发放并登记", CLERK, "Over", "", text("receipt", "领取凭证编号"), differsFrom="Propose Approve"),
            end(CLERK),
        ),
        procedure(
            "event_transfer", "事件移送审批", GROUP, "程序规定 14,17",
            begin("发起人", "Apply"),
            do("Apply", "拟写移送意见", "发起人", "Check", "程序规定 14", text("department", "移送单位", "required"), long("reason", "移送理由", "required"), assign="starter"),
            do("Check", "机构负责人审核", HEAD, agreed("Approve", "Apply"), "程序规定 17", differsFrom="Apply"),
            do("Approve", "局领导批准", LEADER, {"agree": ("批准", "Send"), "refuse": ("不批准", "Refused")}, "程序规定 17", differsFrom="Apply Check"),
            do("Send", "发出移送函", "发起人", "Over", "程序规定 17", text("letter_no", "移送函号", "required"), assign="same:Apply"),
            end("发起人"), end(LEADER, "Refused", "不予移送"),
        ),
        procedure(
            "event_extension", "事件延期审批", GROUP, "灞桥区网格化管理实施方案 六",
            begin("发起人", "Apply"),
            do("Apply", "申请延期", "发起人", "Approve", "", ("days", "延长天数", "number", "required"), long("reason", "延期理由", "required"), assign="starter"),
            do("Approve", "机构负责人审批", HEAD, {"agree": ("同意延期", "Tell"), "refuse": ("不同意", "Refused")}, "", differsFrom="Apply"),
            Step("Tell", "通知发起人", HEAD, "Over", kind="serviceTask", marks={"handler": "workflow.tell_starter"}),
            end(HEAD), end(HEAD, "Refused", "不予延期"),
        ),
    ]  # fmt: skip
