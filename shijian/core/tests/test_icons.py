"""An icon that the set does not have would be an empty place on the page."""

import re
from pathlib import Path

from django.conf import settings

PLACES = {
    ".html": [r'\{% icon "([a-z0-9-]+)"', r'icon_name="([a-z0-9-]+)"'],
    ".py": [r'icon"?\s*[:=]\s*"([a-z0-9-]+)"', r'\bTab\(\s*"[^"]*",\s*"([a-z0-9-]+)"'],
}


def test_every_icon_named_in_the_sources_is_in_the_set():
    folder = Path(settings.NODE_MODULES) / "@tabler/icons/icons/outline"
    named = {
        (name, path.name)
        for suffix, patterns in PLACES.items()
        for path in Path(settings.ROOT).joinpath("shijian").rglob(f"*{suffix}")
        for pattern in patterns
        for name in re.findall(pattern, path.read_text())
    }
    assert len(named) > 200
    assert [each for each in sorted(named) if not (folder / f"{each[0]}.svg").exists()] == []
