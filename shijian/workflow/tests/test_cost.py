"""What one step costs: few statements, and no more of the diagram than what comes next."""

import json

import pytest

from .. import services
from ..library.drawing import Step
from ..models import Instance
from ..testing import NOW, build_office, publish

pytestmark = pytest.mark.django_db


def test_a_step_in_a_diagram_of_two_hundred_stores_no_more_than_in_one_of_ten(cast):
    office = build_office(cast)
    sizes = []
    for count in (10, 200):
        made = [Step("begin", "开始", "办案机构", "S1", kind="startEvent")]
        made += [
            Step(f"S{n}", f"第{n}步", "办案机构", f"S{n + 1}" if n < count else "over") for n in range(1, count + 1)
        ]
        instance = office.start(publish(f"long{count}", [*made, Step("over", "办结", "办案机构", kind="endEvent")]))
        for _ in range(4):
            office.go(instance, cast.chief, "done")
        assert office.nodes(instance) == ["S5"]
        sizes.append(len(json.dumps(Instance.objects.get(pk=instance.pk).engine)))
    assert sizes[1] <= sizes[0] * 1.1


def test_a_step_is_done_with_six_statements(cast, django_assert_max_num_queries):
    office = build_office(cast)
    instance = office.start()
    office.go(instance, cast.chief)
    task = office.open(instance)
    office.reviewer.grants_on(NOW.date())
    with django_assert_max_num_queries(9):  # six, the savepoint of the test, and the lawyer's qualification
        services.complete(task, outcome="agree", opinion="同意", by=office.reviewer, now=NOW)
