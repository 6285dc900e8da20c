from django.urls import path

from .views import once, pages

app_name = "portal"
urlpatterns = [
    path("", pages.desk, name="desk"),
    path("desk/more/", pages.desk_more, name="desk_more"),
    path("search/", pages.search, name="search"),
    path("search/more/", pages.search_more, name="search_more"),
    path("calendar/import/", pages.calendar_import, name="calendar_import"),
    path("burden/", pages.burden, name="burden"),
    path("once/", once.once, name="once"),
    path("once/rows/", once.rows, name="once_rows"),
    path("once/public/", once.public, name="public_once"),
    path("map/", pages.map_page, name="map"),
    path("map/places/", pages.map_places, name="map_places"),
    path("map/<str:code>/", pages.map_area, name="map_area"),
]
