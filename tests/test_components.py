"""The component page: for developers, and showing every component the templates have."""

import re
from pathlib import Path

from django.urls import reverse

UI = Path(__file__).resolve().parents[1] / "shijian/core/templates/ui"
WHOLE_PAGES = {
    "list",
    "list_page",
    "form_page",
    "map",
    "messages",
}  # seen on every page, or they need rows of their own


def test_the_page_exists_only_for_developers(cast, settings):
    client = cast.client(cast.chief)
    assert client.get(reverse("core:components")).status_code == 404
    settings.DEBUG = True
    assert client.get(reverse("core:components")).status_code == 200


def test_every_component_is_shown():
    page = (UI.parent / "core/components.html").read_text()
    shown = set(re.findall(r'include "ui/(\w+)\.html"', page))
    assert {file.stem for file in UI.glob("*.html")} - WHOLE_PAGES <= shown
