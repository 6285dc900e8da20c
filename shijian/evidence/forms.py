"""Forms of evidence."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localtime, make_aware

from shijian.accounts.models import User
from shijian.core.pages import FilesField, style_form

from . import queries
from .choices import EvidenceKind, GoodState, ListKind, MeasureKind, Medium, Way
from .hooks import FieldTask
from .models import Good, RetentionClass
from .rules.capture import USUAL_KIND
from .rules.filming import seconds
from .rules.measures import NEXT, POWERS
from .services import Capture

UPLOADS_MAX = 50


class MomentField(forms.DateTimeField):
    """A local date and time as browsers send it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class PersonField(forms.CharField):
    """A colleague by name or number, with those near as suggestions."""

    def __init__(self, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        named = super().clean(value)
        if not named:
            return None
        person = queries.colleague(self.user, named.split(" ")[0])
        if person is None:
            raise forms.ValidationError(f"本局没有“{named}”，或不止一位同名，请填写工号。")
        return person


class CaptureForm(forms.Form):
    """What is said of the files; each file becomes a piece of evidence of its own."""

    medium = forms.ChoiceField(label="载体", choices=Medium.choices, initial=Medium.PHOTO)
    kind = forms.ChoiceField(
        label="证据种类",
        choices=[("", "按载体自动判断"), *EvidenceKind.choices],
        required=False,
        help_text="照片、录像一般自动判断即可；询问笔录选“当事人的陈述”，现场笔录选“勘验笔录、现场笔录”。",
    )
    way = forms.ChoiceField(label="取得方式", choices=Way.choices, initial=Way.ON_SITE)
    purpose = forms.CharField(label="证明目的", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    title = forms.CharField(label="证据名称", max_length=120, required=False, help_text="不填的，用文件名。")
    source = forms.CharField(
        label="来源", max_length=200, required=False, help_text="由谁提供、从哪里调取；当事人或第三方提供的必填。"
    )
    taken_at = MomentField(label="取得时间")
    taken_place = forms.CharField(label="取得地点", max_length=200, required=False)
    storage = forms.CharField(label="存放地点", max_length=120, required=False, help_text="实物和纸质原件放在哪里。")
    is_copy = forms.BooleanField(label="是复制件", required=False)
    copy_note = forms.CharField(
        label="复制说明", max_length=300, required=False, help_text="原件存放何处，由谁核对与原件一致，复制方法和时间。"
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    accuracy_m = forms.FloatField(required=False, min_value=0, max_value=1e6, widget=forms.HiddenInput)
    device_at = forms.DateTimeField(
        required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"]
    )

    task = forms.ChoiceField(label="执法任务", required=False, help_text="外出执法所登记的任务；正在执行的自动选上。")

    def __init__(self, *args: Any, user: User, now: datetime, tasks: Sequence[FieldTask] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now, self.tasks = user, now, {str(each.key): each for each in tasks}
        task = self.fields["task"]
        assert isinstance(task, forms.ChoiceField)
        task.choices = [
            ("", "没有登记任务"),
            *((key, f"{each.number} {each.title}") for key, each in self.tasks.items()),
        ]
        task.initial = next((key for key, each in self.tasks.items() if each.is_usual), "")
        self.fields["files"] = FilesField(label="文件", accept="*/*")
        self.fields["officer"] = PersonField(user, label="执法人员", required=False, help_text="不填的，为本人。")
        self.fields["second_officer"] = PersonField(
            user, label="第二名执法人员", required=False, help_text="现场采集、调取等应当由两名以上执法人员进行。"
        )
        for name in ("officer", "second_officer"):
            self.fields[name].widget.attrs |= {"list": "officers", "autocomplete": "off"}
        self.initial.setdefault("taken_at", localtime(now).strftime("%Y-%m-%dT%H:%M"))
        style_form(self)

    def said(self) -> Capture:
        """What the form says, for `services.capture`."""
        data = self.cleaned_data
        place = data["lon"] is not None and data["lat"] is not None
        taken = data["taken_at"]
        if taken.replace(second=0, microsecond=0) == self.now.replace(second=0, microsecond=0):
            taken = min(taken, self.now)
        device, task = data["device_at"], self.tasks.get(data["task"])
        return Capture(
            kind=data["kind"] or USUAL_KIND[Medium(data["medium"])],
            way=data["way"],
            medium=data["medium"],
            title=data["title"],
            purpose=data["purpose"],
            officer=data["officer"] or self.user,
            second_officer=data["second_officer"],
            taken_at=taken,
            source=data["source"],
            is_original=not data["is_copy"],
            copy_note=data["copy_note"],
            taken_place=data["taken_place"],
            lon_wgs84=data["lon"] if place else None,
            lat_wgs84=data["lat"] if place else None,
            accuracy_m=round(data["accuracy_m"]) if place and data["accuracy_m"] is not None else None,
            storage=data["storage"],
            task_id=task.key if task else None,
            task_number=task.number if task else "",
            device_at=device if device is None or device.tzinfo else make_aware(device),
        )


class NoteForm(forms.Form):
    text = forms.CharField(label="更正或补充的内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class SecondField(forms.CharField):
    """A place in a recording, as 分:秒."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, required=False, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "placeholder": "分:秒"}

    def clean(self, value: Any) -> int | None:
        try:
            return seconds(super().clean(value))
        except ValueError:
            raise forms.ValidationError("请按“分:秒”填写，如 1:05。") from None


class BindingForm(forms.Form):
    """Papers for a recording, or recordings for a paper: the choices are the page's."""

    chosen = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    first = SecondField(label="从第几分几秒")
    last = SecondField(label="到第几分几秒", help_text="只有其中一段的，填写起止；不填为全部。")
    remark = forms.CharField(label="说明", max_length=200, required=False, help_text="如 当事人拒绝签字的经过。")

    def __init__(self, *args: Any, label: str, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.label, chosen.choices = label, choices
        chosen.error_messages["required"] = "请至少选择一项。"
        style_form(self)


class TakeBackForm(forms.Form):
    why = forms.CharField(label="更正的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class RetentionForm(forms.Form):
    retention = forms.ModelChoiceField(label="保存期限", queryset=RetentionClass.objects.all(), empty_label=None)
    reason = forms.CharField(label="理由", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class HandoverForm(forms.Form):
    """To a colleague, or out of the house."""

    place = forms.CharField(label="交接地点或存放地点", max_length=200, required=False)
    note = forms.CharField(label="说明", max_length=500, required=False, help_text="数量、封条编号、完好情况等。")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = PersonField(user, label="接收人", help_text="姓名或工号。")
        self.fields["to"].widget.attrs |= {"list": "officers", "autocomplete": "off"}
        self.order_fields(["to", "place", "note"])
        style_form(self)


class MoveForm(forms.Form):
    place = forms.CharField(label="新的存放地点", max_length=200)
    note = forms.CharField(label="说明", max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class ReleaseForm(forms.Form):
    outside = forms.CharField(label="接收单位或接收人", max_length=120)
    note = forms.CharField(label="事由和文书号", max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class MeasureForm(forms.Form):
    """An application for preservation or seizure."""

    kind = forms.ChoiceField(label="措施", choices=MeasureKind.choices)
    power = forms.ChoiceField(
        label="查封、扣押的法律依据",
        choices=[
            ("", "先行登记保存不用选"),
            *((each.code, f"{each.field}：{each.citation}") for each in POWERS.values()),
        ],
        required=False,
    )
    party_name = forms.CharField(label="当事人", max_length=120)
    reason = forms.CharField(label="事由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    place = forms.CharField(label="实施地点", max_length=200)
    storage = forms.CharField(label="存放地点", max_length=200, help_text="就地保存的，写明就地。")
    is_urgent = forms.BooleanField(
        label="情况紧急，当场实施后补办批准", required=False, help_text="实施后应当立即报告并在法定时限内补办批准手续。"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"] = PersonField(user, label="执法人员")
        self.fields["second_officer"] = PersonField(user, label="第二名执法人员")
        for name in ("officer", "second_officer"):
            self.fields[name].widget.attrs |= {"list": "officers", "autocomplete": "off"}
        style_form(self)


class LineForm(forms.Form):
    """A row of the list."""

    list_kind = forms.ChoiceField(label="类别", choices=ListKind.choices, initial=ListKind.GOODS)
    name = forms.CharField(label="名称", max_length=120)
    spec = forms.CharField(label="规格、批号", max_length=200, required=False)
    quantity = forms.DecimalField(label="数量", max_digits=12, decimal_places=3, min_value=Decimal("0.001"))
    unit = forms.CharField(label="单位", max_length=20)
    value_yuan = forms.DecimalField(label="单价（元）", max_digits=14, decimal_places=2, min_value=0, required=False)
    condition = forms.CharField(label="完好程度、特征", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label="决定", choices=[("yes", "批准"), ("no", "不批准")], widget=forms.RadioSelect)
    opinion = forms.CharField(label="意见", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class ExtensionForm(forms.Form):
    days = forms.IntegerField(label="延长日数", min_value=1, max_value=3650)
    reason = forms.CharField(label="理由", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class EndForm(forms.Form):
    why = forms.CharField(label="解除的理由和文书号", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class GoodForm(forms.Form):
    """What becomes of a good."""

    state = forms.ChoiceField(label="处理")
    document = forms.CharField(label="依据的文书号", max_length=200)
    outside = forms.CharField(label="领取人或接收单位", max_length=120, required=False, help_text="退还、移送的必填。")

    def __init__(self, *args: Any, good: Good, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)
        state.choices = [(each.value, each.label) for each in NEXT.get(GoodState(good.state), ())]
        style_form(self)


class PackageForm(forms.Form):
    purpose = forms.CharField(label="用途", max_length=200, help_text="如 法制审核、移送公安机关、行政诉讼举证。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


class RecorderForm(forms.Form):
    """Files taken off body recorders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(label="文件", accept="video/*,audio/*")
        style_form(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("files"):
            self.add_error("files", "请选择文件。")
        return data
