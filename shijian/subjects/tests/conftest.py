import io
from pathlib import Path

import pytest
from django.core.management import call_command

from shijian.subjects.testing import build_grid

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def scene(cast, settings, tmp_path):
    """The grid of two stations, the industries, and a data folder of its own."""
    settings.HOME = tmp_path
    call_command("load_industries", stdout=io.StringIO())
    return build_grid(cast)


@pytest.fixture
def shared():
    """A file of the real sets next to the checkout, as `shared("poi/baqiao_poi.csv")`."""

    def find(name: str) -> Path:
        if not (path := SHARED / name).exists():
            pytest.skip(f"needs ../shared/data/{name}")
        return path

    return find
