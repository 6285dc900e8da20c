"""The boundary editor as a person uses it: pick, drag a shared side, undo, redo, split, merge, send."""

import json

import pytest

from shijian.grid.models import Recut

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = """([lon, lat]) => {
  const map = document.querySelector("[data-recut]").mapInstance, box = map.getCanvas().getBoundingClientRect();
  const at = map.project([lon, lat]);
  return [box.x + at.x, box.y + at.y];
}"""


@pytest.fixture
def editor(world, sit_down):
    person = sit_down(world.cast.station_head)
    person.open("/grid/0501/recut/")
    person.page.wait_for_selector("[data-recut][data-ready]")
    return person.page


def click(page, lon, lat):
    page.mouse.click(*page.evaluate(AT, [lon, lat]))
    page.wait_for_timeout(150)


def steps(page):
    return json.loads(page.input_value("[data-steps]"))


def settled(page, count):
    page.wait_for_function("n => JSON.parse(document.querySelector('[data-steps]').value).length === n", arg=count)


def test_a_shared_side_is_dragged_undone_redone_and_sent(world, editor):
    page = editor
    assert page.is_disabled("[data-send]")
    click(page, 109.005, 34.205)
    x, y = page.evaluate(AT, [109.01, 34.205])  # the middle of the side that 050101 and 050102 share
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 3, steps=5)
    live = page.inner_text("[data-changes]")
    assert "050101" in live
    assert "050102" in live
    page.mouse.up()
    settled(page, 1)
    page.wait_for_function("() => document.querySelector('[data-changes]').innerText.includes('须同意')")
    page.keyboard.press("Control+z")
    settled(page, 0)
    assert page.is_disabled("[data-send]")
    page.keyboard.press("Control+y")
    settled(page, 1)
    page.fill("[name=title]", "移线")
    page.fill("[name=reason]", "道路改线")
    page.click("[data-send]")
    page.wait_for_url("**/grid/recuts/**")
    recut = Recut.objects.get()
    assert {row["code"] for row in recut.summary["areas"]} == {"050101", "050102"}
    assert recut.steps[0]["op"] == "insert"


def test_a_grid_is_split_by_a_line_and_merged_again(editor):
    page = editor
    page.on("dialog", lambda dialog: dialog.accept("新格"))
    click(page, 109.015, 34.207)
    page.click("[data-mode=split]")
    click(page, 109.0145, 34.2105)
    click(page, 109.0155, 34.1995)
    page.click("[data-finish]")
    settled(page, 1)
    assert "新格" in page.inner_text("[data-changes]")
    page.click("[data-mode=merge]")
    click(page, 109.012, 34.205)
    click(page, 109.005, 34.205)
    settled(page, 2)
    assert [step["op"] for step in steps(page)] == ["split", "merge"]


def test_a_line_that_does_not_cross_is_refused_in_words_and_nothing_is_lost(editor):
    page = editor
    page.on("dialog", lambda dialog: dialog.accept(""))
    click(page, 109.015, 34.207)
    page.click("[data-mode=split]")
    click(page, 109.014, 34.206)
    click(page, 109.016, 34.204)
    page.click("[data-finish]")
    page.wait_for_selector("[data-hint].field-error")
    assert "没有把" in page.inner_text("[data-hint]")
    assert steps(page) == []
