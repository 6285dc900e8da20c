"""What imports do not show: foreign keys point down, and a module's edges belong to it alone."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

from shijian.config.roles import ROLES
from shijian.core.permissions import registry

ROOT = Path(__file__).resolve().parents[1] / "shijian"
LAYERS = [
    *("core", "audit", "accounts", "notices", "laws", "deadlines", "seals"),
    *("discretion", "evidence", "documents", "workflow", "watch"),
    *("grid", "subjects", "events", "portal", "exchange", "demo", "config"),
]


def test_every_foreign_key_points_to_the_same_or_a_lower_module():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and model._meta.app_label in LAYERS
        and field.related_model._meta.app_label in LAYERS
        and LAYERS.index(field.related_model._meta.app_label) > LAYERS.index(model._meta.app_label)
    ]
    assert wrong == []


def test_views_forms_urls_api_and_jobs_are_imported_only_by_their_own_module_or_config():
    pattern = re.compile(
        r"from shijian\.(\w+)\.(views|forms|urls|api|jobs)\b|from shijian\.(\w+) import .*\b(views|forms|urls|jobs)\b"
    )
    wrong = []
    for file in ROOT.rglob("*.py"):
        module = file.relative_to(ROOT).parts[0]
        if module == "config" or "tests" in file.parts:
            continue
        for match in pattern.finditer(file.read_text(encoding="utf-8")):
            if (match[1] or match[3]) != module:
                wrong.append(f"{file.relative_to(ROOT)}: {match[0]}")
    assert wrong == []


def test_every_permission_of_a_role_is_declared_by_a_module():
    for module in LAYERS:
        if (ROOT / module / "permissions.py").exists():
            __import__(f"shijian.{module}.permissions")
    unknown = {code for role in ROLES.values() for code in role.permissions} - set(registry)
    assert unknown <= {"core.calendar.import"}
