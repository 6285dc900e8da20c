"""Preservation and seizure: which law allows them, which limit runs, what becomes of the goods."""

from dataclasses import dataclass

from ..choices import GoodState, MeasureKind

LIMITS = {
    MeasureKind.PRESERVATION: "evidence_preservation",
    MeasureKind.SEALING: "seizure",
    MeasureKind.DETENTION: "seizure",
}
URGENT = "urgent_approval"
PREFIX = {MeasureKind.PRESERVATION: "BC", MeasureKind.SEALING: "CF", MeasureKind.DETENTION: "KY"}
NEXT = {
    GoodState.HELD: (
        GoodState.RELEASED, GoodState.RETURNED, GoodState.CONFISCATED, GoodState.DESTROYED, GoodState.TRANSFERRED,
    ),
    GoodState.RELEASED: (GoodState.RETURNED,),
    GoodState.CONFISCATED: (GoodState.DESTROYED, GoodState.TRANSFERRED),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Power:
    """A field of law: what it lets a bureau seal or detain. `kinds` empty = preservation only."""

    code: str
    field: str
    kinds: tuple[str, ...]
    what: str
    citation: str
    approver: str = "市场监督管理部门负责人"


SEIZURE = (MeasureKind.SEALING, MeasureKind.DETENTION)
# What rules (规章) cannot create: 行政强制法 (2011-06-30) art. 10, 17. A bureau may add local regulations as rows of its own.
POWERS: dict[str, Power] = {
    power.code: power
    for power in (
        Power("food", "食品安全", SEIZURE, "不符合食品安全标准的食品、添加剂、工具设备；违法经营场所", "食品安全法 110"),
        Power("quality", "产品质量", SEIZURE, "有严重质量问题的产品及其原辅材料、包装物、生产工具", "产品质量法 18"),
        Power("equipment", "特种设备", SEIZURE, "有严重事故隐患、不符合安全技术规范、已报废的特种设备及主要部件", "特种设备安全法 61"),
        Power("advertising", "广告", SEIZURE, "与涉嫌违法广告直接相关的广告物品、经营工具、设备等财物", "广告法 49"),
        Power("trademark", "商标", SEIZURE, "有证据证明是侵犯他人注册商标专用权的物品", "商标法 62"),
        Power(
            "competition", "反不正当竞争", SEIZURE, "与涉嫌不正当竞争行为有关的财物", "反不正当竞争法 16",
            "设区的市级以上部门主要负责人",
        ),
        Power("unlicensed", "无证无照经营", SEIZURE, "用于无证经营的工具、设备、原材料、产品；经营场所", "无证无照经营查处办法 11"),
        Power("price", "价格", (), "价格法只规定先行登记保存和责令暂停相关营业", "价格法 34"),
        Power("enterprise", "企业信息公示", (), "没有查封、扣押的规定", "企业信息公示暂行条例 16"),
    )
}  # fmt: skip


def fault_of(kind: str, power: str) -> str:
    """Why this measure may not rest on this law; "" when it may.

    Source: 行政强制法 art. 10, 17, 22; 市场监督管理行政处罚程序规定 (2022-09-29) art. 36; 行政处罚法 art. 56.
    """
    if kind == MeasureKind.PRESERVATION:
        return ""
    found = POWERS.get(power)
    if found is None:
        return "查封、扣押必须有法律、法规的明文规定，请选择所依据的领域。"
    if kind not in found.kinds:
        return f"{found.field}领域没有规定查封、扣押（{found.citation}）。证据可能灭失的，可以先行登记保存。"
    return ""


def may_become(state: str, new: str) -> bool:
    """Whether a listed good may go from one state to another."""
    return new in NEXT.get(GoodState(state), ())
