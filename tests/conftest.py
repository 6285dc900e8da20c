import pytest

from .world import World, build


@pytest.fixture
def world(cast) -> World:
    return build(cast)
