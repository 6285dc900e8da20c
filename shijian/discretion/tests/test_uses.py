"""What a benchmark rests on is told to the law library."""

import pytest

from shijian.accounts.testing import BUREAU
from shijian.discretion import queries, services
from shijian.discretion.models import Benchmark
from shijian.laws import services as laws
from shijian.laws.queries.using import placed

pytestmark = pytest.mark.django_db


def test_every_benchmark_is_listed_under_an_article_of_the_library(cast):
    laws.load_catalogue()
    services.load_shipped()
    uses = list(queries.uses_of_laws(BUREAU))
    assert len(uses) == Benchmark.objects.filter(valid_until=None).count() > 40
    found, unknown = placed(uses)
    assert unknown == []
    assert sum(len(rows) for rows in found.values()) == len(uses)
