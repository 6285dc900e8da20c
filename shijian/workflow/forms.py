"""Forms: the one a step declares, and those of the acts beside it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from shijian.accounts.models import User
from shijian.core.pages import style_form

from .choices import Mode, Turn
from .rules.diagram import Field, Node

LARGEST_FILE = 2_000_000


class Styled(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class StepForm(forms.Form):
    """The entries a step asks for, the outcome and the opinion. `people` are those its person entries may name."""

    def __init__(
        self, *args: Any, node: Node, people: dict[str, list[User]], is_added: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.node = node
        self.asked = () if is_added else node.fields
        for each in self.asked:
            self.fields[each.name] = _entry(each, people.get(each.name, []))
        choices = [(each.value, each.label) for each in node.outcomes]
        if len(choices) > 1:
            self.fields["outcome"] = forms.ChoiceField(label="结果", choices=choices, widget=forms.RadioSelect)
        self.fields["opinion"] = forms.CharField(
            label="意见",
            required=node.mode == Mode.VOTE,
            max_length=2000,
            widget=forms.Textarea,
            help_text="集体讨论须记录每个人的意见。"
            if node.mode == Mode.VOTE
            else "不同意或者退回的，必须写明。"
            if len(choices) > 1
            else "",
        )
        style_form(self)

    @property
    def outcome(self) -> str:
        chosen: str = self.cleaned_data.get("outcome") or self.node.outcomes[0].value
        return chosen

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, as JSON keeps it."""
        return {each.name: _plain(self.cleaned_data.get(each.name)) for each in self.asked}


class ArrivalForm(StepForm):
    """What is written down when a message has come: the entries of the event and a remark."""

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, node=node, people={}, **kwargs)
        self.fields["opinion"].label = "说明"


def _entry(each: Field, people: list[User]) -> forms.Field:
    # The service asks for what is required: a refusal does not need the form filled.
    label = f"{each.label}（必填）" if each.required else each.label
    more: dict[str, Any] = {"label": label, "required": False}
    names = [(str(user.pk), f"{user.name}（{user.unit.name} {user.post}）") for user in people]
    if each.kind == "longtext":
        return forms.CharField(widget=forms.Textarea, max_length=4000, **more)
    if each.kind == "date":
        return forms.DateField(**more)
    if each.kind == "number":
        return forms.DecimalField(max_digits=16, decimal_places=2, **more)
    if each.kind == "bool":
        return forms.BooleanField(**more)
    if each.kind == "choice":
        return forms.ChoiceField(choices=[("", "请选择"), *((option, option) for option in each.options)], **more)
    if each.kind == "person":
        return forms.ChoiceField(choices=[("", "请选择"), *names], **more)
    if each.kind == "people":
        return forms.MultipleChoiceField(choices=names, widget=forms.CheckboxSelectMultiple, **more)
    return forms.CharField(max_length=200, **more)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    return value.isoformat() if isinstance(value, date) else value


class ReasonForm(Styled):
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea)


class PersonForm(Styled):
    """A colleague is named; only those whom the rules of duty let act are offered."""

    to = forms.ChoiceField(label="交给")
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        names = [(key, f"{user.name}（{user.unit.name} {user.post}）") for key, user in self.people.items()]
        self.fields["to"].choices = [("", "请选择"), *names]  # type: ignore[attr-defined]


class AddForm(Styled):
    turn = forms.ChoiceField(label="什么时候办理", choices=Turn.choices, widget=forms.RadioSelect, initial=Turn.BEFORE)
    people = forms.MultipleChoiceField(
        label="加签的人",
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="本单位的在前面；点一下选上，再点一下取消，可以选几人。",
    )
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(user.pk): user for user in people}
        names = [(key, f"{user.name}（{user.unit.name} {user.post}）") for key, user in self.known.items()]
        self.fields["people"].choices = names  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[User]:
        return [self.known[key] for key in self.cleaned_data["people"]]


class ReturnForm(Styled):
    to = forms.ChoiceField(label="退回到", widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea)

    def __init__(self, *args: Any, nodes: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(node.id, node.title) for node in nodes]  # type: ignore[attr-defined]


class DraftForm(Styled):
    bpmn = forms.CharField(widget=forms.HiddenInput, max_length=LARGEST_FILE, strip=False)
    note = forms.CharField(label="改动说明", max_length=200, required=False)


class ProcessForm(Styled):
    key = forms.SlugField(label="代码", max_length=60, help_text="英文小写字母、数字和下划线，保存后不改。")
    name = forms.CharField(label="名称", max_length=80)
    group = forms.CharField(label="类别", max_length=40)
    basis = forms.CharField(label="依据", max_length=300, required=False)
    file = forms.FileField(
        label="BPMN 文件",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".bpmn,.xml"}),
        help_text="不选的，从一张空白的图开始。",
    )


class QualificationForm(Styled):
    number = forms.CharField(label="证书编号", max_length=40)
    valid_from = forms.DateField(label="取得日期")
    valid_until = forms.DateField(label="有效期止", required=False, help_text="长期有效的不填。")


class QualificationChangeForm(Styled):
    valid_until = forms.DateField(label="有效期止", required=False, help_text="长期有效的不填；被吊销的填吊销前一日。")
