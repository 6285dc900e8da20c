"""Every form: it renders from its sample as PDF/A-2b, and all the sample says is in the PDF."""

import re
import shutil
import subprocess
from datetime import date

import pytest

from shijian.core import deadlines
from shijian.documents import catalogue, filling, typesetting
from shijian.documents.choices import Family, Stage
from shijian.documents.rules import layout, schema

FORMS = catalogue.shipped()
ON = date(2026, 11, 20)
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")


@pytest.fixture
def periods(monkeypatch):
    """The shipped periods, without a database."""
    table = deadlines._by_key(deadlines._row(row) for row in deadlines.shipped())
    monkeypatch.setattr(deadlines, "limits", lambda: table)


def text_of(pdf, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return bare(told.stdout.decode())


def bare(text):
    return re.sub(r"[\s\u200b]", "", text)


@pytest.mark.parametrize("slug", FORMS)
def test_a_form_knows_its_place_and_its_sample_is_complete(slug):
    form = FORMS[slug]
    assert form.family in Family.values
    assert form.stage in Stage.values
    assert form.mistakes, "common mistakes"
    assert form.basis, "legal basis"
    assert schema.faults(form.fields.values(), form.sample) == []


@needs_pdftotext
@pytest.mark.parametrize("slug", FORMS)
def test_a_form_prints_every_field_of_its_sample(slug, periods, tmp_path):
    form = FORMS[slug]
    page = filling.page(form, form.sample, filling.sample_office(), number="灞桥市监〔2026〕1号", on=ON)
    printed = text_of(typesetting.pdf(page), tmp_path)
    shown = layout.codes_in(form.body) | set(form.fields)
    missing = []
    for code, value in form.sample.items():
        field = form.fields[code]
        parts = value if isinstance(value, list) else [value]
        if field.kind in (schema.Kind.TABLE, schema.Kind.OFFICERS):
            parts = [cell for row in value for cell in row]
        elif field.kind is schema.Kind.TEXT:
            parts = value.split("\n")
        elif field.kind in (schema.Kind.DATE, schema.Kind.DATETIME, schema.Kind.MONEY):
            parts = [layout.written(field, value), layout.written(field, value, "upper")]
            parts = [next((part for part in parts if bare(part) in printed), parts[0])]
        elif field.kind is schema.Kind.FLAG:
            parts = []
        missing += [f"{code}: {part}" for part in parts if code in shown and bare(str(part)) not in printed]
    assert missing == []
    assert bare(form.name) in printed


@pytest.mark.parametrize("slug", FORMS)
def test_a_blank_form_and_its_narrow_print_render(slug, periods):
    form = FORMS[slug]
    assert typesetting.pdf(filling.page(form, {}, filling.sample_office(), on=ON)).startswith(b"%PDF")
    assert typesetting.pdf(filling.page(form, form.sample, filling.sample_office(), on=ON, narrow=True)).startswith(
        b"%PDF"
    )


@pytest.mark.parametrize("slug", [slug for slug, form in FORMS.items() if form.is_sealed])
def test_a_sealed_form_says_where_the_seal_goes(slug, periods):
    form = FORMS[slug]
    slots = typesetting.slots(filling.page(form, form.sample, filling.sample_office(), on=ON))
    assert [slot["name"] for slot in slots].count("seal") >= 1
    assert all(0 < slot["x"] < 210 and 0 < slot["y"] < 297 for slot in slots)


def test_a_character_no_font_has_is_named():
    form = FORMS["produce_materials_notice"]
    data = {**form.sample, "party_name": "灞桥\U000f0000店"}
    with pytest.raises(typesetting.CannotTypeset, match="字体中没有"):
        typesetting.pdf(filling.page(form, data, filling.sample_office(), on=ON))


def test_what_is_typed_is_never_taken_for_a_command(tmp_path):
    form = FORMS["produce_materials_notice"]
    evil = '#panic("x") {party_address} [?party_name|x] $x^2$ *粗* <seal> \\ `'
    page = filling.page(form, {**form.sample, "material_matter": evil}, filling.sample_office(), on=ON)
    assert bare(evil) in text_of(typesetting.pdf(page), tmp_path)


def test_rare_names_are_shown():
    form = FORMS["produce_materials_notice"]
    page = filling.page(form, {**form.sample, "party_name": "䶮㛃旸堃商行"}, filling.sample_office(), on=ON)
    assert typesetting.pdf(page).startswith(b"%PDF")
