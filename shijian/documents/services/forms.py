"""Taking in the forms that come with the product."""

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from .. import catalogue
from ..catalogue import Content
from ..models import Form, FormProposal, FormVersion, Paper


@transaction.atomic
def load_forms(*, today: date) -> dict[str, int]:
    """Write the shipped forms; harmless to repeat.

    A changed form replaces its version while no paper uses it; else that version ends and the changed one begins today.
    Versions a bureau made for itself are not touched and go on holding before the shipped ones.
    """
    told = {"created": 0, "updated": 0, "unchanged": 0}
    used = Exists(Paper.objects.filter(form_version=OuterRef("pk"))) | Exists(
        FormProposal.objects.filter(base=OuterRef("pk"))
    )
    current = {
        version.form.slug: version
        for version in FormVersion.objects.filter(bureau_code="", valid__endswith=None)
        .select_related("form")
        .annotate(is_used=used)
    }
    for content in catalogue.shipped().values():
        told[_load(content, current.get(content.slug), today)] += 1
    return told


def _load(content: Content, version: FormVersion | None, today: date) -> str:
    fingerprint = content.fingerprint
    if version and version.content_hash == fingerprint:
        return "unchanged"
    form, _ = Form.objects.update_or_create(
        slug=content.slug,
        defaults={"family": content.family, "number": content.number, "stage": content.stage, "volume": content.volume},
    )
    made = FormVersion(
        form=form, name=content.name, word=content.word, content=content.as_json(), content_hash=fingerprint, source=content.source,
        valid=(content.valid_from, None),
    )  # fmt: skip
    if version is None:
        made.save()
        return "created"
    if version.is_used and version.valid.lower < today:  # type: ignore[attr-defined]
        FormVersion.objects.filter(pk=version.pk).update(valid=(version.valid.lower, today))
        made.valid = (today, None)
    else:
        made.pk = version.pk
    made.save()
    return "updated"
