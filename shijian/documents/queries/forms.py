from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.laws.hooks import Use

from ..models import FormVersion
from ..permissions import OFFICE_EDIT


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


def uses_of_laws(bureau_code: str) -> Iterable[Use]:
    """What each form rests on, for the where-used list and the impact list of the law library."""
    for version in current_forms(localdate()):
        slug = version.form.slug
        url = reverse("documents:form", args=[slug])
        yield Use("文书", slug, version.name, url, tuple(version.content["basis"]), OFFICE_EDIT)
