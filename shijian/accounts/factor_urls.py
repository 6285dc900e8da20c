"""allauth's pages of the second factor, each a transaction, so that an act and its audit entry stand or fall together."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from django.db.transaction import atomic
from django.urls import path

urlpatterns = [
    path("login/factor/", atomic(base.authenticate), name="mfa_authenticate"),
    path("login/again/factor/", atomic(base.reauthenticate), name="mfa_reauthenticate"),
    path("login/again/key/", atomic(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("me/factors/", base.index, name="mfa_index"),
    path("me/factors/app/new/", atomic(app.activate_totp), name="mfa_activate_totp"),
    path("me/factors/app/end/", atomic(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/factors/codes/", atomic(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("me/factors/codes/new/", atomic(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("me/factors/codes/file/", atomic(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("me/factors/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("me/factors/keys/new/", atomic(keys.add_webauthn), name="mfa_add_webauthn"),
    path("me/factors/keys/<int:pk>/end/", atomic(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path("me/factors/keys/<int:pk>/edit/", atomic(keys.edit_webauthn), name="mfa_edit_webauthn"),
]
