"""Personal data: which fields hold it, why, for how long, and how they look to those who need not know.

A module declares its fields in `config/personal_data.py`; `tests/test_personal_data.py` fails for a field that looks
personal and is in no list. Source: 个人信息保护法 (2021-08-20) art. 6, 19, 28, 51; GB/T 35273-2020 7.2.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps

PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{14}(\d{3}[\dXx])(?![\dXx])")


def mask_name(name: str) -> str:
    """张*: the first character and one star for each other."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_phone(phone: str) -> str:
    """138****1234; a number too short to keep seven digits shows none."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****" if phone else ""


def mask_identity(number: str) -> str:
    """The last four characters of an identity number."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_text(text: str) -> str:
    """Free text without the phone and identity numbers somebody wrote into it."""
    return IDENTITY.sub(r"**************\1", PHONE.sub(r"\1****\2", text))


def mask_all(text: str) -> str:
    return "***" if text else ""


def unmasked(text: str) -> str:
    """For what all colleagues may see, such as the name of an officer at work."""
    return text


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One field of one model. `retention` says when it goes; `readers` who sees it whole, and where."""

    model: str
    field: str
    label: str
    subject: str  # whose data
    purpose: str
    basis: str
    retention: str
    mask: Callable[[str], str]
    readers: str
    sensitive: bool = False

    @property
    def key(self) -> str:
        return f"{self.model}.{self.field}"

    @property
    def is_sealed(self) -> bool:
        """Whether the column holds it sealed (`core.sealed`)."""
        from .sealed import SealedTextField  # settings read this module for their log filter

        return isinstance(apps.get_model(self.model)._meta.get_field(self.field), SealedTextField)

    @property
    def mask_name(self) -> str:
        return MASKS[self.mask]


MASKS: dict[Callable[[str], str], str] = {
    mask_name: "只显示姓",
    mask_phone: "前 3 位和后 4 位",
    mask_identity: "后 4 位",
    mask_text: "去掉文中的电话和证件号",
    mask_all: "完全不显示",
    unmasked: "本局工作人员可见",
}
registry: dict[str, PersonalField] = {}
impersonal: dict[str, str] = {}  # fields that look personal and are not, with the reason


def register(*fields: PersonalField) -> None:
    registry.update((field.key, field) for field in fields)


class MaskingFilter(logging.Filter):
    """No log line carries a phone or identity number, whoever wrote it there."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        masked = mask_text(text)
        if masked != text:
            record.msg, record.args = masked, ()
        return True
