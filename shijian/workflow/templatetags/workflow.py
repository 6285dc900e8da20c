"""Words of tasks in templates."""

from django import template

from shijian.core.rules.citations import in_words

from .. import queries
from ..models import Task

register = template.Library()
register.filter("in_words", in_words)


@register.filter
def outcome_of(task: Task) -> str:
    """The outcome as the button said it."""
    if task.outcome == "returned":
        return "退回"
    node = queries.diagram_of(task.instance.version).nodes.get(task.node_id)
    return node.outcome_label(task.outcome) if node else task.outcome
