"""`deadline explain`, `import calendar`, `load_reference`: output, exit status, sentences."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_explain_prints_due_unrolled_steps_and_citations_as_json():
    span = "2026-03-20..2026-04-10:testing"
    found = json.loads(run("deadline", "explain", "CASE-02", "--from", "2026-03-02", "--span", span, "--json"))
    assert (found["due"], found["unrolled"]) == ("2026-06-22", "2026-06-22")
    assert found["citations"] == ["程序规定 64", "行政处罚法 60", "程序规定 80"]
    assert all(step["text"] for step in found["steps"])


def test_explain_prints_numbered_steps_with_articles():
    text = run("deadline", "explain", "payment", "--from", "2026-09-16")
    assert text.splitlines()[0] == "缴纳罚没款（PAY-01）"
    assert "2. 起算：2026-09-16（星期三）收到处罚决定书，当日不计入" in text
    assert "〔《市场监督管理行政处罚程序规定》第八十条〕" in text


def test_explain_takes_chinese_span_names_extensions_versions_and_amounts():
    base = ["deadline", "explain", "clue_verification", "--from", "2026-09-18", "--json"]
    spanned = json.loads(run(*base, "--span", "2026-09-28..2026-10-08:检测检验检疫鉴定", "--extend", "15"))
    assert spanned["days_excluded"] == 4
    old = json.loads(run("deadline", "explain", "mediation", "--from", "2026-05-06", "--on", "2026-04-01", "--json"))
    assert old["version"]["valid_until"] == "2026-04-14"
    fixed = run("deadline", "explain", "case_decision_second", "--from", "2026-06-30", "--amount", "20")
    assert "2026-07-20" in fixed


def test_explain_takes_an_instant_for_hours():
    found = json.loads(run("deadline", "explain", "crime_transfer", "--from", "2026-11-20 09:30", "--json"))
    assert found["due"] == "2026-11-21T09:30:00+08:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["XYZ", "--from", "2026-09-18"], "没有代码或者规则编号"),
        (["payment", "--from", "2026-9-18"], "--from：“2026-9-18”不是日期"),
        (["payment", "--from", "2026-09-18T25:00"], "不是日期或者时刻"),
        (["payment", "--from", "2026-02-29"], "不是日期"),
        (["payment", "--from", "2010-01-04"], "2010-01-04 没有有效的“缴纳罚没款”期限"),
        (["clue_verification", "--from", "2026-09-18", "--span", "2026-09-20..2026-09-22:hearing"], "不扣除听证"),
        (["payment", "--from", "2026-09-18", "--extend", "5"], "没有延长的规定"),
        (["payment", "--from", "2026-09-18", "--on", "x"], "--on：“x”不是日期"),
    ],
)
def test_explain_refuses_with_a_sentence_and_status_1(arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        run("deadline", "explain", *arguments)
    assert refusal.value.returncode == 1


@pytest.mark.parametrize(
    "arguments", [["explain"], ["explain", "payment"], ["explain", "payment", "--from", "2026-09-18", "--span", "x"]]
)
def test_wrong_usage_is_status_2(arguments):
    manage = Path(__file__).resolve().parents[3] / "manage.py"
    made = subprocess.run([sys.executable, str(manage), "deadline", *arguments], capture_output=True, check=False)
    assert made.returncode == 2


def test_load_reference_counts_what_it_wrote_and_is_harmless_to_repeat():
    first = json.loads(run("load_reference", "--json"))
    assert first == {"calendar_years": 23, "time_limits": {"created": 81, "updated": 0, "unchanged": 0}}
    assert run("load_reference") == "年度日历：写入 0 年。法定期限：新增 0 条，更新 0 条，未变 81 条。\n"


def test_import_calendar_reports_counts_and_the_path_of_the_report(tmp_path, settings):
    settings.HOME = tmp_path
    path = tmp_path / "2027.csv"
    path.write_text("date,kind,name\n2027-01-01,statutory_holiday,元旦\n2027-01-02,holiday,\n", encoding="utf-8")
    found = json.loads(run("import_calendar", str(path), "--json"))
    assert {name: found[name] for name in ("read", "created", "updated", "unchanged", "rejected")} == {
        "read": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert "3,类型,holiday" in Path(found["report"]).read_text(encoding="utf-8-sig")
    assert found["incomplete_years"] == [2027]
    assert "2027 年的日历还不完整" in run("import_calendar", str(path))


def test_import_calendar_refuses_what_is_no_table(tmp_path, settings):
    settings.HOME = tmp_path
    with pytest.raises(CommandError, match="打不开文件"):
        run("import_calendar", str(tmp_path / "none.csv"))
    path = tmp_path / "bad.csv"
    path.write_text("date,kind\n2027-01-02,holiday\n", encoding="utf-8")
    with pytest.raises(CommandError, match="没有一行可以导入"):
        run("import_calendar", str(path))
