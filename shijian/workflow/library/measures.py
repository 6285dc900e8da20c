"""Preservation and coercive measures (登记保存、查封扣押): 行政处罚法 art. 56, 行政强制法, 程序规定 art. 33-42."""

from .drawing import Procedure, Step
from .parts import HEAD, LEADER, OFFICER, approval, begin, do, end, long, procedure, text

GROUP = "行政强制"
GOODS = long("goods", "物品清单", "required")


def all_() -> list[Procedure]:
    return [
        procedure(
            "preservation", "先行登记保存", GROUP, "行政处罚法 56; 程序规定 33,34,35",
            begin(OFFICER, "Apply"),
            do("Apply", "申请先行登记保存", OFFICER, "Approve", "行政处罚法 56", GOODS, assign="starter", needsCertificate="true"),
            do("Approve", "负责人批准", LEADER, {"agree": ("批准", "Take"), "refuse": ("不批准", "Refused")}, "程序规定 33", differsFrom="Apply"),
            do("Take", "当场清点、送达通知书和清单", OFFICER, "Dispose", "程序规定 34", text("document_no", "通知书编号", "required"), assign="same:Apply", needsCertificate="true"),
            do("Dispose", "提出处理意见", OFFICER, "Decide", "程序规定 35", ("disposal", "处理方式", "choice", "required", "固定证据后返还|送检|查封扣押|没收|解除"), needsCertificate="true", limit="evidence_preservation"),
            Step("Expired", "满七个工作日", OFFICER, "Lift", kind="boundaryEvent", on="Dispose", timer='limit("evidence_preservation")'),
            do("Lift", "自动解除，通知当事人领回", OFFICER, "Lifted", "程序规定 35", assign="same:Apply"),
            do("Decide", "负责人决定处理", LEADER, "Over", "程序规定 35", differsFrom="Apply Dispose"),
            end(LEADER), end(LEADER, "Refused", "不予批准"), end(OFFICER, "Lifted", "已解除"),
        ),
        approval("measure_urgent", "当场措施补办批准", GROUP, "行政强制法 19; 程序规定 33,36", GOODS, long("reason", "情况紧急的理由", "required"),
                 apply="报告当场采取的措施", limit="urgent_approval", certified=True),
        procedure(
            "seizure", "查封、扣押", GROUP, "行政强制法 18,22,24,25; 程序规定 36,37,38",
            begin(OFFICER, "Apply"),
            do("Apply", "申请查封、扣押", OFFICER, "Check", "行政强制法 18", text("power", "法律、法规依据", "required"), GOODS, assign="starter", needsCertificate="true"),
            do("Check", "机构负责人审核依据和范围", HEAD, {"agree": ("同意", "Approve"), "refuse": ("退回", "Apply")}, "行政强制法 10,23", differsFrom="Apply"),
            do("Approve", "负责人批准", LEADER, {"agree": ("批准", "Take"), "refuse": ("不批准", "Refused")}, "程序规定 36", differsFrom="Apply Check"),
            do("Take", "实施并当场交付决定书、清单", OFFICER, "Dispose", "行政强制法 24; 程序规定 37", text("document_no", "决定书编号", "required"), assign="same:Apply", needsCertificate="true"),
            do("Dispose", "到期前提出处理意见", OFFICER, {"lift": ("解除", "Lift"), "case": ("随案处理", "Over")}, "行政强制法 27", limit="seizure", needsCertificate="true"),
            do("Lift", "负责人批准解除", LEADER, "Return", "行政强制法 28", differsFrom="Apply Dispose"),
            do("Return", "送达解除决定、返还物品", OFFICER, "Over", "程序规定 42", needsCertificate="true"),
            end(OFFICER), end(LEADER, "Refused", "不予批准"),
        ),
        approval("seizure_extension", "延长查封、扣押期限", GROUP, "行政强制法 25; 程序规定 38", long("reason", "情况复杂的理由", "required"),
                 ("days", "延长天数", "number", "required"), apply="申请延长期限", act="书面告知当事人", certified=True),
        approval("seizure_release", "解除行政强制措施", GROUP, "行政强制法 28; 程序规定 42", ("ground", "解除情形", "choice", "required", "没有违法行为|与违法行为无关|已作出处理决定|期限届满|其他"),
                 apply="提出解除意见", act="送达解除决定、返还物品", certified=True),
        approval("early_disposal", "先行处置涉案财物", GROUP, "程序规定 41", GOODS, text("consent", "权利人同意或者公告情况", "required"),
                 apply="提出先行处置意见", act="处置并登记价款", certified=True),
    ]  # fmt: skip
