"""BPMN files by others (MIWG reference models): in and out without loss, what does not run is named."""

from pathlib import Path

import pytest

from .. import services
from ..models import Process, ProcessVersion
from ..rules.diagram import elements, read
from ..testing import NOW

FILES = sorted((Path(__file__).resolve().parents[4] / "shared/data/bpmn").glob("*.bpmn"))
FILES = FILES or sorted(Path("../shared/data/bpmn").resolve().glob("*.bpmn"))
HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'


@pytest.mark.django_db
@pytest.mark.skipif(not FILES, reason="the BPMN files of ../shared are not here")
@pytest.mark.parametrize("file", FILES or [None], ids=lambda file: file.name if file else "none")
def test_a_foreign_file_comes_out_as_it_went_in(file):
    text = file.read_text(encoding="utf-8")
    process = Process.objects.create(key="foreign", name="外来")
    services.save_draft(process, text, by=None, now=NOW)
    out = ProcessVersion.objects.get(process=process).bpmn
    assert elements(out) == elements(text)
    assert out == text
    assert all(each.text.endswith("。") for each in services.check(out))


@pytest.mark.skipif(not FILES, reason="the BPMN files of ../shared are not here")
def test_every_element_of_the_foreign_files_is_either_run_or_named():
    for file in FILES:
        diagram = read(file.read_text(encoding="utf-8"))
        told = {each.id for each in diagram.unsupported}
        for flow in diagram.flows:
            assert flow.source in diagram.nodes or flow.source in told, (file.name, flow)
            assert flow.target in diagram.nodes or flow.target in told, (file.name, flow)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "不是完整的 XML"),
        ("<a/>", "不是 BPMN 2.0"),
        (f"{HEAD}</definitions>", "没有流程"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + f"{HEAD}<process id='p'>&e;</process></definitions>", "DOCTYPE"),
        ("x" * 2_000_001, "2 MB"),
        (f"{HEAD}<process id='p'/></definitions>", "没有开始事件"),
    ],
)  # fmt: skip
def test_a_bad_file_gets_a_sentence_and_no_crash(text, says):
    assert says in " ".join(each.text for each in services.check(text))
