from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("", views.tokens, name="tokens"),
    path("new/", views.token_new, name="token_new"),
    path("<int:key>/", views.token, name="token"),
    path("<int:key>/revocation/", views.revocation, name="revocation"),
]
