"""Personal data in a page: masked, with the way to see it whole."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shijian.core.personal import mask_phone

from ..models import User
from ..permissions import PERSON_UNMASK

register = template.Library()


@register.simple_tag(takes_context=True)
def phone_of(context: template.Context, person: User | None) -> SafeString | str:
    """A colleague's phone number, masked; a link to the whole one for who may see it, asking for the reason."""
    if person is None or not person.phone:
        return ""
    user = context["request"].user
    if not user.may(PERSON_UNMASK):
        return format_html('<span class="person-phone">{}</span>', mask_phone(person.phone))
    return format_html(
        '<a class="person-phone" href="{}" title="说明理由后查看完整号码">{}</a>',
        reverse("accounts:unmasking", args=[person.pk]),
        mask_phone(person.phone),
    )
