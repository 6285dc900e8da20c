"""Which papers made on the spot want a recording of the act, and what counts as one."""

from dataclasses import dataclass

from ..choices import Medium

FILMS = frozenset({Medium.AUDIO, Medium.VIDEO, Medium.SCREEN})
SHOWS = FILMS | {Medium.PHOTO}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`media` are those of which one suffices; `citation` says why."""

    act: str
    media: frozenset[Medium]
    citation: str

    @property
    def photo_suffices(self) -> bool:
        return Medium.PHOTO in self.media


PROCESS = "市场监督管理行政处罚程序规定 44"
WHOLE = f"{PROCESS}；国办发〔2018〕118号"
# Form → what its act wants. Photos suffice where the article names 拍照 beside 录音、录像; acts that touch property gravely
# and hearings are recorded in sound and film as a whole (国办发〔2018〕118号).
WANTED: dict[str, Wanted] = {
    "scene_record": Wanted("现场检查", SHOWS, PROCESS),
    "inquiry_record": Wanted("询问", SHOWS, PROCESS),
    "sampling_record": Wanted("抽样取证", SHOWS, f"{PROCESS}，31"),
    "edata_extraction_record": Wanted("电子数据取证", SHOWS, f"{PROCESS}，26"),
    "evidence_preservation_notice": Wanted("先行登记保存", SHOWS, PROCESS),
    "coercive_measure_decision": Wanted("查封、扣押", FILMS, WHOLE),
    "property_list": Wanted("查封、扣押、登记保存财物", SHOWS, PROCESS),
    "hearing_record": Wanted("听证", FILMS, "国办发〔2018〕118号"),
}
LEFT = Wanted("留置送达", SHOWS, "市场监督管理行政处罚程序规定 82（二）")
POSTED = Wanted("公告送达", SHOWS, "市场监督管理行政处罚程序规定 82（五）")


def may_be_bound(medium: str) -> bool:
    """Whether an item can show how a paper came about: sounds, films, pictures."""
    return medium in SHOWS


def seconds(text: str) -> int | None:
    """“1:05”, “1:02:03” or “65” as seconds; None for nothing. Raises ValueError for what is no such time."""
    if not text.strip():
        return None
    parts = text.strip().replace("：", ":").split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        raise ValueError(text)
    numbers = [int(part) for part in parts]
    if any(number >= 60 for number in numbers[1:]):
        raise ValueError(text)
    total = 0
    for number in numbers:
        total = total * 60 + number
    return total
