from django.urls import path

from .views import entities, imports, places

app_name = "subjects"
urlpatterns = [
    path("", entities.entity_list, name="list"),
    path("map.json", places.map_json, name="map"),
    path("suggestions/", places.suggest, name="suggest"),
    path("tagging/", entities.tagging, name="tagging"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<uuid:key>/", imports.import_page, name="import"),
    path("imports/<uuid:key>/cancellation/", imports.import_cancel, name="import_cancel"),
    path("imports/<uuid:key>/report/", imports.import_report, name="import_report"),
    path("<uuid:key>/", entities.entity_page, name="entity"),
    path("<uuid:key>/edit/", entities.edit, name="edit"),
    path("<uuid:key>/status/", entities.status, name="status"),
    path("<uuid:key>/location/", entities.location, name="location"),
]
