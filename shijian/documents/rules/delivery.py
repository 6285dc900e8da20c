"""Serving a paper (送达): what each way demands, and which day counts.

Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 81-83; 行政处罚法 (2021-01-22) art. 61; SRV-01 to SRV-05.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Way(StrEnum):
    ANNOUNCED = "announced"
    DIRECT = "direct"
    LEFT = "left"
    POST = "post"
    ENTRUSTED = "entrusted"
    ELECTRONIC = "electronic"
    PUBLIC = "public"


# Ways whose result comes later: the slip of the post, the receipt of who was entrusted, the end of the notice.
OPEN_ENDED = {Way.POST, Way.ENTRUSTED, Way.PUBLIC}
# The address the party confirmed binds: what is left there, or comes back from there by post, counts as served (SRV-02).
ADDRESSED = {Way.DIRECT, Way.POST}
CONFIRMED = "程序规定第八十三条"
# Who may receive in place of a natural person or for a unit (程序规定 82(1)).
RECEIVERS = ("本人", "同住成年家属", "法定代表人或者主要负责人", "负责收件的人", "代理人", "指定的代收人")
BASIS = {
    Way.ANNOUNCED: "行政处罚法第六十一条；程序规定第八十一条",
    Way.DIRECT: "程序规定第八十二条第一项",
    Way.LEFT: "程序规定第八十二条第二项",
    Way.ELECTRONIC: "行政处罚法第六十一条；程序规定第八十二条第三项",
    Way.POST: "程序规定第八十二条第四项",
    Way.ENTRUSTED: "程序规定第八十二条第四项",
    Way.PUBLIC: "程序规定第八十二条第五项",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of one attempt. `failed_before`: earlier attempts on record that did not succeed; `is_confirmed`: it
    went to the address the party had confirmed, which `has_address` says is on record."""

    way: Way
    at: datetime
    made_on: date
    now: datetime
    place: str = ""
    receiver: str = ""
    relation: str = ""
    reason: str = ""
    witness: str = ""
    is_filmed: bool = False
    account: str = ""
    has_consent: bool = False
    tracking: str = ""
    is_missing: bool = False
    failed_before: int = 0
    is_confirmed: bool = False
    has_address: bool = False


def why_not(facts: Facts) -> str:
    """The sentence on what stands against it, with the article; "" when it may be entered."""
    if facts.at > facts.now:
        return "送达时间不能晚于现在。"
    if facts.at.date() < facts.made_on:
        return f"送达日期不能早于文书作出的日期（{facts.made_on}）。"
    sentence = _missing(facts)
    return f"{sentence}（{CONFIRMED if facts.is_confirmed else BASIS[facts.way]}）" if sentence else ""


def _missing(facts: Facts) -> str:
    match facts.way:
        case way if facts.is_confirmed and way not in ADDRESSED:
            return "只有直接送达和邮寄送达送往确认的地址。"
        case _ if facts.is_confirmed and not facts.has_address:
            return "卷内没有当事人签过名的送达地址确认书，不能按确认的地址办理。请先办理确认书。"
        case Way.DIRECT if facts.is_confirmed and not facts.receiver:
            return (
                ""
                if facts.reason
                else "文书留在确认的地址的，请写明没有人签收的原因（地址不准确、变更后没有书面告知）。"
            )
        case Way.ANNOUNCED if not facts.receiver:
            return "宣告后当场交付的，请填写在场签收的人。"
        case Way.DIRECT if not facts.receiver or facts.relation not in RECEIVERS:
            return "直接送达应由本人或者依法可以代收的人签收，请填写签收人及其与受送达人的关系。"
        case Way.LEFT if not facts.reason:
            return "留置送达的，请写明拒收的事由。"
        case Way.LEFT if not facts.witness and not facts.is_filmed:
            return "留置送达须有基层组织或者所在单位的代表见证，或者用拍照、录像记录把文书留在住所的过程。"
        case Way.ELECTRONIC if not facts.has_consent:
            return "电子送达须经受送达人同意并签订送达地址确认书；卷内没有同意电子送达的确认书，请先办理。"
        case Way.ELECTRONIC if not facts.account:
            return "请填写送达到的手机号码、传真、电子邮件或者即时通讯账号，与确认书一致。"
        case Way.POST if not facts.reason or not facts.tracking:
            return "直接送达有困难的才邮寄送达，请写明困难情况并填写邮件号码。"
        case Way.ENTRUSTED if not facts.reason or not facts.receiver:
            return "直接送达有困难的才委托或者转交送达，请写明困难情况和受托、转交的单位。"
        case Way.PUBLIC if not facts.reason or not facts.place:
            return "公告送达的，请写明原因、经过和公告的地方。"
        case Way.PUBLIC if not facts.is_missing and not facts.failed_before:
            return "公告是最后的送达方式：须受送达人下落不明，或者其他方式无法送达。请先登记已经试过的送达。"
        case Way.PUBLIC if not facts.is_filmed:
            return "公告的张贴应当拍照、录像，并在案卷中记明。请补拍后登记。"
    return ""


def may_end(
    way: Way, *, began: datetime, due: date | None, on: datetime, is_returned: bool = False, is_confirmed: bool = False
) -> str:
    """Why an open attempt may not be entered as served on that moment; "" when it may.

    Post that came back counts as served on the day it came back, but only from an address the party had confirmed.
    """
    if is_returned and way is not Way.POST:
        return "只有邮寄送达会被退回。"
    if is_returned and not is_confirmed:
        return f"邮件不是寄往当事人确认的地址，退回不视为送达。请不填送达时间，写明退回的原因（{CONFIRMED}）。"
    if on < began:
        return "送达时间不能早于交寄、委托或者公告的时间。"
    if way is Way.PUBLIC and due and on.date() <= due:
        return f"公告期到 {due} 届满，届满后才视为送达（{BASIS[way]}）。"
    return ""
