from pathlib import Path

import pytest

from shijian.accounts.testing import BUREAU
from shijian.core import records
from shijian.evidence import sealing, services
from shijian.evidence.testing import NOW, certify, jpeg, matter, said


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def record(cast, monkeypatch):
    """A record in grid 050101; chief and station head bear certificates."""
    certify(cast.chief, cast.station_head)
    made, find = matter(BUREAU)
    monkeypatch.setitem(records.kinds, "matter", records.RecordKind("matter", "事项", find))
    return made


@pytest.fixture
def seal(tmp_path):
    def sealed(content: bytes, name: str = "现场.jpg", medium: str = "photo"):
        path = Path(tmp_path) / "incoming"
        path.write_bytes(content)
        return sealing.seal(path, name, medium, now=NOW)

    return sealed


@pytest.fixture
def item(cast, record, seal):
    """A photo taken by two officers, kept by the chief."""
    return services.capture(record, said(cast.chief, cast.station_head), seal(jpeg(gps=True)), by=cast.chief, now=NOW)
