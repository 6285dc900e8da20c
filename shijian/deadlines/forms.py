from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from shijian.accounts.models import User
from shijian.core import deadlines
from shijian.core.pages import style_form
from shijian.core.rules.kinds import Approver, SpanKind


class Styled(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class ClockForm(Styled):
    rule = forms.ChoiceField(label="期限")
    begins_on = forms.DateField(label="起算日")
    begins_at = forms.TimeField(
        label="起算时刻",
        required=False,
        help_text="只有按小时计算的期限需要填写。",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    event = forms.CharField(label="起算事件", required=False, max_length=80, help_text="不填的，按条文写明的起算事件。")
    amount = forms.IntegerField(
        label="批准的数量", required=False, min_value=1, max_value=3650, help_text="只有没有法定长短的期限需要填写。"
    )
    mine = forms.BooleanField(label="由我承办", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.fields["rule"]
        assert isinstance(rule, forms.ChoiceField)
        rule.choices = [("", "请选择")] + [
            (key, f"{versions[-1].name} · {versions[-1].length}") for key, versions in deadlines.limits().items()
        ]

    def begins(self) -> date | datetime:
        day: date = self.cleaned_data["begins_on"]
        at = self.cleaned_data["begins_at"]
        return datetime.combine(day, at, deadlines.SHANGHAI) if at else day


class SpanForm(Styled):
    kind = forms.ChoiceField(label="种类")
    first = forms.DateField(label="起")
    last = forms.DateField(label="止", required=False, help_text="还没有结束的不填，计时中止。")
    document = forms.CharField(label="开始的文书", max_length=80)
    end_document = forms.CharField(label="结束的文书", max_length=80, required=False)

    def __init__(self, kinds: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, SpanKind.label_of(kind)) for kind in kinds]


class SpanEndForm(Styled):
    last = forms.DateField(label="最后一日")
    document = forms.CharField(label="恢复计时的文书", max_length=80)


class ReasonForm(Styled):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea)


class ExtensionForm(Styled):
    amount = forms.IntegerField(label="延长的数量", min_value=1, max_value=3650)
    approver = forms.ChoiceField(label="批准机关", choices=Approver.choices())
    approved_by = forms.CharField(label="批准人职务", max_length=40, help_text="例如 分管副局长。")
    document = forms.CharField(label="批准文书", max_length=80)


class Officer(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.unit.name} {obj.post}）"


class HandoverForm(Styled):
    """`people` are those who may answer for the clock."""

    to = Officer(label="交给", queryset=User.objects.none(), empty_label="请选择")

    def __init__(self, people: QuerySet[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, Officer)
        field.queryset = people


class EndForm(Styled):
    on = forms.DateField(label="办结日期")
    note = forms.CharField(label="说明", max_length=200, required=False)


class RungForm(Styled):
    days_left = forms.IntegerField(label="剩余工作日", min_value=-60, max_value=60, required=False)
    name = forms.CharField(label="名称", max_length=30, required=False)
    levels_up = forms.IntegerField(label="向上级数", min_value=0, max_value=9, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("days_left") is not None and not data.get("name"):
            self.add_error("name", "请填写名称。")
        return data


RungForms = forms.formset_factory(RungForm, extra=2)
