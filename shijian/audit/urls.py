from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("verification/", views.verification_page, name="verification"),
    path("<int:key>/", views.entry, name="entry"),
    path("<int:key>/proof/", views.entry_proof, name="proof"),
]
