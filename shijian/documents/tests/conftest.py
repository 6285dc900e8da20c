import pytest

from shijian.documents.testing import build_desk


@pytest.fixture
def desk(cast):
    return build_desk(cast)
