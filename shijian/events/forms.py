from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate

from shijian.accounts.choices import UnitKind, UserKind
from shijian.accounts.models import Unit, User
from shijian.core import deadlines
from shijian.core.ids import new_id
from shijian.core.pages import FilesField, StyledForm, style_form

from .choices import Source, TaskKind
from .models import Kind, Phrase


class ActForm(forms.Form):
    """Every act carries an id of its own, so that sending it again is harmless, and may carry a place."""

    step_id = forms.UUIDField(widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=73, max_value=136, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=3, max_value=54, widget=forms.HiddenInput)
    device_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"step_id": new_id(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        style_form(self)

    def clean_device_at(self) -> datetime | None:
        """The device's own time in ISO 8601; what is none is left out, never a reason to refuse the act."""
        try:
            at = parse_datetime(self.cleaned_data["device_at"])
        except ValueError:
            return None
        return at if at and at.tzinfo else None

    def place(self) -> tuple[float, float] | None:
        lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
        return None if lon is None or lat is None else (lon, lat)

    def sent(self) -> dict[str, Any]:
        """What the client sent along with the act itself."""
        data = self.cleaned_data
        return {"step_id": data["step_id"], "device_at": data["device_at"], "place": self.place()}


class ReportForm(ActForm):
    kind = forms.ModelChoiceField(
        label="发现了什么", queryset=Kind.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    description = forms.CharField(
        label="情况说明",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "看到了什么，说清楚就行"}),
    )
    photos = FilesField(label="现场照片")
    source = forms.ChoiceField(
        label="来源",
        choices=[choice for choice in Source.choices if choice[0] != Source.INTERFACE],
        initial=Source.DAILY_CHECK,
    )
    outlet = forms.CharField(label="媒体名称", max_length=80, required=False)
    media_url = forms.URLField(label="报道链接", max_length=500, required=False, assume_scheme="https")
    published_on = forms.DateField(label="报道日期", required=False)
    address = forms.CharField(label="地点", max_length=200, required=False)
    entity = forms.UUIDField(required=False)
    accuracy_m = forms.IntegerField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bureau_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = Kind.objects.offered(bureau_code)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.place() is None and not data.get("entity"):
            self.add_error(None, "请在地图上点选位置、使用定位，或选择涉及的主体。")
        if data.get("source") == Source.MEDIA and not data.get("outlet", "").strip():
            self.add_error("outlet", "请写明是哪家媒体或平台。")
        return data


class ReasonForm(ActForm):
    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea)


class NoteForm(ActForm):
    note = forms.CharField(label="意见", max_length=1000, required=False, widget=forms.Textarea)


class LocateForm(ActForm):
    lon = forms.FloatField(label="经度", min_value=73, max_value=136)
    lat = forms.FloatField(label="纬度", min_value=3, max_value=54)
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class MergeForm(ActForm):
    main = forms.CharField(label="事件号", max_length=24)
    reason = forms.CharField(label="为什么是同一件事", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "step_id": self.cleaned_data["step_id"]}


class SupervisionForm(ActForm):
    reason = forms.CharField(label="督办要求", max_length=1000, widget=forms.Textarea)
    until = forms.DateField(label="督办期限")


class AnswerForm(ActForm):
    note = forms.CharField(label="进展", max_length=1000, widget=forms.Textarea)
    photos = FilesField(label="照片、材料")


class ReleaseForm(ActForm):
    note = forms.CharField(label="解除说明", max_length=1000, widget=forms.Textarea)


class FeedbackForm(ActForm):
    note = forms.CharField(label="处置结果", max_length=2000, widget=forms.Textarea)
    photos = FilesField(label="处置后照片、材料")


class ObservationForm(ActForm):
    note = forms.CharField(label="补充情况", max_length=2000, required=False, widget=forms.Textarea)
    photos = FilesField(label="照片、材料")


class HandoverForm(ActForm):
    department = forms.CharField(label="接收部门", max_length=80)
    reason = forms.CharField(label="移送理由", max_length=1000, widget=forms.Textarea)


class ReceiptForm(ActForm):
    receiver = forms.CharField(label="签收人", max_length=40)
    received_on = forms.DateField(label="签收日期", initial=localdate)
    photos = FilesField(label="回执照片")


class MessageForm(StyledForm):
    text = forms.CharField(label="内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    also = forms.CharField(label="其他人（姓名或工号）", max_length=40, required=False)


class TakeoverForm(forms.Form):
    to = forms.ModelChoiceField(label="接办人", queryset=User.objects.none(), empty_label="请选择")
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people])  # type: ignore[attr-defined]
        field.choices = [("", "请选择"), *((person.pk, f"{person.name}（{person.unit}）") for person in people)]  # type: ignore[attr-defined]
        style_form(self)


class PhraseForm(forms.ModelForm):  # type: ignore[type-arg]
    for_bureau = forms.BooleanField(label="全局共用", required=False)

    class Meta:
        model = Phrase
        fields = ["use", "title", "text"]
        help_texts = {"text": "可用 {事件号} {事项} {主体} {地点} {今天}，填入时自动替换。"}

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["for_bureau"]
        else:
            self.fields["for_bureau"].initial = bool(self.instance.pk) and self.instance.owner_id is None
        style_form(self)


class StudyForm(forms.Form):
    sent_id = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    title = forms.CharField(label="题目", max_length=60)
    conclusion = forms.CharField(label="研判结论", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    measures = forms.CharField(label="措施", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    responsible = forms.CharField(label="责任人（姓名或工号）", max_length=40)
    due_on = forms.DateField(label="完成期限")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent_id"].required = False
        style_form(self)


class ResultForm(StyledForm):
    result = forms.CharField(label="落实情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class RungForm(StyledForm):
    """One rung; a row left empty is no rung."""

    share_percent = forms.IntegerField(label="用去期限（%）", min_value=1, max_value=1000, required=False)
    name = forms.CharField(label="提醒语", max_length=30, required=False)
    levels_up = forms.IntegerField(label="同时告知上几级", min_value=0, max_value=9, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("share_percent") and not data.get("name", "").strip():
            self.add_error("name", "请写提醒语。")
        return data


RungFormSet = forms.formset_factory(RungForm, extra=2, max_num=8, absolute_max=8)


class KindForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Kind
        fields = [
            "group",
            "name",
            "basis",
            "first_handler",
            "limit_key",
            "limit_amount",
            "limit_unit",
            "limit_basis",
            "respond_hours",
            "wants_certificate",
            "wants_photo",
            "reopenings_max",
            "is_active",
        ]
        widgets = {"limit_unit": forms.Select(choices=[("", "—"), ("wd", "工作日"), ("cd", "日"), ("h", "小时")])}
        help_texts = {"limit_key": "法定期限的代码（见“法定期限”页）；填写后不用本局时限。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)

    def clean_limit_key(self) -> str:
        key = str(self.cleaned_data["limit_key"]).strip()
        if key and key not in deadlines.limits():
            raise forms.ValidationError("没有这个法定期限代码，请在“法定期限”页查找。")
        return key

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NewKindForm(KindForm):
    class Meta(KindForm.Meta):
        fields = ["code", *KindForm.Meta.fields]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if not code.isascii() or not code.isalnum():
            raise forms.ValidationError("代码由字母和数字组成，如 SP08。")
        return code


class LeadForm(forms.Form):
    """The facts stand in it already: whoever hands over completes, he does not type again."""

    suspected = forms.CharField(label="涉嫌违法行为", max_length=200)
    party = forms.CharField(label="涉嫌违法的主体", max_length=200, required=False)
    facts_text = forms.CharField(label="已查明的情况", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    found_on = forms.DateField(label="发现日期", help_text="核查期限从这一天起算。")
    to_unit = forms.ModelChoiceField(label="接收单位", queryset=Unit.objects.none())

    def __init__(self, *args: Any, bureau_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [UnitKind.BRIGADE, UnitKind.DIVISION, UnitKind.STATION]
        units = Unit.objects.filter(bureau_code=bureau_code, kind__in=kinds).order_by("kind", "path")
        self.fields["to_unit"].queryset = units  # type: ignore[attr-defined]
        style_form(self)


class LeadNoteForm(StyledForm):
    note = forms.CharField(
        label="意见",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="退回须写明理由。",
    )


class TaskForm(forms.Form):
    kind = forms.ChoiceField(label="任务种类", choices=TaskKind)
    title = forms.CharField(label="任务", max_length=200)
    place = forms.CharField(label="地点", max_length=200, required=False)
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="检查计划、交办文件、法律条文等。")
    begins_on = forms.DateField(label="开始日期", initial=localdate)
    ends_on = forms.DateField(label="结束日期", initial=localdate)
    officers = forms.ModelMultipleChoiceField(
        label="执行人员",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="检查、核查、抽样、强制措施须两名以上持证人员。",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(unit=by.unit, is_active=True, kind=UserKind.OFFICER).order_by("employee_no")
        self.fields["officers"].queryset = people  # type: ignore[attr-defined]
        self.fields["officers"].choices = [(each.pk, f"{each.name} {each.post}") for each in people]  # type: ignore[attr-defined]
        style_form(self)


class TaskNoteForm(StyledForm):
    result = forms.CharField(
        label="结果或原因", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
