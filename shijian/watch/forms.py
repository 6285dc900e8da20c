from typing import Any

from django import forms

from shijian.core.pages import style_form

from .choices import Act, Severity
from .queries import InForce


class HandlingForm(forms.Form):
    act = forms.ChoiceField(label="处理", choices=Act.choices, widget=forms.RadioSelect)
    note = forms.CharField(label="理由或者情况", max_length=500, widget=forms.Textarea)

    def __init__(self, allowed: list[Act], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["act"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(act.value, act.label) for act in allowed]
        style_form(self)


class RuleForm(forms.Form):
    """The switch, the severity and the numbers of one rule."""

    is_active = forms.BooleanField(label="启用", required=False)
    severity = forms.ChoiceField(label="轻重", choices=Severity.choices)

    def __init__(self, held: InForce, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"is_active": held.is_active, "severity": held.severity, **held.numbers}
        super().__init__(*args, **kwargs)
        self.held = held
        for each in held.rule.parameters:
            self.fields[each.name] = forms.IntegerField(label=each.label, min_value=each.least, max_value=each.most)
        style_form(self)

    def numbers(self) -> dict[str, int]:
        return {each.name: self.cleaned_data[each.name] for each in self.held.rule.parameters}
