from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.laws.hooks import Use

from ..models import FormVersion
from ..permissions import OFFICE_EDIT


def current_forms(on: date, bureau_code: str) -> QuerySet[FormVersion]:
    """The forms a bureau uses on a day: its own version where it has one, else the shipped; "" asks for the shipped alone."""
    rows = FormVersion.objects.filter(valid__contains=on, bureau_code__in=("", bureau_code))
    if bureau_code:
        own = FormVersion.objects.filter(valid__contains=on, bureau_code=bureau_code, form=OuterRef("form"))
        rows = rows.exclude(Exists(own), bureau_code="")
    return rows.select_related("form").order_by("form__family", "form__number")


def form_version(slug: str, on: date, bureau_code: str) -> FormVersion:
    """The form as a bureau uses it on a day. Raises 404 for a form nobody has then."""
    found = current_forms(on, bureau_code).filter(form__slug=slug).first()
    if found is None:
        raise Http404
    return found


def versions_of(slug: str, bureau_code: str) -> QuerySet[FormVersion]:
    """Every version of a form a bureau had or will have, the latest first."""
    rows = FormVersion.objects.filter(form__slug=slug, bureau_code__in=("", bureau_code))
    return rows.select_related("form", "proposal__proposed_by", "proposal__decided_by").order_by("-valid")


def uses_of_laws(bureau_code: str) -> Iterable[Use]:
    """What each form rests on, for the where-used list and the impact list of the law library."""
    for version in current_forms(localdate(), bureau_code):
        slug = version.form.slug
        url = reverse("documents:form", args=[slug])
        yield Use("文书", slug, version.name, url, tuple(version.content["basis"]), OFFICE_EDIT)
