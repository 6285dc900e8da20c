"""The web process: WSGI, because the pages are synchronous and threads are faster for them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
application = get_wsgi_application()
