import pytest

from ..testing import Office, build_office


@pytest.fixture
def office(cast) -> Office:
    return build_office(cast)
