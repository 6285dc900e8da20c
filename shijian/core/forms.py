"""Forms of core."""

from datetime import date, datetime
from typing import Any

from django import forms

from . import deadlines
from .deadlines import SHANGHAI, Deadline, Extension, Span, SpanKind

SPANS = (1, 2, 3)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class DeadlineForm(forms.Form):
    """What a working needs: the limit, its start, and the time that does not count."""

    rule = forms.ChoiceField(label="期限", widget=forms.Select(attrs={"class": "form-select"}))
    start_time = forms.TimeField(
        label="起算时刻",
        required=False,
        help_text="只有按小时计算的期限需要填写。",
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
    )
    extend = forms.IntegerField(
        label="经批准延长",
        required=False,
        min_value=1,
        max_value=3650,
        help_text="填写批准延长的数量，单位与依据条文相同；没有延长的不填。",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    amount = forms.IntegerField(
        label="批准的天数",
        required=False,
        min_value=1,
        max_value=3650,
        help_text="只有没有法定天数的期限（如再次延期）需要填写。",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    on = forms.DateField(
        label="适用该日有效的规定",
        required=False,
        help_text="不填的，适用起算日有效的规定。",
        widget=day_input(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.fields["rule"]
        assert isinstance(rule, forms.ChoiceField)
        rule.choices = [("", "请选择")] + [
            (key, f"{versions[-1].name} · {versions[-1].length}") for key, versions in deadlines.limits().items()
        ]
        self.fields["from"] = forms.DateField(label="起算日期", widget=day_input())
        kinds = [("", "种类"), *SpanKind.choices()]
        for number in SPANS:
            self.fields[f"span{number}_first"] = forms.DateField(
                label=f"扣除时段 {number} 起", required=False, widget=day_input()
            )
            self.fields[f"span{number}_last"] = forms.DateField(
                label=f"扣除时段 {number} 止", required=False, widget=day_input()
            )
            self.fields[f"span{number}_kind"] = forms.ChoiceField(
                label=f"扣除时段 {number} 种类",
                required=False,
                choices=kinds,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for number in SPANS:
            names = [f"span{number}_{part}" for part in ("first", "last", "kind")]
            given = [data.get(name) for name in names]
            if any(given):
                for name, value in zip(names, given, strict=True):
                    if not value and name not in self.errors:
                        self.add_error(name, "起、止和种类须同时填写。")
        return data

    @property
    def span_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"span{number}_{part}"] for part in ("first", "last", "kind")] for number in SPANS]

    def spans(self) -> list[Span]:
        data = self.cleaned_data
        return [
            Span(data[f"span{number}_first"], data[f"span{number}_last"], data[f"span{number}_kind"])
            for number in SPANS
            if data.get(f"span{number}_first")
        ]

    def start(self) -> date | datetime:
        day: date = self.cleaned_data["from"]
        at = self.cleaned_data["start_time"]
        return datetime.combine(day, at, SHANGHAI) if at else day

    def deadline(self) -> Deadline:
        """Work it out. Raises `Refused` as the rules do."""
        data = self.cleaned_data
        key, start, on = data["rule"], self.start(), data["on"]
        extensions: list[Extension] = []
        if data["extend"]:
            extensions = [deadlines.extension(key, data["extend"], on=on or deadlines.day_of(start))]
        return deadlines.compute(key, start, on=on, spans=self.spans(), extensions=extensions, amount=data["amount"])
