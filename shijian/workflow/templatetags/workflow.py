"""Words of tasks in templates."""

from django import template

from .. import queries
from ..models import Task
from ..words import cited

register = template.Library()


register.filter("cited", cited)


@register.filter
def outcome_of(task: Task) -> str:
    """The outcome as the button said it."""
    if task.outcome == "returned":
        return "退回"
    node = queries.diagram_of(task.instance.version).nodes.get(task.node_id)
    return node.outcome_label(task.outcome) if node else task.outcome
