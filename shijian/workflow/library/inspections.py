"""Inspections (行政检查) and the lists (异常名录、失信名单)."""

from .drawing import Procedure, Step
from .parts import HEAD, LEADER, LEGAL, OFFICER, agreed, approval, begin, do, end, long, procedure, text

GROUP = "检查与信用"


def all_() -> list[Procedure]:
    return [
        procedure(
            "inspection", "行政检查审批和实施", GROUP, "行政处罚法 42,55; 优化营商环境条例 54",
            begin(OFFICER, "Plan"),
            do("Plan", "填写检查审批表", OFFICER, "Check", "优化营商环境条例 54", text("items", "检查事项（须在公布的清单内）", "required"),
               ("partner", "同行执法人员", "person", "required"), assign="starter", needsCertificate="true"),
            do("Check", "机构负责人审核频次和事项", HEAD, agreed("Approve", "Plan"), "", differsFrom="Plan"),
            do("Approve", "负责人批准检查", LEADER, {"agree": ("批准", "Notify"), "refuse": ("不批准", "Refused")}, "", differsFrom="Plan Check"),
            do("Notify", "出示证件、送达检查通知书", OFFICER, "Inspect", "行政处罚法 55", text("notice_no", "通知书编号"), assign="same:Plan", needsCertificate="true"),
            do("Inspect", "实施检查、制作笔录", OFFICER, {"fine": ("未发现问题", "Publish"), "correct": ("责令改正", "Recheck"), "case": ("涉嫌违法", "Clue")},
               "行政处罚法 42,55", long("record", "检查情况", "required"), assign="same:Plan", needsCertificate="true"),
            do("Recheck", "复查整改情况", OFFICER, {"fine": ("已改正", "Publish"), "case": ("逾期未改", "Clue")}, "", needsCertificate="true"),
            do("Clue", "登记案件来源", OFFICER, "Publish", "程序规定 18", text("clue_no", "案件来源登记号", "required"), needsCertificate="true"),
            do("Publish", "公示检查结果", OFFICER, "Over", "优化营商环境条例 54", limit="spot_check_result"),
            end(OFFICER), end(LEADER, "Refused", "不予批准"),
        ),
        approval("inspection_urgent", "紧急检查补办审批", GROUP, "行政处罚法 42,55", long("reason", "当场检查的紧急情形", "required"),
                 apply="补报检查情况", certified=True),
        procedure(
            "food_unqualified", "不合格食品核查处置", GROUP, "食品抽检办法 29,30,45",
            begin(OFFICER, "Serve"),
            do("Serve", "送达检验结论、启动风险控制", OFFICER, "Fork", "食品抽检办法 29", assign="starter", needsCertificate="true", limit="food_unqualified_serve"),
            Step("Fork", "", OFFICER, kind="parallelGateway", branches=["Control", "Retest"]),
            do("Control", "督促封存、召回", OFFICER, "Join", "食品抽检办法 45", long("measures", "采取的措施", "required"), needsCertificate="true"),
            Step("Retest", "复检申请期满", OFFICER, "Join", kind="intermediateCatchEvent", timer='limit("food_retest_request")'),
            Step("Join", "", OFFICER, "Trace", kind="parallelGateway"),
            do("Trace", "查明原因、提出处理意见", OFFICER, "Approve", "食品抽检办法 45", long("cause", "不合格原因", "required"), needsCertificate="true", limit="food_handling"),
            do("Approve", "负责人审批", LEADER, agreed("Publish", "Trace"), "食品抽检办法 45", differsFrom="Trace"),
            do("Publish", "公布核查处置信息", OFFICER, "Over", "食品监督检查办法 39", limit="food_result"),
            end(OFFICER),
        ),
        procedure(
            "equipment_order", "特种设备监察指令和复查", GROUP, "特种设备监督检查办法 23,29,30",
            begin(OFFICER, "Order"),
            do("Order", "发出监察指令书", OFFICER, "Report", "特种设备监督检查办法 29", text("order_no", "指令书编号", "required"), assign="starter", needsCertificate="true"),
            do("Report", "收到整改报告", OFFICER, "Recheck", "特种设备监督检查办法 29", needsCertificate="true"),
            do("Recheck", "复查", OFFICER, {"fine": ("整改到位", "Over"), "case": ("未整改", "Head")}, "特种设备监督检查办法 29", needsCertificate="true", limit="equipment_recheck"),
            do("Head", "机构负责人决定转办案", HEAD, "Filed", "程序规定 18", differsFrom="Recheck"),
            end(OFFICER), end(HEAD, "Filed", "转立案程序"),
        ),
        approval("abnormal_listing", "列入经营异常名录", GROUP, "经营异常名录办法 6,7,9", ("ground", "列入情形", "choice", "required", "未报年报|未公示信息|登记住所无法联系|其他"),
                 apply="提出列入建议", act="公示列入决定", limit="abnormal_list"),
        approval("abnormal_removal", "移出经营异常名录", GROUP, "经营异常名录办法 10,11; 信用修复办法 12,16", text("proof", "履行义务的证明", "required"),
                 apply="受理并核实移出申请", act="停止公示", limit="abnormal_removal"),
        procedure(
            "serious_listing", "列入严重违法失信名单", GROUP, "严重违法失信名单办法 13,14,22",
            begin(OFFICER, "Propose"),
            do("Propose", "提出列入建议", OFFICER, "Review", "严重违法失信名单办法 13", long("reason", "列入理由", "required"), assign="starter"),
            do("Review", "法制审核", LEGAL, agreed("Superior", "Propose"), "严重违法失信名单办法 13", differsFrom="Propose", qualification="legal"),
            do("Superior", "报上一级局同意", LEGAL, {"agree": ("同意", "Discuss"), "refuse": ("不同意", "Refused")}, "严重违法失信名单办法 22", text("reply_no", "批复文号", "required")),
            do("Discuss", "负责人集体讨论", LEADER, agreed("Serve", "Propose", yes="同意列入"), "严重违法失信名单办法 13", mode="vote", differsFrom="Propose Review"),
            do("Serve", "送达列入决定并公示", OFFICER, "Over", "严重违法失信名单办法 14", limit="svl_publicity"),
            end(OFFICER), end(LEGAL, "Refused", "不予列入"),
        ),
        procedure(
            "credit_repair", "信用修复", GROUP, "信用修复办法 8,12,16",
            begin(OFFICER, "Accept"),
            do("Accept", "受理修复申请", OFFICER, {"accept": ("受理", "Verify"), "refuse": ("不予受理", "Declined")}, "信用修复办法 12", assign="starter", limit="repair_accept"),
            do("Verify", "核实履行和改正情况", OFFICER, "Approve", "信用修复办法 16", long("finding", "核实情况", "required")),
            do("Approve", "负责人决定", LEADER, {"agree": ("准予修复", "Data"), "refuse": ("不予修复", "Refused")}, "信用修复办法 16", differsFrom="Accept Verify", limit="repair_decide"),
            do("Data", "停止公示、同步数据", OFFICER, "Over", "信用修复办法 16", limit="repair_data"),
            end(OFFICER), end(OFFICER, "Declined", "不予受理"), end(LEADER, "Refused", "不予修复"),
        ),
    ]  # fmt: skip
