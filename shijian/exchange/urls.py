from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from . import guide
from .api import api
from .auth import at_the_door
from .views import sheets
from .views import tokens as views

api_patterns, api_app, _ = api.urls
for pattern in api_patterns:
    if isinstance(pattern, URLPattern):
        pattern.callback = at_the_door(pattern.callback)

app_name = "exchange"
urlpatterns = [
    path("exchange/tokens/", views.tokens, name="tokens"),
    path("exchange/tokens/new/", views.token_new, name="token_new"),
    path("exchange/tokens/<uuid:key>/", views.token_page, name="token"),
    path("exchange/tokens/<uuid:key>/revocation/", views.revocation, name="revocation"),
    path("exchange/sheets/", sheets.sheets, name="sheets"),
    path("exchange/sheets/new/", sheets.sheet_new, name="sheet_new"),
    path("exchange/sheets/<uuid:key>/", sheets.sheet, name="sheet"),
    path("exchange/sheets/<uuid:key>/mapping/", sheets.mapping, name="sheet_mapping"),
    path("exchange/sheets/<uuid:key>/template/", sheets.template, name="sheet_template"),
    path("exchange/sheets/<uuid:key>/retirement/", sheets.retirement, name="sheet_retirement"),
    path("exchange/guide/", guide.guide, name="guide"),
    path("api/v1/", (api_patterns, api_app, "api")),
    re_path(r"^api/v1/.*$", csrf_exempt(views.not_found), name="api_not_found"),
]
