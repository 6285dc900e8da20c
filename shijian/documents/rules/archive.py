"""The order of a case file (卷宗): 正卷 for all, 副卷 for the bureau alone.

Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 78; ARC-01 to ARC-03. What names a reporter lies in the 副卷.
"""

from enum import IntEnum

MAIN, SIDE = "正卷", "副卷"
NEVER = {"file_cover", "file_index", "file_note", "seal_strip"}
DECISIONS = {"penalty_decision", "spot_penalty_decision", "no_penalty_decision"}
REPORTERS = {"case_source_register", "report_register", "complaint_register", "report_result_notice"}
PROPERTY = {
    "property_list",
    "property_disposal_record",
    "advance_disposal_consent",
    "custody_entrustment",
    "payment_deferral_notice",
}
HEARING = {"hearing_record", "statement_record"}
SIDE_ORDER = ("case_source_register", "investigation_report", "review_form", "hearing_report", "closing_approval")
RETENTION = ("永久", "30年", "10年")
# When a file goes to the archives of the state, by the level of the bureau (档案法实施条例 20; ARC-06); its length is a dated row.
TRANSFER_COUNTY, TRANSFER_CITY = "archive_transfer_county", "archive_transfer_city"
SIMPLE = "simple_archive"  # how soon the file of a simple procedure is handed in (程序规定 70; ARC-04)


class Part(IntEnum):
    """The parts of the 正卷 in the order of art. 78."""

    FILING = 1
    DECISION = 2
    SERVED = 3
    EVIDENCE = 4
    HEARING = 5
    PROPERTY = 6
    OTHER = 7


def volume_of(slug: str, volume: str) -> str:
    """正卷 or 副卷: what names a reporter never gets into the volume that others may see."""
    if slug in REPORTERS:
        return SIDE
    return SIDE if volume == SIDE else MAIN


def part_of(slug: str, *, is_sealed: bool, stage: str) -> Part:
    """Where in the 正卷 a form belongs."""
    if slug == "filing_approval":
        return Part.FILING
    if slug in DECISIONS:
        return Part.DECISION
    if slug in HEARING:
        return Part.HEARING
    if slug in PROPERTY:
        return Part.PROPERTY
    if is_sealed or slug == "service_receipt":
        return Part.SERVED
    return Part.EVIDENCE if stage in {"evidence", "inspection"} else Part.OTHER


def side_place(slug: str) -> int:
    """The place in the 副卷: what the article names comes first, in its order."""
    return SIDE_ORDER.index(slug) if slug in SIDE_ORDER else len(SIDE_ORDER)


def transfer_key(bureau_code: str) -> str:
    """The period after which a bureau's files go to the archives: codes of cities and above end in 00 (GB/T 2260)."""
    return TRANSFER_CITY if bureau_code.endswith("00") else TRANSFER_COUNTY
