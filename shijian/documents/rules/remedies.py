"""How a party may seek remedy (救济): computed, never typed (DEC-09)."""

from collections.abc import Mapping
from dataclasses import dataclass

RECONSIDERATION = "reconsideration"  # keys of the statutory periods
LITIGATION = "litigation"
AFTER_RECONSIDERATION = "litigation_after_reconsideration"


@dataclass(frozen=True, slots=True)
class Remedy:
    """The sentence a paper prints and what it rests on."""

    text: str
    citations: tuple[str, ...]


def remedy(*, government: str, court: str, periods: Mapping[str, str], spot: bool, price: bool) -> Remedy:
    """What a party dissatisfied with the act of a local bureau may do, where, and until when.

    The reconsideration organ is the people's government at the same level. Penalties decided on the spot and penalties
    on price go to reconsideration first; elsewhere the party chooses. `periods` are written out (六十日).

    中华人民共和国行政复议法 (2023-09-01) 第二十条、第二十三条、第二十四条; 行政诉讼法 (2017-06-27) 第四十五条、第四十六条;
    价格违法行为行政处罚规定 第二十条.
    """
    organ = f"向{government}申请行政复议"
    days, months, after = periods[RECONSIDERATION], periods[LITIGATION], periods[AFTER_RECONSIDERATION]
    base = ("行政复议法 20", "行政复议法 24")
    if spot or price:
        first = "行政复议法 23" if spot else "价格违法行为行政处罚规定 20"
        return Remedy(
            f"如不服本决定，应当自收到本决定书之日起{days}内先{organ}；对行政复议决定仍不服的，可以自收到复议决定书之日起"
            f"{after}内依法向{court}提起行政诉讼。",
            (*base, first, "行政诉讼法 45"),
        )
    return Remedy(
        f"如不服本决定，可以自收到本决定书之日起{days}内{organ}；也可以自收到本决定书之日起{months}内依法向{court}提起行政诉讼。",
        (*base, "行政诉讼法 46"),
    )
