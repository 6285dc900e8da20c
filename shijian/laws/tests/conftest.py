from pathlib import Path

import pytest
from django.db import transaction

from shijian.laws import services
from shijian.laws.testing import NOW, SHARED


@pytest.fixture(scope="module")
def outcome(django_db_setup, django_db_blocker):
    """The catalogue and all real texts, once for the tests of a file."""
    if not SHARED.exists():
        pytest.skip("needs ../shared/data/laws")
    with django_db_blocker.unblock(), transaction.atomic():
        services.load_catalogue()
        yield services.import_laws(SHARED, by=None, now=NOW)
        transaction.set_rollback(True)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path
