"""Papers as sheets: each as it was kept, with its seals; many of them as one file to print."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.files import path_of
from shijian.seals import drawing
from shijian.seals.models import Use

from .. import binding, queries, typesetting
from ..binding import Mark, Sheet
from ..choices import Verb
from ..models import Paper

MOST = 50  # papers of one file


class PrintingRefused(Refused):
    code = "documents.printing_refused"


@transaction.atomic
def print_together(papers: Sequence[Paper], *, by: User, now: datetime) -> bytes:
    """One PDF of papers with a bookmark for each: what is approved as it was kept, a draft with its watermark."""
    if not papers:
        raise PrintingRefused("请先勾选要打印的文书。")
    if len(papers) > MOST:
        raise PrintingRefused(f"一次最多打印 {MOST} 份，请分几次打印。")
    made = binding.bind([kept_sheet(paper, numbered=False) for paper in papers], title=f"文书（{len(papers)} 份）")
    audit.record(
        by=by, verb=Verb.EXPORTED, on=("documents.paper", "", "文书合并打印"), at=now, bureau_code=by.bureau_code,
        detail={"format": "pdf", "rows": len(papers), "papers": [str(paper.pk) for paper in papers]},
    )  # fmt: skip
    return made


def kept_sheet(paper: Paper, *, numbered: bool = True, uses: Iterable[Use] | None = None) -> Sheet:
    """The sheet of a paper with its seals drawn where they lie; `uses` of seals where they are known already."""
    title = f"{paper.form_version.name} {paper.number}".strip()
    file = paper.file
    if file is None:
        office = queries.office_facts(paper.bureau_code)
        made = typesetting.pdf(queries.rendered_page(paper, paper.form_version.read(), office))
        return binding.sheet_of(made, numbered=numbered, title=title)
    marks = []
    if uses is None:
        uses = Use.objects.filter(hash_after=file.sha256).select_related("seal") if paper.sealed_pdf else ()
    for use in (each for each in uses if each.hash_after == file.sha256):
        size = float(use.seal.diameter_mm)
        marks.append(
            Mark(drawing.svg(use.seal.artwork, diameter=size), use.page, float(use.x_mm), float(use.y_mm), size)
        )
    return binding.sheet_of(path_of(file.sha256, "original").read_bytes(), marks, numbered=numbered, title=title)
