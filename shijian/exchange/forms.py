from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone, localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core.pages import style_form

LONGEST_DAYS = 366


def in_half_a_year() -> date:
    return localdate() + timedelta(days=180)


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
