"""Front-end packages from npm as static files: only the files listed here leave `node_modules`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

from .lean_css import lean, words

FILES = {
    "npm/tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "npm/signature_pad.js": "signature_pad/dist/signature_pad.min.js",
    "npm/htmx.js": "htmx.org/dist/htmx.esm.min.js",
    "npm/maplibre-gl.js": "maplibre-gl/dist/maplibre-gl.mjs",
    "npm/maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "npm/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "npm/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "npm/tus.js": "tus-js-client/dist/tus.min.js",
    "npm/terra-draw.js": "terra-draw/dist/terra-draw.module.js",
    "npm/terra-draw-adapter.js": "terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.module.js",
    "npm/bpmn-viewer.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
    "npm/bpmn-modeler.js": "bpmn-js/dist/bpmn-modeler.production.min.js",
    "npm/bpmn-js.css": "bpmn-js/dist/assets/bpmn-js.css",
    "npm/diagram-js.css": "bpmn-js/dist/assets/diagram-js.css",
    "npm/bpmn/css/bpmn.css": "bpmn-js/dist/assets/bpmn-font/css/bpmn.css",
    **{
        f"npm/bpmn/font/bpmn.{kind}": f"bpmn-js/dist/assets/bpmn-font/font/bpmn.{kind}"
        for kind in ("eot", "woff2", "woff", "ttf", "svg")
    },
}


LEAN = {"npm/tabler.css"}  # collected without the rules nothing here uses


class PackageStorage(FileSystemStorage):
    """`node_modules`, seen under the names of `FILES`."""

    def open(self, name: str, mode: str = "rb") -> "File[Any]":
        file = super().open(name, mode)
        if name not in LEAN:
            return file
        with file:
            return ContentFile(lean(file.read().decode(), words()).encode())

    def path(self, name: str) -> str:
        return str(Path(settings.NODE_MODULES) / FILES[name])


class PackageFinder(BaseFinder):
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = FILES.get(path)
        file = str(Path(settings.NODE_MODULES) / found) if found else None
        if find_all or kwargs.get("all"):
            return [file] if file else []
        return file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = PackageStorage(location=settings.NODE_MODULES)
        for name in FILES:
            yield name, storage
