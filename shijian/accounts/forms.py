from typing import Any

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm
from django import forms
from django.utils.timezone import localdate

from shijian.core.pages import StyledForm, style_form

from . import services
from .choices import CertificateStatus, Lane, UnitKind, UserKind
from .models import EnforcementCertificate, Role, Unit, User


class PasswordChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """allauth's form in our clothes, with the rules of the profile above it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": "当前密码", "password1": "新密码", "password2": "再输入一次新密码"}
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        style_form(self)

    @property
    def advice(self) -> str:
        return services.password_profile().advice


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before a grave act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "当前密码"
        self.fields["password"].widget.attrs.pop("placeholder", None)
        style_form(self)


class PersonForm(StyledForm):
    employee_no = forms.CharField(label="工号", max_length=20)
    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.ModelChoiceField(label="所在机构", queryset=Unit.objects.none())
    kind = forms.ChoiceField(label="人员类别", choices=UserKind)
    post = forms.CharField(label="职务", max_length=40, required=False)
    phone = forms.CharField(label="联系电话", max_length=20, required=False)

    def __init__(self, *args: Any, user: User, person: User | None = None, **kwargs: Any) -> None:
        names = ["name", "unit", "kind", "post", "phone"]
        if person:
            kwargs["initial"] = {name: getattr(person, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(bureau_code=user.bureau_code)  # type: ignore[attr-defined]
        if person:
            del self.fields["employee_no"]


class GrantForm(StyledForm):
    role = forms.ModelChoiceField(label="角色", queryset=Role.objects.all())
    area_prefix = forms.CharField(
        label="网格范围", max_length=12, required=False, help_text="网格编码开头，如 0501；留空为全局。"
    )
    unit = forms.ModelChoiceField(
        label="机构范围", queryset=Unit.objects.none(), required=False, help_text="留空为本人所在机构。"
    )
    valid_from = forms.DateField(label="有效期起", initial=localdate)
    valid_until = forms.DateField(label="有效期止", required=False, help_text="留空为长期。")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(bureau_code=user.bureau_code)  # type: ignore[attr-defined]


class CertificateForm(StyledForm):
    number = forms.CharField(label="证件编号", max_length=40)
    organ = forms.CharField(label="发证机关", max_length=80)
    field = forms.CharField(label="执法领域", max_length=200)
    valid_from = forms.DateField(label="有效期起")
    valid_until = forms.DateField(label="有效期止")


class CertificateChangeForm(StyledForm):
    status = forms.ChoiceField(label="状态", choices=CertificateStatus)
    valid_until = forms.DateField(label="有效期止")

    def __init__(self, *args: Any, certificate: EnforcementCertificate, **kwargs: Any) -> None:
        initial = {"status": certificate.status, "valid_until": certificate.valid_until}
        super().__init__(*args, initial=initial, **kwargs)


class DelegationForm(StyledForm):
    deputy_no = forms.CharField(label="代理人工号", max_length=20, help_text="同一机构体系内的在岗人员。")
    roles = forms.MultipleChoiceField(label="委托的角色", widget=forms.CheckboxSelectMultiple)
    area_prefix = forms.CharField(
        label="网格范围", max_length=12, required=False, help_text="网格编码开头，如 0501；留空为本人的全部范围。"
    )
    first = forms.DateField(label="开始日期", initial=localdate)
    last = forms.DateField(label="结束日期", help_text="最长 90 天。")
    reason = forms.CharField(label="事由", max_length=100, help_text="例如：年休假、出差、培训。")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = user.grants.filter(valid__contains=localdate(), lane=Lane.BUSINESS).values_list("role_id", "role__name")
        self.fields["roles"].choices = sorted(set(rows))  # type: ignore[attr-defined]


class UnmaskForm(StyledForm):
    reason = forms.CharField(
        label="查看理由",
        max_length=100,
        min_length=4,
        help_text="写明办理什么事，例如“联系到场处置事件”。理由记入审计日志，请勿写个人信息。",
    )


class UnitForm(StyledForm):
    code = forms.SlugField(label="机构代码", max_length=20)
    name = forms.CharField(label="名称", max_length=80)
    kind = forms.ChoiceField(label="类别", choices=UnitKind)
    parent = forms.ModelChoiceField(label="上级", queryset=Unit.objects.none())
    area_code = forms.CharField(
        label="管辖网格编码", max_length=12, required=False, help_text="市场监管所填写，如 0501。"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Unit.objects.filter(bureau_code=user.bureau_code)  # type: ignore[attr-defined]
