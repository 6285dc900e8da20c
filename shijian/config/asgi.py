"""The live process: one stream per open page, nothing else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
django.setup()

from shijian.notices.live import application  # noqa: E402 - Django has to be ready first

__all__ = ["application"]
