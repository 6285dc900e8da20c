from django.urls import path

from .views import impacts, library, lists

app_name = "laws"
urlpatterns = [
    path("", library.library, name="library"),
    path("search/", library.search, name="search"),
    path("cite/", library.cite, name="cite"),
    path("impacts/", impacts.impacts, name="impacts"),
    path("impacts/<int:key>/", impacts.impact, name="impact"),
    path("powers/", lists.powers, name="powers"),
    path("powers/public/", lists.public_powers, name="public_powers"),
    path("powers/import/", lists.power_import, name="power_import"),
    path("powers/items/<str:code>/", lists.power, name="power"),
    path("duties/", lists.duties, name="duties"),
    path("duties/import/", lists.duty_import, name="duty_import"),
    path("guides/", lists.guides, name="guides"),
    path("guides/<slug:code>/", lists.guide, name="guide"),
    path("<int:key>/", library.law, name="law"),
    path("<int:key>/comparison/", library.comparison, name="comparison"),
    path("<int:key>/articles/<str:number>/", library.article, name="article"),
    path("articles/<int:key>/uses/", library.uses, name="uses"),
]
