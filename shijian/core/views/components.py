"""The components every page is made of, in all their states, with the code that makes them. For developers only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from ..pages import Bar, Columns, Moment, style_form

COLOURS = ["ground", "paper", "menu", "line", "ink-soft", "accent", "accent-soft", "red", "amber", "green"]
ICONS = [
    *(
        "layout-dashboard",
        "flag",
        "camera-plus",
        "map",
        "bell",
        "building-store",
        "layout-grid",
        "users",
        "clock-hour-4",
    ),
    *("calendar", "search", "upload", "download", "printer", "check", "x", "chevron-right", "copy", "message-circle"),
]


class SampleForm(forms.Form):
    name = forms.CharField(label="名称", help_text="营业执照上的全称。")
    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), ("shop", "个体工商户"), ("company", "企业")])
    found_on = forms.DateField(label="发现日期", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label="情况", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    urgent = forms.BooleanField(label="须当日处置", required=False)


@login_required
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """404 unless DEBUG is on: the page is of use to those who build pages."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "core/components.html", samples())


def samples() -> dict[str, Any]:
    """One of everything. The dates are relative to today, so that each state of the clock is seen."""
    today, at = localdate(now()), now()
    wrong = SampleForm({"name": "", "kind": "shop", "found_on": "2026-02-30"})
    for form in (plain := SampleForm(), wrong):
        style_form(form)
    groups = [
        (f"{month} 月", [Bar(month * 7 % 23, f"{month} 月上报"), Bar(month * 5 % 17, f"{month} 月办结", series=1)])
        for month in range(1, 13)
    ]
    return {
        "colours": COLOURS,
        "icons": ICONS,
        "tags": ["", "tag-accent", "tag-green", "tag-amber", "tag-red"],
        "buttons": ["btn", "btn btn-primary", "btn btn-danger", "btn btn-sm", "btn btn-icon"],
        "dues": [today + timedelta(days=days) for days in (-3, 1, 6, 40)],
        "moments": [
            Moment(at, "办结", by="网格办", icon="check", tone="green", text="复核通过。"),
            Moment(
                at - timedelta(hours=5), "反馈", by="网格长", unit="市场监管所", text="已整改，附照片。", icon="message"
            ),
            Moment(at - timedelta(days=2), "上报", by="信息员", place="市场东门", icon="flag", tone="amber"),
        ],
        "chart": Columns("上报和办结", groups, ["上报", "办结"]),
        "form": plain,
        "wrong": wrong,
    }
