from django.urls import path

from .views import impacts, library

app_name = "laws"
urlpatterns = [
    path("", library.library, name="library"),
    path("search/", library.search, name="search"),
    path("cite/", library.cite, name="cite"),
    path("impacts/", impacts.impacts, name="impacts"),
    path("impacts/<int:key>/", impacts.impact, name="impact"),
    path("<int:key>/", library.law, name="law"),
    path("<int:key>/comparison/", library.comparison, name="comparison"),
    path("<int:key>/articles/<str:number>/", library.article, name="article"),
    path("articles/<int:key>/uses/", library.uses, name="uses"),
]
