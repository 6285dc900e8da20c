from django.urls import path

from .views import circulars, inbox

app_name = "notices"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("reading/", inbox.reading, name="reading"),
    path("sent/", circulars.sent, name="sent"),
    path("circulars/new/", circulars.compose, name="compose"),
    path("circulars/<uuid:key>/", circulars.circular, name="circular"),
    path("circulars/<uuid:key>/confirmation/", circulars.confirmation, name="confirmation"),
    path("circulars/<uuid:key>/reminder/", circulars.reminder, name="reminder"),
    path("circulars/<uuid:key>/withdrawal/", circulars.withdrawal, name="withdrawal"),
    path("circulars/<uuid:key>/receipts/", circulars.receipts, name="receipts"),
    path("circulars/<uuid:key>/files/<int:number>/", circulars.attachment, name="circular_file"),
    path("<uuid:key>/", inbox.notice, name="notice"),
]
