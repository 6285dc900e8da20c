"""Every shipped procedure can be published, is tidily drawn, and cites its articles."""

from itertools import pairwise

import pytest
from bpmn_io import check as bpmn_check
from lxml import etree

from shijian.accounts.services import sync_roles
from shijian.config.roles import ROLES

from .. import services
from ..library import draw, procedures
from ..rules.diagram import read

ALL = {each.key: each for each in procedures()}
DC = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"


@pytest.mark.django_db
def test_every_procedure_passes_the_check_before_publishing():
    sync_roles(ROLES)
    assert {
        key: [str(each.text) for each in services.check(draw(each_))]
        for key, each_ in ALL.items()
        if services.check(draw(each_))
    } == {}


@pytest.mark.parametrize("key", sorted(ALL))
def test_no_two_steps_lie_on_each_other_and_no_line_is_slanted(key):
    root = etree.fromstring(draw(ALL[key]).encode())
    shapes = {}
    for shape in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"):
        name = shape.get("bpmnElement")
        if not name.startswith(("Pool", "Lane")) and name not in {step.id for step in ALL[key].steps if step.on}:
            box = shape.find(DC)
            shapes[name] = tuple(float(box.get(part)) for part in ("x", "y", "width", "height"))
    for one, (x, y, w, h) in shapes.items():
        for other, (x2, y2, w2, h2) in shapes.items():
            apart = x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
            assert one == other or apart, (one, other)
    for edge in root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNEdge"):
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge if p.tag.endswith("waypoint")]
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points)), edge.get("id")


def test_the_files_are_bpmn_to_an_independent_reader():
    for each in ALL.values():
        assert bpmn_check(draw(each)).ok, each.key


def test_every_procedure_rests_on_an_article_and_separates_who_approves():
    for each in ALL.values():
        assert each.basis, each.key
        nodes = read(draw(each)).nodes
        assert any(node.differs_from for node in nodes.values()) or each.key in {"complaint_handling", "hearing"}, (
            each.key
        )
    assert len(ALL) >= 35
