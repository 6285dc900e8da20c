import pytest

from shijian.core.deadlines import load_time_limits
from shijian.deadlines import services
from shijian.deadlines.testing import record_kind, sample


@pytest.fixture
def case(cast):
    load_time_limits()
    services.load_ladder()
    record = sample()
    with record_kind(record):
        yield record
