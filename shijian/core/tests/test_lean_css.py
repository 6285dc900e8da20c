"""The collected stylesheet has every rule our pages can need, in the same order, and little else."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from shijian.core.lean_css import CLASS, lean, rules, selectors_of, words
from shijian.core.npm import FILES, PackageStorage

CSS = """@charset "UTF-8";/* said */.a{color:red}.b,.a:hover>.b{x:url("},{")}.c{}
@media (min-width:1px){.b{y:1}.a{y:2}}@media print{.b{z:1}}
@font-face{font-family:q}[data-bs-theme=dark] .a{k:1}a:not(.b){l:1}.note-7\\:x{m:1}*{n:1}.a:is(.b,.c),.c .a{o:1}"""


@pytest.fixture(scope="module")
def tabler():
    return (Path(settings.NODE_MODULES) / FILES["npm/tabler.css"]).read_text(encoding="utf-8")


def test_rules_of_classes_nobody_writes_are_left_out():
    assert lean(CSS, {"a", "note-"}) == (
        '@charset "UTF-8";.a{color:red}@media (min-width:1px){.a{y:2}}@font-face{font-family:q}'
        "[data-bs-theme=dark] .a{k:1}a:not(.b){l:1}.note-7\\:x{m:1}*{n:1}.a:is(.b,.c){o:1}"
    )


def test_a_list_of_selectors_is_split_outside_brackets_only():
    assert selectors_of('.a:is(.b,.c), d[x="1,2"] ,e') == [".a:is(.b,.c)", 'd[x="1,2"]', "e"]


def test_with_every_class_known_nothing_is_lost(tabler):
    every = {name.replace("\\", "") for name in CLASS.findall(tabler)}
    assert list(rules(lean(tabler, every))) == [
        (
            ",".join(selectors_of(head)) if not head.startswith("@") else head,
            body and "".join(lean(body, every) or body),
        )
        if head.startswith(("@media", "@supports"))
        else (",".join(selectors_of(head)), body)
        for head, body in rules(tabler)
    ]


def test_every_class_of_our_templates_keeps_all_its_rules(tabler):
    collected = PackageStorage(location=settings.NODE_MODULES).open("npm/tabler.css").read().decode()
    written = set()
    for config in apps.get_app_configs():
        if config.name.startswith("shijian."):
            for file in Path(config.path).rglob("*.html"):
                for value in re.findall(r'class="([^"]*)"', file.read_text(encoding="utf-8")):
                    written.update(re.findall(r"[\w-]+", re.sub(r"{[{%].*?[}%]}", " ", value)))
    both = written & {name.replace("\\", "") for name in CLASS.findall(tabler)}
    assert len(both) > 50
    alone = re.compile(r"^\.([\w-]+)$")

    def plain(css):
        return [
            (selector, body)
            for head, body in rules(css)
            for selector in selectors_of(head)
            if (found := alone.match(selector)) and found[1] in both
        ]

    assert plain(collected) == plain(tabler)
    assert len(collected) < len(tabler) / 3


def test_words_come_from_templates_scripts_and_programs():
    assert {"table-responsive", "btn", "alert-", "navbar"} & words() >= {"btn", "alert-"}
