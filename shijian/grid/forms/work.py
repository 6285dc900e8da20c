from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import Unit, User
from shijian.core.pages import StyledForm

from ..choices import Cycles, Duty, OpinionSource, RuleKind, Satisfaction
from ..models import Node
from ..services.work import OPINION_DAYS, Decision

DECISIONS = 4


class PlacedForm(StyledForm):
    """A form about one node of the bureau; `nodes` are those the person may act for."""

    def __init__(self, *args: Any, nodes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = nodes.first()
        if "node" in self.fields:
            self.fields["node"].queryset = nodes  # type: ignore[attr-defined]
            if first:
                self.fields["node"].initial = first.pk
        people = User.objects.none()
        if first:
            people = User.objects.filter(bureau_code=first.bureau_code, is_active=True).exclude(kind="system")
        people = people.select_related("unit").order_by("unit__path", "employee_no")
        # Read once for all the fields that choose a person.
        names: list[tuple[Any, str]] = [(user.pk, f"{user.name}（{user.unit.name} {user.post}）") for user in people]
        for name in ("chair", "assignee", "attendees", *(f"who_{number}" for number in range(DECISIONS))):
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = people
                field.choices = _inside(people, names) if name == "attendees" else [("", "请选择"), *names]


def _inside(people: Any, names: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Those who come to a meeting: people of the bureau itself, not residents and outsiders."""
    own = {user.pk for user in people if user.kind != UserKind.EXTERNAL}
    return [(key, name) for key, name in names if key in own]


def _node() -> forms.ModelChoiceField[Node]:
    return forms.ModelChoiceField(label="网格", queryset=Node.objects.none(), empty_label=None)


def _person(label: str, **more: Any) -> forms.ModelChoiceField[User]:
    return forms.ModelChoiceField(label=label, queryset=User.objects.none(), empty_label="请选择", **more)


class MeetingForm(PlacedForm):
    node = _node()
    title = forms.CharField(label="议题", max_length=80)
    held_on = forms.DateField(label="召开日期", initial=localdate)
    chair = _person("主持")
    attendees = forms.ModelMultipleChoiceField(
        label="参加人员", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    minutes = forms.CharField(label="会议纪要", widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for number in range(DECISIONS):
            self.base_fields[f"what_{number}"] = forms.CharField(
                label=f"决定事项{number + 1}",
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": f"事项 {number + 1}"}),
            )
            self.base_fields[f"who_{number}"] = _person("责任人", required=False)
            self.base_fields[f"when_{number}"] = forms.DateField(label="完成期限", required=False)
        super().__init__(*args, **kwargs)

    @property
    def decisions(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each decision, side by side on the page."""
        return [(self[f"what_{n}"], self[f"who_{n}"], self[f"when_{n}"]) for n in range(DECISIONS)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(DECISIONS):
            parts = [data.get(f"{name}_{number}") for name in ("what", "who", "when")]
            if any(parts) and not all(parts):
                self.add_error(f"what_{number}", "决定事项要写明事项、责任人和完成期限。")
        return data


def decisions_of(data: dict[str, Any]) -> list[Decision]:
    return [
        Decision(data[f"what_{number}"], data[f"who_{number}"], data[f"when_{number}"])
        for number in range(DECISIONS)
        if data.get(f"what_{number}")
    ]


class TaskForm(PlacedForm):
    node = _node()
    title = forms.CharField(label="事项", max_length=120)
    assignee = _person("责任人")
    due_on = forms.DateField(label="完成期限")


class ResultForm(StyledForm):
    result = forms.CharField(label="完成情况", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)


class ConfirmForm(StyledForm):
    note = forms.CharField(label="意见", max_length=200, required=False, help_text="退回须写明理由。")


class OpinionForm(PlacedForm):
    node = _node()
    source = forms.ChoiceField(label="来源", choices=OpinionSource)
    from_name = forms.CharField(label="提出人", max_length=20, required=False, help_text="不愿留名的可以不填。")
    text = forms.CharField(label="意见建议", widget=forms.Textarea(attrs={"rows": 5}), max_length=5000)
    received_on = forms.DateField(label="收到日期", initial=localdate)
    assignee = _person("承办人")
    due_on = forms.DateField(label="答复期限", initial=lambda: localdate() + timedelta(days=OPINION_DAYS))


class AnswerForm(StyledForm):
    answer = forms.CharField(label="答复", widget=forms.Textarea(attrs={"rows": 5}), max_length=5000)


class RatingForm(StyledForm):
    satisfaction = forms.ChoiceField(label="回访", choices=Satisfaction)


class DutyForm(StyledForm):
    title = forms.CharField(label="职责", max_length=60)
    detail = forms.CharField(label="要求", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    duty = forms.ChoiceField(
        label="由谁完成", choices=[(key, name) for key, name in Duty.choices if key != Duty.LEADER]
    )
    cycle = forms.ChoiceField(label="周期", choices=Cycles)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)


class RecordForm(PlacedForm):
    node = _node()
    done_on = forms.DateField(label="完成日期", initial=localdate)
    text = forms.CharField(label="工作情况", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)


class PointForm(PlacedForm):
    node = _node()
    name = forms.CharField(label="名称", max_length=60)
    host = forms.CharField(label="设立单位", max_length=60, help_text="商场、市场、社区等。")


class VisitForm(StyledForm):
    on = forms.DateField(label="日期", initial=localdate)
    settled = forms.IntegerField(label="自行和解（件）", min_value=0, max_value=9999, initial=0)
    text = forms.CharField(label="指导情况", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)


class MilestoneForm(StyledForm):
    stage = forms.CharField(label="阶段", max_length=40)
    title = forms.CharField(label="任务", max_length=120)
    lead = forms.ModelChoiceField(label="牵头单位", queryset=Unit.objects.none(), empty_label="请选择")
    due_on = forms.DateField(label="完成期限")

    def __init__(self, *args: Any, bureau_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = Unit.objects.filter(bureau_code=bureau_code).order_by("path")  # type: ignore[attr-defined]


class RequestForm(StyledForm):
    """What a shopkeeper or a resident writes; `website` is left empty by people and filled by programs."""

    source = forms.ChoiceField(
        label="您是",
        choices=[("trader", "经营者"), ("resident", "居民群众")],
        widget=forms.RadioSelect,
        initial="trader",
    )
    text = forms.CharField(
        label="想反映或咨询什么", min_length=5, max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="如办证咨询、变更提醒、市场秩序、消费纠纷。请不要写身份证号。",
    )  # fmt: skip
    from_name = forms.CharField(
        label="称呼", max_length=20, required=False, help_text="可以不填。加密保存，只有承办人能看到。"
    )
    phone = forms.RegexField(
        r"^[0-9\-+ ]{7,20}$", label="联系电话", required=False, help_text="需要回电的请填写。加密保存。",
        error_messages={"invalid": "请填写电话号码，或者留空。"},
    )  # fmt: skip
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("提交没有成功，请刷新页面后重新填写。")
        return ""


class ReceiptForm(StyledForm):
    receipt = forms.CharField(label="回执号", max_length=24)


class BodyForm(StyledForm):
    name = forms.CharField(label="名称", max_length=80)
    duties = forms.CharField(label="职责", max_length=3000, widget=forms.Textarea(attrs={"rows": 6}))
    based_on = forms.CharField(label="设立依据", max_length=120, required=False)
    unit = forms.ModelChoiceField(label="设在", queryset=Unit.objects.none(), required=False)
    members = forms.ModelMultipleChoiceField(
        label="成员单位", queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, bureau_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("unit", "members"):
            self.fields[name].queryset = Unit.objects.filter(bureau_code=bureau_code).order_by("path")  # type: ignore[attr-defined]


class SeatForm(StyledForm):
    person = _person("人员")
    post = forms.ChoiceField(label="职务")
    since = forms.DateField(label="任职日期", initial=localdate)

    def __init__(self, *args: Any, bureau_code: str, posts: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(bureau_code=bureau_code, is_active=True, kind=UserKind.OFFICER).select_related(
            "unit"
        )
        field: Any = self.fields["person"]
        field.queryset = people
        field.choices = [
            ("", "请选择"),
            *((each.pk, f"{each.name}（{each.unit.name}）") for each in people.order_by("unit__path", "employee_no")),
        ]
        self.fields["post"].choices = [(each.value, each.label) for each in posts]  # type: ignore[attr-defined]


class HouseRuleForm(StyledForm):
    number = forms.IntegerField(label="编号", min_value=1, max_value=999)
    kind = forms.ChoiceField(label="种类", choices=RuleKind)
    title = forms.CharField(label="名称", max_length=80)
    text = forms.CharField(label="正文", max_length=50_000, widget=forms.Textarea(attrs={"rows": 12}))
    binds_kinds = forms.MultipleChoiceField(
        label="约束的人员",
        choices=[each for each in UserKind.choices if each[0] != UserKind.SYSTEM],
        widget=forms.CheckboxSelectMultiple,
    )
    binds_units = forms.ModelMultipleChoiceField(
        label="约束的单位",
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选的，约束全局。",
    )
    document_no = forms.CharField(label="发文字号", max_length=60, required=False)
    valid_from = forms.DateField(label="施行日期", initial=localdate)

    def __init__(self, *args: Any, bureau_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["binds_units"].queryset = Unit.objects.filter(bureau_code=bureau_code).order_by("path")  # type: ignore[attr-defined]
