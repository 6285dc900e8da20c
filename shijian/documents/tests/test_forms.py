"""Every form: it renders from its sample as PDF/A-2b, and all the sample says is in the PDF."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from shijian.core import deadlines
from shijian.documents import catalogue, filling, typesetting
from shijian.documents.choices import Family, Stage
from shijian.documents.rules import layout, schema, wording

FORMS = catalogue.shipped()
LAWS = Path(__file__).resolve().parents[4] / "shared" / "data" / "laws"
ON = date(2026, 11, 20)
OFFICE = filling.sample_office()
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


def test_all_forms_of_the_sets_are_there():
    by_family = {
        family: sorted(form.number for form in FORMS.values() if form.family == family) for family in Family.values
    }
    assert by_family["penalty"] == list(range(1, 57))
    assert by_family["complaint"] == list(range(1, 11))
    assert len(by_family["inspection"]) >= 9


@pytest.mark.skipif(not LAWS.exists(), reason="needs ../shared/data/laws")
def test_every_article_a_form_rests_on_exists():
    texts = {re.sub(r"\(.*", "", path.stem): [] for path in LAWS.rglob("*.md")}
    for path in LAWS.rglob("*.md"):
        texts[re.sub(r"\(.*", "", path.stem)].append(path.read_text())
    unknown = []
    for form in FORMS.values():
        for cited in form.basis:
            law, _, article = cited.rpartition(" ")
            if law and not any(f"第{wording.count(int(article))}条" in text for text in texts.get(law, [])):
                unknown.append((form.slug, cited))
    assert unknown == []


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
        elif (
            field.kind is schema.Kind.FLAG or f"?{code}=" in form.body
        ):  # decides what is printed instead of being printed
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


@needs_pdftotext
def test_the_centre_of_the_seal_lies_on_the_middle_of_name_and_date(tmp_path, periods):
    page = filling.page(
        FORMS["rectification_order"], FORMS["rectification_order"].sample, filling.sample_office(), on=ON
    )
    path = tmp_path / "paper.pdf"
    path.write_bytes(typesetting.pdf(page))
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout.decode()
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*（印章）)<', told)
    left, top, right, _ = (float(number) / 72 * 25.4 for number in words[-1][:4])
    seal = next(slot for slot in typesetting.slots(page) if slot["name"] == "seal")
    assert abs(seal["x"] - (left + right) / 2) < 3
    assert top < seal["y"] < top + 20


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


def test_a_hash_longer_than_the_line_stays_on_the_sheet(periods, tmp_path):
    form = FORMS["penalty_decision"]
    data = {**form.sample, "facts_found": f"视频的校验值为{'0123456789abcdef' * 8}。"}
    path = tmp_path / "paper.pdf"
    path.write_bytes(typesetting.pdf(filling.page(form, data, filling.sample_office(), on=ON)))
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout.decode()
    rights = [float(each) for each in re.findall(r'xMax="([0-9.]+)"', boxes)]
    assert max(rights) <= (210 - 26) / 25.4 * 72 + 12  # the right margin, and room for hanging punctuation
    assert "0123456789abcdef" * 8 in text_of(path.read_bytes(), tmp_path)


def test_papers_made_in_several_threads_at_once_are_the_papers_made_one_by_one(periods):
    form = FORMS["penalty_decision"]
    pages = [
        filling.page(form, {**form.sample, "party_name": f"第{number}商店"}, filling.sample_office(), on=ON)
        for number in range(8)
    ]
    with ThreadPoolExecutor(4) as threads:
        assert [list(map(dict, each)) for each in threads.map(typesetting.slots, pages)] == [
            typesetting.slots(page) for page in pages
        ]


def test_rare_names_are_shown():
    form = FORMS["produce_materials_notice"]
    page = filling.page(form, {**form.sample, "party_name": "䶮㛃旸堃商行"}, filling.sample_office(), on=ON)
    assert typesetting.pdf(page).startswith(b"%PDF")


def test_an_announcement_gives_thirty_days_and_not_the_sixty_the_form_once_printed(periods, tmp_path):
    printed = text_of(typesetting.pdf(filling.page(FORMS["service_announcement"], {}, OFFICE, on=ON)), tmp_path)
    assert "自本公告发布之日起三十日内" in printed
    assert "六十日" not in printed
    old = text_of(
        typesetting.pdf(filling.page(FORMS["service_announcement"], {}, OFFICE, on=date(2022, 1, 5))), tmp_path
    )
    assert "自本公告发布之日起六十日内" in old


@pytest.mark.parametrize(
    ("slug", "price", "first"),
    [("penalty_decision", False, False), ("penalty_decision", True, True), ("spot_penalty_decision", False, True)],
)
def test_spot_and_price_penalties_go_to_reconsideration_first(slug, price, first, periods, tmp_path):
    form = FORMS[slug]
    data = {**form.sample, "price_case": price} if "price_case" in form.fields else form.sample
    printed = text_of(typesetting.pdf(filling.page(form, data, OFFICE, on=ON)), tmp_path)
    assert ("应当自收到本决定书之日起六十日内先向西安市灞桥区人民政府申请行政复议" in printed) is first
    assert ("也可以自收到本决定书之日起六个月内依法向西安铁路运输法院提起行政诉讼" in printed) is not first
    assert "西安市市场监督管理局" not in printed


def test_a_decision_says_it_will_be_published_only_when_it_will(periods, tmp_path):
    form = FORMS["penalty_decision"]
    for publicity in (True, False):
        page = filling.page(form, {**form.sample, "publicity": publicity}, OFFICE, on=ON)
        assert ("将依法向社会公开" in text_of(typesetting.pdf(page), tmp_path)) is publicity
