from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.pages import StyledForm

from ..choices import Duty, Verdict
from ..models import Node
from ..rules.datum import NAMES, Datum


class ProposalForm(StyledForm):
    name = forms.CharField(label="名称", max_length=60)
    code = forms.CharField(label="编码", max_length=12, required=False, help_text="留空则自动取下一个序号。")
    extent_text = forms.CharField(
        label="四至", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="东至、南至、西至、北至。"
    )


class DecisionForm(StyledForm):
    note = forms.CharField(label="审定意见", max_length=200, required=False)


class CardForm(StyledForm):
    name = forms.CharField(label="名称", max_length=60)
    extent_text = forms.CharField(label="四至（定格）", required=False, widget=forms.Textarea)
    duties_text = forms.CharField(label="职责（定责）", required=False, widget=forms.Textarea)
    flow_text = forms.CharField(label="流程（定流程）", required=False, widget=forms.Textarea)
    rules_text = forms.CharField(label="规章（定规章）", required=False, widget=forms.Textarea)


class AppointmentForm(StyledForm):
    person = forms.ModelChoiceField(label="人员", queryset=User.objects.none(), empty_label="请选择")
    duty = forms.ChoiceField(label="职责", choices=Duty)
    valid_from = forms.DateField(label="任期起", initial=localdate)
    valid_until = forms.DateField(label="任期止", required=False, help_text="留空为长期。")

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(bureau_code=node.bureau_code, is_active=True).exclude(kind="system")
        if node.unit_id:
            people = people.filter(unit__path__startswith=node.unit.path if node.unit else "") | people.filter(
                kind="officer"
            )
        self.fields["person"].queryset = people.select_related("unit").order_by("unit__path", "employee_no")  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = (  # type: ignore[attr-defined]
            lambda user: f"{user.name}（{user.unit.name} {user.post} {user.employee_no}）"
        )
        self.fields["duty"].choices = [  # type: ignore[attr-defined]
            (value, node.level.chief_title if value == Duty.CHIEF else label) for value, label in Duty.choices
        ]


class BoundaryForm(StyledForm):
    geometry = forms.CharField(
        label="边界（GeoJSON）",
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "data-geometry": ""}),
        help_text="在地图上绘制会自动填入；也可以粘贴 Polygon 类型的 GeoJSON。",
    )
    datum = forms.ChoiceField(label="坐标系", choices=[(each.value, NAMES[each]) for each in Datum])
    valid_from = forms.DateField(label="生效日期", initial=localdate)
    source = forms.CharField(label="划定依据", max_length=120, initial="现场踏勘，地图绘制")


class RecutForm(StyledForm):
    title = forms.CharField(label="事项", max_length=80, help_text="例如：将半坡国际广场划归 050103。")
    reason = forms.CharField(label="调整理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    steps = forms.JSONField(widget=forms.HiddenInput(attrs={"data-steps": ""}), initial=list)


class ConsentForm(StyledForm):
    verdict = forms.ChoiceField(label="意见", choices=Verdict, widget=forms.RadioSelect)
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="不同意须写明理由。")


class ResponsibleForm(forms.Form):
    lon = forms.FloatField(min_value=-180, max_value=180)
    lat = forms.FloatField(min_value=-90, max_value=90)
    on = forms.DateField(required=False)

    def day(self) -> date:
        return self.cleaned_data["on"] or localdate()
