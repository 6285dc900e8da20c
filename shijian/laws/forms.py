from django import forms

from shijian.core.pages import style_form


class TableForm(forms.Form):
    """A list as a file."""

    file = forms.FileField(label="文件", help_text="CSV（UTF-8 或 GBK）或者 XLSX，首行为列名。")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
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
