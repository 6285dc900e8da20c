from django.urls import path

from .views import chain, checks, dossier, duplicates, entities, filters, imports, places, relations

app_name = "subjects"
urlpatterns = [
    path("", entities.entity_list, name="list"),
    path("map.json", places.map_json, name="map"),
    path("suggestions/", places.suggest, name="suggest"),
    path("tagging/", entities.tagging, name="tagging"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/dossier/", dossier.dossier_import, name="dossier_import"),
    path("imports/<uuid:key>/", imports.import_page, name="import"),
    path("imports/<uuid:key>/cancellation/", imports.import_cancel, name="import_cancel"),
    path("imports/<uuid:key>/report/", imports.import_report, name="import_report"),
    path("filters/", filters.save, name="filter_save"),
    path("filters/<int:key>/notice/", filters.notice, name="filter_notice"),
    path("filters/<int:key>/removal/", filters.remove, name="filter_remove"),
    path("relations/<int:key>/end/", relations.relation_end, name="relation_end"),
    path("links/", chain.links, name="links"),
    path("pairs/", duplicates.pairs, name="pairs"),
    path("pairs/<int:key>/", duplicates.pair, name="pair"),
    path("pairs/<int:key>/difference/", duplicates.difference, name="difference"),
    path("mergers/<int:key>/undoing/", duplicates.undoing, name="undoing"),
    path("<uuid:key>/", entities.entity_page, name="entity"),
    path("<uuid:key>/dossier/", dossier.dossier, name="dossier"),
    path("<uuid:key>/twins/", duplicates.twins, name="twins"),
    path("<uuid:key>/edit/", entities.edit, name="edit"),
    path("<uuid:key>/phone/", entities.phone, name="phone"),
    path("<uuid:key>/status/", checks.status, name="status"),
    path("<uuid:key>/checks/<uuid:check>/<int:number>/<slug:variant>/", checks.photo, name="photo"),
    path("<uuid:key>/relations/new/", relations.relation_new, name="relation_new"),
    path("<uuid:key>/location/", entities.location, name="location"),
]
