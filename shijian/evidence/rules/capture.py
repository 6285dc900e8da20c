"""What a piece of evidence must say of itself before it is taken in."""

from dataclasses import dataclass
from datetime import datetime

from ..choices import EvidenceKind, Medium, Way

INVESTIGATIVE = frozenset({Way.ON_SITE, Way.COLLECTED, Way.ONLINE, Way.SAMPLED})
LIMITS_MB = {
    Medium.PHOTO: 60,
    Medium.SCREEN: 1024,
    Medium.AUDIO: 1024,
    Medium.VIDEO: 8192,
    Medium.DOCUMENT: 200,
    Medium.DATA: 8192,
}
USUAL_KIND = {
    Medium.PHOTO: EvidenceKind.DOCUMENTARY,
    Medium.VIDEO: EvidenceKind.AUDIOVISUAL,
    Medium.AUDIO: EvidenceKind.AUDIOVISUAL,
    Medium.DOCUMENT: EvidenceKind.DOCUMENTARY,
    Medium.SCREEN: EvidenceKind.ELECTRONIC,
    Medium.DATA: EvidenceKind.ELECTRONIC,
    Medium.OBJECT: EvidenceKind.PHYSICAL,
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """Who, how and when; persons by a key of the caller's."""

    way: str
    officer: str
    second_officer: str
    taken_at: datetime
    received_at: datetime
    source: str
    is_original: bool
    copy_note: str
    medium: str
    has_file: bool


def needs_two_officers(way: str) -> bool:
    """Whether the way of getting it is an act of investigation, done by at least two officers with certificates.

    A body recorder documents what they do, but it has one wearer.

    Source: 行政处罚法 (2021-01-22) art. 42, 55; 市场监督管理行政处罚程序规定 (2022-09-29) art. 22.
    """
    return way in INVESTIGATIVE


def faults(given: Particulars) -> dict[str, str]:
    """What is missing or cannot be, by field; empty = it may be taken in.

    Source: 行政处罚法 art. 42, 46; 市场监督管理行政处罚程序规定 (2022-09-29) art. 22, 24 (copies bear date, source and
    that they agree with the original), 25, 26 (copies of sound, film and electronic data: method, time, maker).
    """
    wrong: dict[str, str] = {}
    if needs_two_officers(given.way):
        if not given.second_officer:
            wrong["second_officer"] = "调查取证应当由两名以上执法人员进行，请选择第二名执法人员。"
        elif given.second_officer == given.officer:
            wrong["second_officer"] = "两名执法人员不能是同一人。"
    if given.way in {Way.PARTY, Way.THIRD} and not given.source.strip():
        wrong["source"] = "请写明由谁提供。"
    if given.taken_at > given.received_at:
        wrong["taken_at"] = "取得时间不能晚于现在。"
    if not given.is_original and not given.copy_note.strip():
        wrong["copy_note"] = "复制件请写明原件存放何处、由谁核对、复制方法和时间。"
    if not given.has_file and given.medium != Medium.OBJECT:
        wrong["file"] = "请选择文件；没有文件的实物请选“实物”。"
    return wrong
