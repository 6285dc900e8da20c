from typing import Any

from django import forms

from shijian.accounts.models import User
from shijian.core.pages import style_form

from .choices import Level


class TableForm(forms.Form):
    """A list as a file."""

    file = forms.FileField(label="文件", help_text="CSV（UTF-8 或 GBK）或者 XLSX，首行为列名。")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        style_form(self)


class TextForm(forms.Form):
    """A law text as a file."""

    file = forms.FileField(
        label="文本文件", widget=forms.ClearableFileInput(attrs={"accept": ".md,.txt,.markdown,text/plain,text/markdown"}),
        help_text="UTF-8 的文本（.md 或 .txt），一个文件一部法规的一个版本。文件名可写成“某办法(2026-01-31).md”，括号内是公布或修改日期。",
    )  # fmt: skip
    level = forms.ChoiceField(
        label="效力级别", required=False, choices=[("", "按文本判断"), *Level.choices], help_text="文本和公布沿革看不出时才需要选择。"
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        style_form(self)


class AssignmentForm(forms.Form):
    """Who is to check the chosen things."""

    to = forms.ModelChoiceField(User.objects.none(), label="交给", empty_label="请选择")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        style_form(self)


class HandlingForm(forms.Form):
    """What was done about a thing a new version touches."""

    outcome = forms.CharField(
        label="处理结果", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明改了什么，或者为什么不用改。如：依据改为第二十二条；核对后条文实质未变，无需修改。",
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        style_form(self)
