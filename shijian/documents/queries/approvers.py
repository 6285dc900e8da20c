from datetime import date

from shijian.accounts.models import Grant, User

from ..models import Paper
from ..permissions import PAPER_APPROVE


def approvers_of(paper: Paper, *, on: date) -> list[User]:
    """Who is asked to approve a paper: those whose grant is nearest to its area, never who made or submitted it."""
    grants = (
        Grant.objects.filter(
            bureau_code=paper.bureau_code, valid__contains=on, user__is_active=True,
            role__permissions__contains=[PAPER_APPROVE.code],
        )
        .exclude(user__in={paper.drafted_by_id, paper.submitted_by_id} - {None})
        .select_related("user")
    )  # fmt: skip
    reaching = [grant for grant in grants if paper.area_code.startswith(grant.area_prefix)]
    nearest = max((len(grant.area_prefix) for grant in reaching), default=0)
    return list({grant.user_id: grant.user for grant in reaching if len(grant.area_prefix) == nearest}.values())
