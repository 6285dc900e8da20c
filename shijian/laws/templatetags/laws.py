"""Citations in templates."""

from django import template

from ..rules.references import in_words

register = template.Library()
register.filter("cited", in_words)
