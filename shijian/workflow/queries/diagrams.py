"""Diagrams of stored versions, and what a diagram may name in this installation."""

from collections import OrderedDict

from shijian.accounts.models import Role
from shijian.core import deadlines
from shijian.core.permissions import registry

from .. import hooks
from ..choices import VersionState
from ..models import ProcessVersion
from ..rules.checking import Known
from ..rules.diagram import Diagram, read

_read: OrderedDict[int, Diagram] = OrderedDict()
_KEPT = 200


def diagram_of(version: ProcessVersion) -> Diagram:
    """The diagram of a version; of one that can no longer change, kept for the life of the process."""
    if version.state == VersionState.DRAFT or version.pk is None:
        return read(version.bpmn)
    if version.pk not in _read:
        _read[version.pk] = read(version.bpmn)
        if len(_read) > _KEPT:
            _read.popitem(last=False)
    return _read[version.pk]


def known() -> Known:
    limits = {key for key, versions in deadlines.limits().items() if versions[-1].amount is not None}
    return Known(set(role_names()), set(hooks.handlers), limits, set(registry))


def role_names() -> dict[str, str]:
    """The business roles by code, for a page that shows who acts."""
    return dict(Role.objects.filter(lane="business").exclude(code__startswith="api_").values_list("code", "name"))
