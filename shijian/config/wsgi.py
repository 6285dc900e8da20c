"""The web process: WSGI, because the pages are synchronous and threads are faster for them."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
gc.disable()  # what is loaded stays: looking through it again and again while it grows finds nothing

from django.core.wsgi import get_wsgi_application  # noqa: E402

from . import steady  # noqa: E402

application = get_wsgi_application()
steady.begin()
