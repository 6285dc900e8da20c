from typing import Any

from django import forms

from shijian.accounts.choices import UserKind
from shijian.accounts.models import Unit, User
from shijian.core.ids import new_id
from shijian.core.pages import FilesField, StyledForm, style_form

from . import queries
from .choices import CircularKind
from .services import Draft


class UnitChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Units as a tree, indented below the topmost one that is offered."""

    top = 1

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * max(0, obj.path.count('/') - self.top)}{obj.name}"


class CircularForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    kind = forms.ChoiceField(label="类别", choices=CircularKind.choices)
    title = forms.CharField(label="标题", max_length=120)
    text = forms.CharField(label="正文", max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))
    units = UnitChoices(
        label="发送到",
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选机构，即发给该机构及其下级的人员。",
    )
    kinds = forms.MultipleChoiceField(
        label="只发给",
        choices=[each for each in UserKind.choices if each[0] != UserKind.SYSTEM],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="不勾选即发给所有人员类别。",
    )
    must_confirm = forms.BooleanField(label="须逐人确认收到", required=False)
    confirm_by = forms.DateField(label="确认期限", required=False)
    attachments = FilesField(label="附件")

    def __init__(self, *args: Any, sender: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["units"]
        assert isinstance(units, UnitChoices)
        units.queryset = queries.units_reached_by(sender)
        units.top = min((unit.path.count("/") for unit in units.queryset), default=1)
        style_form(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("confirm_by") and not cleaned.get("must_confirm"):
            self.add_error("confirm_by", "填写确认期限，须同时勾选“须逐人确认收到”。")
        return cleaned

    def draft(self) -> Draft:
        given = self.cleaned_data
        return Draft(
            title=given["title"],
            text=given["text"],
            units=list(given["units"]),
            kinds=given["kinds"],
            kind=given["kind"],
            must_confirm=given["must_confirm"],
            confirm_by=given["confirm_by"],
            uploads=given["attachments"],
        )


class WithdrawalForm(StyledForm):
    reason = forms.CharField(label="撤回原因", max_length=200)
