import pytest

from shijian.events.testing import Scene, build_scene


@pytest.fixture
def scene(cast, settings, tmp_path) -> Scene:
    settings.FILES_DIR = tmp_path
    return build_scene(cast)
