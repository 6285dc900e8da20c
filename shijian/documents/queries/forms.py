from datetime import date

from django.db.models import QuerySet
from django.http import Http404

from ..models import FormVersion


def current_forms(on: date) -> QuerySet[FormVersion]:
    """The forms in use on a day."""
    return (
        FormVersion.objects.filter(valid__contains=on).select_related("form").order_by("form__family", "form__number")
    )


def form_version(slug: str, on: date) -> FormVersion:
    """The form as it holds on a day. Raises 404 for a form nobody has then."""
    found = current_forms(on).filter(form__slug=slug).first()
    if found is None:
        raise Http404
    return found


def uses_of(law: str, article: str, on: date) -> list[tuple[str, str]]:
    """Which forms rest on an article: (name, slug). `law` is a title or a short one, `article` its number."""
    return [
        (version.name, version.form.slug)
        for version in current_forms(on)
        if any(_is(cited, law, article) for cited in version.content["basis"])
    ]


def _is(cited: str, law: str, article: str) -> bool:
    title, _, number = cited.rpartition(" ")
    return number == article and (title == law or law.endswith(title))
