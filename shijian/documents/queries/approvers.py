from datetime import date

from shijian.accounts.models import User
from shijian.accounts.queries import nearest_holders

from ..models import Paper
from ..permissions import PAPER_APPROVE


def approvers_of(paper: Paper, *, on: date) -> list[User]:
    """Who is asked to approve a paper: the nearest to its area, never who made or submitted it."""
    return nearest_holders(
        PAPER_APPROVE, bureau_code=paper.bureau_code, area_code=paper.area_code, on=on,
        besides={paper.drafted_by_id, paper.submitted_by_id},
    )  # fmt: skip
