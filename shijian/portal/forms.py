from django import forms

from shijian.core.pages import style_form


class CalendarForm(forms.Form):
    file = forms.FileField(
        label="CSV 文件", max_length=120, help_text="列：日期、类型、名称、依据；UTF-8 或 GBK 编码。"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        style_form(self)
