from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("reading/", views.reading, name="reading"),
    path("<uuid:key>/", views.notice, name="notice"),
]
