from django.urls import path

from . import views

app_name = "portal"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/more/", views.desk_more, name="desk_more"),
    path("search/", views.search, name="search"),
    path("search/more/", views.search_more, name="search_more"),
    path("calendar/import/", views.calendar_import, name="calendar_import"),
    path("burden/", views.burden, name="burden"),
    path("map/", views.map_page, name="map"),
    path("map/places/", views.map_places, name="map_places"),
    path("map/<str:code>/", views.map_area, name="map_area"),
]
