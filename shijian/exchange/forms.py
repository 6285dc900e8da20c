from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone, localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core.pages import style_form

from . import figures
from .choices import SheetKind

LONGEST_DAYS = 366


def in_half_a_year() -> date:
    return localdate() + timedelta(days=180)


class SheetForm(forms.Form):
    name = forms.CharField(label="报表名称", max_length=80)
    asked_by = forms.CharField(label="要求报送的单位", max_length=60, help_text="如市市场监管局信用监管处。")
    kind = forms.ChoiceField(label="填法", choices=SheetKind, widget=forms.RadioSelect, initial=SheetKind.UNITS)
    register = forms.ChoiceField(label="名册来源", required=False, help_text="只有名册需要选择。")
    file = forms.FileField(
        label="空白模板（.xlsx）",
        max_length=120,
        help_text="要填的表放在第一张。模板里已有的内容和公式原样保留，只填空白格。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(key, each.name) for key, each in figures.registers().items()]
        self.fields["register"].choices = [("", "请选择"), *named]  # type: ignore[attr-defined]
        style_form(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == SheetKind.ROWS and not data.get("register"):
            self.add_error("register", "请选择名册从哪里取。")
        return data


class FillForm(forms.Form):
    area = forms.ChoiceField(label="范围")
    first = forms.DateField(label="开始日期")
    last = forms.DateField(label="结束日期")

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        style_form(self)


class TokenForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label="系统账号", empty_label="请选择")
    name = forms.CharField(label="用途", max_length=60, help_text="哪个系统、用来做什么，例如：城管平台报送事件")
    expires_on = forms.DateField(label="到期日", initial=in_half_a_year, help_text="当日仍可使用，最长一年")
    per_minute = forms.IntegerField(label="每分钟最多请求数", min_value=1, max_value=100_000, initial=600)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(bureau_code=by.bureau_code, kind=UserKind.SYSTEM, is_active=True)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        style_form(self)

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        if not localdate() <= day <= localdate() + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError("到期日应在今天以后、一年以内。")
        return day

    def expires_at(self) -> datetime:
        """The first instant after the day."""
        day = self.cleaned_data["expires_on"] + timedelta(days=1)
        return datetime.combine(day, time.min, tzinfo=get_current_timezone())
