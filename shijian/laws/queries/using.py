"""What rests on an article: the time limits of `core`, and whatever `hooks.uses` tells."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.cache import cache
from django.urls import reverse

from shijian.core import deadlines

from .. import hooks
from ..hooks import Use
from ..models import Article
from ..rules.references import Reference, parse
from .citing import laws_by_name

KEPT_SECONDS = 60

Placed = dict[tuple[int, int, int], list[tuple[Use, Reference]]]  # by law, article, sub


def time_limit_uses(bureau_code: str) -> Iterable[Use]:
    """The statutory time limits (法定期限) of `core` that are in use; a superseded version needs no checking."""
    for key, versions in deadlines.limits().items():
        for limit in versions:
            if limit.valid_until:
                continue
            yield Use(
                "法定期限", f"{key}@{limit.valid_from}", f"{limit.name}（{limit.length}）",
                reverse("core:deadline_explain") + f"?rule={key}", (limit.citation,),
                since=limit.valid_from,
            )  # fmt: skip


def uses_of(bureau_code: str) -> list[Use]:
    """Everything that cites an article, as far as the modules tell."""
    return [use for provider in hooks.uses for use in provider(bureau_code)]


def placed(uses: Iterable[Use]) -> tuple[Placed, list[tuple[Use, str]]]:
    """Uses by the article they rest on, and the citations no law of the library answers."""
    cited = [(use, reference) for use in uses for text in use.citations for reference in parse(text)]
    laws = laws_by_name(sorted({reference.law for _, reference in cited if reference.law}))
    found: defaultdict[tuple[int, int, int], list[tuple[Use, Reference]]] = defaultdict(list)
    unknown: list[tuple[Use, str]] = []
    for use, reference in cited:
        law = laws.get(reference.law)
        if law is None:
            unknown.append((use, f"{reference.law}{reference.label}"))
        else:
            found[law.pk, reference.article, reference.sub].append((use, reference))
    return found, unknown


def where_used(article: Article, *, bureau_code: str) -> list[tuple[Use, Reference]]:
    """The uses of one article, as they were at most a minute ago: every module is asked for all of its own.

    Those written for a later version mean another article and are left out.
    """
    found = cache.get_or_set(f"laws.uses.{bureau_code}", lambda: placed(uses_of(bureau_code))[0], KEPT_SECONDS) or {}
    ends = article.version.ends_before
    return [
        (use, reference)
        for use, reference in found.get((article.version.law_id, article.number, article.sub), [])
        if not (use.since and ends and use.since >= ends)
    ]
