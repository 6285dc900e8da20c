from django.urls import path

from .views import impacts, library, lists, powers, uploads

app_name = "laws"
urlpatterns = [
    path("", library.library, name="library"),
    path("search/", library.search, name="search"),
    path("cite/", library.cite, name="cite"),
    path("impacts/", impacts.impacts, name="impacts"),
    path("impacts/handling/", impacts.handling, name="impact_handling"),
    path("impacts/assignment/", impacts.assignment, name="impact_assignment"),
    path("impacts/<int:key>/", impacts.impact, name="impact"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/new/", uploads.upload_new, name="upload_new"),
    path("uploads/<uuid:key>/", uploads.upload, name="upload"),
    path("uploads/<uuid:key>/loading/", uploads.loading, name="upload_loading"),
    path("uploads/<uuid:key>/dropping/", uploads.dropping, name="upload_dropping"),
    path("powers/", lists.powers, name="powers"),
    path("powers/public/", lists.public_powers, name="public_powers"),
    path("powers/import/", lists.power_import, name="power_import"),
    path("powers/items/<str:code>/", lists.power, name="power"),
    path("powers/items/<str:code>/trace/", powers.power_trace, name="power_trace"),
    path("matters/", powers.matters, name="matters"),
    path("matters/public/", powers.public_matters, name="public_matters"),
    path("units/", powers.units, name="units"),
    path("units/import/", powers.unit_duty_import, name="unit_duty_import"),
    path("units/<str:code>/", powers.unit, name="unit"),
    path("boundaries/", powers.boundaries, name="boundaries"),
    path("boundaries/import/", powers.boundary_import, name="boundary_import"),
    path("duties/", lists.duties, name="duties"),
    path("duties/import/", lists.duty_import, name="duty_import"),
    path("guides/", lists.guides, name="guides"),
    path("guides/<slug:code>/", lists.guide, name="guide"),
    path("<int:key>/", library.law, name="law"),
    path("<int:key>/comparison/", library.comparison, name="comparison"),
    path("<int:key>/articles/<str:number>/", library.article, name="article"),
    path("articles/<int:key>/uses/", library.uses, name="uses"),
]
