"""What of the processes rests on which article, for the law library."""

from collections.abc import Iterator

from django.urls import reverse

from shijian.laws.hooks import Use

from ..choices import VersionState
from ..models import Process, ProcessVersion
from ..permissions import PROCESS_EDIT
from .diagrams import diagram_of


def uses_of_laws(bureau_code: str) -> Iterator[Use]:
    """Every process in use with its basis and the articles of its steps."""
    rows = ProcessVersion.objects.filter(state=VersionState.PUBLISHED).select_related("process").defer("spec")
    for version in rows.iterator():
        process, address = version.process, reverse("workflow:process", args=[version.process.key])
        if process.basis:
            yield Use("流程", process.key, process.name, address, (process.basis,), PROCESS_EDIT)
        for node in diagram_of(version).people():
            if node.cite:
                key = f"{process.key}:{node.id}"
                yield Use("流程步骤", key, f"{process.name}：{node.title}", address, (node.cite,), PROCESS_EDIT)


def addresses(names: set[str]) -> dict[str, str]:
    """The page of each procedure a list of powers names: 普通程序 finds 普通程序（调查终结至结案）."""
    rows = Process.objects.filter(versions__state=VersionState.PUBLISHED).values_list("name", "key").distinct()
    return {
        name: reverse("workflow:process", args=[key])
        for name in names
        for title, key in rows
        if title == name or title.startswith((f"{name}（", f"{name}审批"))
    }
