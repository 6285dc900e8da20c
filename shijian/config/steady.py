"""What a worker loads once, loaded before its first request and left alone by the collector from then on."""

import gc
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import URLPattern, URLResolver, get_resolver

# A page makes thousands of containers, and nearly all go by their count: with the default of 700 more is looked at than found.
THRESHOLDS = (2_000, 10, 10)


def begin() -> None:
    """Load addresses and templates, then freeze what is there and let the collector work.

    About 290,000 objects are modules, models, forms, addresses and templates and live as long as the process. A full collection looks at
    every one of them while all threads stand still, 100 to 250 ms in the midst of somebody's page; frozen, it takes a few.
    """
    for _ in _views(get_resolver()):
        pass
    for name in _templates():
        get_template(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    gc.enable()


def _views(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every address; asking for them imports the views."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _views(each)
        else:
            yield each


def _templates() -> Iterator[str]:
    """The product's own pages; the loader keeps what it has compiled."""
    for folder in map(Path, get_app_template_dirs("templates")):
        if Path(__file__).parents[1] in folder.parents:
            yield from (str(path.relative_to(folder)) for path in sorted(folder.rglob("*.html")))
