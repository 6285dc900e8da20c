from typing import Any

from django import forms

from shijian.core.pages import style_form

from ..models import Office


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Office
        fields = (
            "bureau_name", "short_name", "government", "court", "bank", "office_address", "office_phone", "office_postcode",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)
