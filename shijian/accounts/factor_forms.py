"""allauth's forms of the second factor in our clothes."""

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache

from shijian.core.pages import style_form

from .factor_adapter import FactorAdapter
from .models import User


def _dress(form: forms.Form, label: str, help_text: str = "") -> None:
    field = form.fields["code"]
    field.label, field.help_text = label, help_text
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "maxlength": 12}
    style_form(form)


def _keep_used(user: User, code: str) -> None:
    """Remember a used code as long as the window that would let it in; allauth forgets it after one period."""
    if len(code) == app_settings.TOTP_DIGITS:
        seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        cache.set(TOTP(Authenticator(user=user))._get_used_cache_key(code), "y", timeout=seconds)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """At the door, after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "验证码", "身份验证器上的 6 位数字；手机不在身边时，可填一个 8 位恢复码。")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _keep_used(self.user, code)
        return code


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """Before a grave act, instead of the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "验证码", "身份验证器上的 6 位数字，或一个恢复码。")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _keep_used(self.user, code)
        return code


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """Binding an authenticator app; the code that proves it opens nothing afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, "验证码", "身份验证器上现在显示的 6 位数字。")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise FactorAdapter().validation_error("incorrect_code")
        _keep_used(self.user, code)
        return code


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_name(self)


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_name(self)


def _dress_name(form: forms.Form) -> None:
    form.fields["name"].label = "名称"
    form.fields["name"].help_text = "便于您自己辨认，例如“办公桌上的”。"
    form.fields["name"].widget.attrs["maxlength"] = 40
    form.fields["name"].max_length = 40  # type: ignore[attr-defined]
    style_form(form)
