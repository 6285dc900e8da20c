"""Who may do what with a seal, and when a seal may be used; plain values in, a sentence out ("" = it may).

Source: 国务院关于在线政务服务的若干规定 (2019-04-26) art. 8, 9; 电子签名法 (2019-04-23) art. 13–15.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SealFacts:
    name: str
    bureau_code: str
    state: str  # "active", "suspended", "destroyed"
    state_reason: str
    in_use_from: date
    in_use_until: date | None


def why_not_used(seal: SealFacts, *, bureau_code: str, on: date) -> str:
    """Why this seal may not be used that day for that bureau; the last day of its use counts."""
    if seal.bureau_code != bureau_code:
        return f"“{seal.name}”不是本局的印章，不能使用。"
    if seal.state == "suspended":
        return f"“{seal.name}”已停用（{seal.state_reason}），不能使用。请联系印章保管人。"
    if seal.state == "destroyed":
        return f"“{seal.name}”已销毁（{seal.state_reason}），不能使用。"
    if on < seal.in_use_from:
        return f"“{seal.name}”自 {seal.in_use_from} 起启用，现在还不能使用。"
    if seal.in_use_until and on > seal.in_use_until:
        return f"“{seal.name}”的使用期已于 {seal.in_use_until} 届满，不能使用。请登记新的印章。"
    return ""


def why_not_decided(applicant: object, decider: object) -> str:
    """Nobody approves what he applied for himself."""
    return "本人申请的用印须由他人审批。" if applicant == decider else ""


def why_not_pressed(keepers: set[object], hand: object) -> str:
    """Only a keeper presses the seal he keeps."""
    return "" if hand in keepers else "只有该印章的保管人能用印。请联系保管人办理。"


def may_follow(before: str, after: str) -> bool:
    """Whether a seal's state may change so; what was destroyed stays destroyed."""
    return before != after and before != "destroyed"
