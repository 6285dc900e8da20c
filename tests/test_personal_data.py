"""The register of personal data is complete: a field that looks personal and stands in no list fails."""

import re

import pytest
from django.apps import apps
from django.db import models

from shijian.core.personal import MASKS, impersonal, registry

LOOKS = re.compile(
    r"phone|mobile|tel\b|email|id_?card|identity_no|birth|gender|password|user_agent|^ip$|_ip$|address|location|receiver"
    r"|reporter|complainant|contact|actor|employee_no|by_name|person_name|real_name|owner_name|legal_person|openid"
    r"|^facts$|last_login|nickname|wechat|bank"
)
SAYS = re.compile(
    r"姓名|电话|手机|邮箱|身份证|证件|住址|住所|地址|地点|位置|生日|性别|签收人|经办人|操作人|举报|投诉人|联系人|法定代表人|设备"
)
HOLDS_DATA = (
    models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.DateField,
    models.BinaryField, models.FileField,
)  # fmt: skip
OURS = {"core", "audit", "accounts", "notices", "documents", "evidence", "grid", "subjects", "events", "portal", "exchange", "seals", "usersessions", "mfa", "account", "socialaccount"}  # fmt: skip


def data_fields():
    for model in apps.get_models():
        if model._meta.app_label not in OURS or model._meta.proxy:
            continue
        for field in model._meta.concrete_fields:
            if not field.is_relation:
                yield f"{model._meta.label_lower}.{field.name}", field


def looks_personal(field):
    named = LOOKS.search(field.name) or SAYS.search(str(field.verbose_name))
    return bool(named) and (isinstance(field, HOLDS_DATA) or field.name.startswith("location"))


def test_every_field_that_looks_personal_is_in_the_register_or_declared_not_to_be():
    unknown = [key for key, field in data_fields() if looks_personal(field) and key not in {**registry, **impersonal}]
    assert unknown == [], "add them to shijian/config/personal_data.py with purpose, basis, retention and mask"


def test_every_name_of_a_person_is_in_the_register():
    assert {"accounts.user.name", "accounts.user.phone", "audit.entry.actor_name"} <= set(registry)


def test_the_register_names_only_fields_there_are():
    known = {key for key, _ in data_fields()}
    assert {*registry, *impersonal} - known == set()


@pytest.mark.parametrize("field", registry.values(), ids=registry)
def test_each_has_purpose_basis_retention_mask_and_readers(field):
    assert all([field.subject, field.purpose, field.basis, field.retention, field.readers])
    assert field.mask in MASKS


def test_a_new_field_would_be_noticed():
    made = models.CharField("联系人手机", max_length=20, name="mobile")
    assert looks_personal(made)
    plain = models.CharField("名称", max_length=20, name="title")
    assert not looks_personal(plain)
