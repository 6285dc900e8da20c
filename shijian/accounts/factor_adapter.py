"""How allauth's second factor fits the bureau: sealed secrets, our words, no code taken twice."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

from .models import User


def _fernet(secret: str | bytes) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"shijian second factor").derive(force_bytes(secret))
    return Fernet(base64.urlsafe_b64encode(key))


def _seal() -> MultiFernet:
    """Keys made from the installation's secret key, the present one first."""
    return MultiFernet([_fernet(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证码不正确或已用过，请等下一个验证码再试。",
        "cannot_generate_recovery_codes": "请先绑定身份验证器或安全密钥。",
    }

    def encrypt(self, text: str) -> str:
        """What proves the person is of no use to whoever has only the database, or its backup."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    @staticmethod
    def reseal(sealed: str) -> str:
        """The same secret under the present key."""
        return _seal().rotate(sealed.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return f"安全密钥 {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}
