from typing import Any

from django import forms

from shijian.accounts.models import User
from shijian.core.pages import StyledForm

from . import queries
from .choices import SealKind, SealState
from .crypto import sm2_files
from .crypto.sm2 import Sm2Holder
from .crypto.vault import FileHolder, read_p12
from .models import Seal

MOST = 200_000  # bytes of a file with a certificate or a key


class SealForm(StyledForm):
    organ = forms.CharField(label="单位名称", max_length=24, help_text="沿印章上沿环行的文字，4 至 24 个字。")
    line = forms.CharField(
        label="用途文字", max_length=12, required=False, help_text="专用章在五角星下方的横排文字；公章不填。"
    )
    kind = forms.ChoiceField(label="种类", choices=SealKind.choices)
    keeper = forms.ModelChoiceField(label="保管人", queryset=User.objects.none(), empty_label="请选择")
    deputy = forms.ModelChoiceField(
        label="保管人 B 角", queryset=User.objects.none(), required=False, empty_label="不设"
    )
    in_use_from = forms.DateField(label="启用日期")
    in_use_until = forms.DateField(label="使用期至", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(bureau_code=user.bureau_code, is_active=True, kind="officer").order_by(
            "employee_no"
        )
        for name in ("keeper", "deputy"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("keeper") and data.get("keeper") == data.get("deputy"):
            self.add_error("deputy", "B 角不能是保管人本人。")
        first, last = data.get("in_use_from"), data.get("in_use_until")
        if first and last and last < first:
            self.add_error("in_use_until", "不能早于启用日期。")
        return data


class KeyForm(StyledForm):
    file = forms.FileField(
        label="证书文件",
        help_text="RSA、ECDSA 证书：发证机构提供的 PKCS#12 文件（.p12、.pfx），含私钥。国密（SM2）证书：签名证书文件（PEM 或 DER 格式）。",
    )
    key = forms.FileField(
        label="私钥文件", required=False, help_text="只有国密证书需要：与证书一同领取的私钥文件（PEM 或 DER 格式）。"
    )
    password = forms.CharField(
        label="密码",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="打开 PKCS#12 文件或者私钥文件的密码，没有的不填。",
    )

    def holder(self) -> FileHolder | Sm2Holder:
        """The key in the files. Raises KeyTrouble."""
        content, password = self.cleaned_data["file"].read(MOST), self.cleaned_data["password"]
        if key := self.cleaned_data["key"]:
            return sm2_files.read_pair(content, key.read(MOST), password)
        return read_p12(content, password)


class TokenForm(StyledForm):
    token = forms.CharField(label="密码设备标签", max_length=32)
    label = forms.CharField(label="密钥标签", max_length=60, help_text="设备中私钥和证书的共同标签。")


class IssuerForm(StyledForm):
    certificate = forms.FileField(label="根证书", help_text="发证机构公布的根证书文件（.cer、.crt、.pem）。")
    revocations = forms.FileField(
        label="吊销列表", required=False, help_text="该机构公布的吊销列表文件（.crl），没有的不传。"
    )


class StateForm(StyledForm):
    state = forms.ChoiceField(label="变更为", choices=SealState.choices)
    reason = forms.CharField(label="原因", max_length=200)


class UseForm(StyledForm):
    seal = forms.ModelChoiceField(label="印章", queryset=Seal.objects.none(), empty_label="请选择")
    file = forms.FileField(label="文件（PDF）", widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}))
    title = forms.CharField(label="文件名称", max_length=120)
    purpose = forms.CharField(label="用途", max_length=200, help_text="用于什么事项、送给谁。")
    page = forms.IntegerField(
        label="盖在第几页", initial=-1, min_value=-1, max_value=2000, help_text="-1 表示最后一页。"
    )
    x_mm = forms.FloatField(label="印章中心距纸左边（毫米）", initial=145, min_value=0, max_value=1000)
    y_mm = forms.FloatField(label="印章中心距纸上边（毫米）", initial=235, min_value=0, max_value=1000)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seal"].queryset = queries.usable_seals(user)  # type: ignore[attr-defined]


class DecisionForm(StyledForm):
    note = forms.CharField(label="审批意见", max_length=200, required=False)


class FileForm(StyledForm):
    file = forms.FileField(
        label="盖章的 PDF 文件", widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"})
    )


class SignForm(StyledForm):
    strokes = forms.JSONField(widget=forms.HiddenInput)
    picture = forms.CharField(widget=forms.HiddenInput)
    place_name = forms.CharField(label="签名地点", max_length=120, required=False)


class SignRefusalForm(StyledForm):
    reason = forms.CharField(label="拒绝签名的原因", max_length=200)
    witness = forms.CharField(
        label="见证人", max_length=80, help_text="姓名和单位；没有见证人的，写明全程音像记录的编号。"
    )
    place_name = forms.CharField(label="地点", max_length=120, required=False)
