"""Serving papers as web forms."""

from typing import Any

from django import forms

from shijian.core.pages import StyledForm

from ..models import WAYS
from ..rules import delivery
from ..rules.delivery import Way
from ..services.delivering import Told

# Fields that not every way asks for: the page shows them for these.
WHEN = {
    "place": (Way.DIRECT, Way.ANNOUNCED, Way.LEFT, Way.ENTRUSTED, Way.PUBLIC),
    "receiver": (Way.DIRECT, Way.ANNOUNCED, Way.ENTRUSTED),
    "relation": (Way.DIRECT,),
    "account": (Way.ELECTRONIC,),
    "tracking": (Way.POST,),
    "witness": (Way.LEFT,),
    "is_confirmed": (Way.DIRECT, Way.POST),
    "is_filmed": (Way.DIRECT, Way.ANNOUNCED, Way.LEFT, Way.PUBLIC),
    "is_missing": (Way.PUBLIC,),
}


class DeliveryForm(StyledForm):
    """An attempt to serve a paper. What each way demands is said when it is missing, with the article."""

    way = forms.ChoiceField(label="送达方式", choices=WAYS)
    recipient = forms.CharField(label="受送达人", max_length=120)
    at = forms.DateTimeField(
        label="时间",
        help_text="送达、交寄、委托或者公告的时间。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(
        label="地点", max_length=200, required=False, help_text="送达地点；公告的，写公告栏、住所地、报纸或者网站。"
    )
    receiver = forms.CharField(label="签收人、受托单位", max_length=80, required=False)
    relation = forms.ChoiceField(
        label="与受送达人的关系",
        required=False,
        choices=[("", "请选择"), *((each, each) for each in delivery.RECEIVERS)],
    )
    account = forms.CharField(label="电子送达账号", max_length=120, required=False, help_text="与送达地址确认书一致。")
    tracking = forms.CharField(label="邮件号码", max_length=40, required=False)
    reason = forms.CharField(
        label="事由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="拒收的事由；改用邮寄、委托、公告的原因和经过；没有送达的原因。",
    )
    witness = forms.CharField(label="见证人", max_length=80, required=False)
    is_confirmed = forms.BooleanField(
        label="送往确认的地址",
        required=False,
        help_text="当事人确认的地址不准确，或者变更后没有书面告知：文书留在该地址之日、邮件退回之日为送达之日。",
    )
    is_filmed = forms.BooleanField(label="已拍照、录像", required=False)
    is_missing = forms.BooleanField(label="受送达人下落不明", required=False)
    is_failed = forms.BooleanField(label="这次没有送达", required=False)

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, ways in WHEN.items():
            self.fields[name].widget.attrs["data-when"] = f"way: {' '.join(ways)}"
        if address:
            self.fields["is_confirmed"].label = f"送往确认的地址（{address}）"
        else:
            del self.fields["is_confirmed"]

    def told(self) -> Told:
        """What was entered; call after `is_valid`."""
        return Told(**{**self.cleaned_data, "way": Way(self.cleaned_data["way"])})


class DeliveryEndForm(StyledForm):
    served_at = forms.DateTimeField(
        label="送达时间",
        required=False,
        help_text="回执、回证上的日期；公告期满的次日。没有送达的留空。",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    is_returned = forms.BooleanField(
        label="邮件被退回", required=False, help_text="寄往确认的地址的，送达时间填退回的时间。"
    )
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if way != delivery.Way.POST:
            del self.fields["is_returned"]
