"""The opponent of B1: Django with nothing but one view that does one INSERT; no middleware, the same pool."""

import json
import os
import uuid
from datetime import UTC, datetime

import django
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path

from shijian.config import embedded, environment

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="bench.bare",
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "shijian",
            "USER": "postgres",
            "HOST": str(embedded.socket_dir(environment.home())),
            "PORT": str(embedded.PORT),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": int(os.environ.get("DATABASE_POOL", "8")), "timeout": 10}},
        }
    },
)
django.setup()

from django.db import models  # noqa: E402 - Django has to be ready first


class Finding(models.Model):  # noqa: DJ008
    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    description = models.TextField()
    lon = models.FloatField()
    lat = models.FloatField()
    address = models.CharField(max_length=200)
    outside_no = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        app_label = "bench"
        db_table = "bench_finding"


def take_in(request: HttpRequest) -> JsonResponse:
    data = json.loads(request.body)
    names = ["kind", "description", "lon", "lat", "address", "outside_no"]
    made = Finding(id=uuid.uuid4(), at=datetime.now(UTC), **{name: data[name] for name in names})
    made.save(force_insert=True)
    response = JsonResponse({"id": str(made.id)}, status=201)
    response["Content-Length"] = len(
        response.content
    )  # Django's middleware would set it; without it the answer is chunked
    return response


urlpatterns = [path("api/v1/events", take_in)]

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
