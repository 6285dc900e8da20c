from django.urls import path

from .views import delegations, grants, identities, me, people, personal_data

app_name = "accounts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/roles/", people.roles, name="roles"),
    path("people/personal-data/", personal_data.register, name="personal_data"),
    path("people/units/new/", people.unit_new, name="unit_new"),
    path("me/", me.me, name="me"),
    path("me/delegations/new/", delegations.delegation_new, name="delegation_new"),
    path("me/delegations/<int:delegation>/end/", delegations.delegation_end, name="delegation_end"),
    path("me/delegations/<int:delegation>/acting/", delegations.acting, name="acting"),
    path("me/acting/end/", delegations.acting_end, name="acting_end"),
    path("me/identity/new/", identities.identity_new, name="identity_new"),
    path("me/identity/end/", identities.identity_end, name="identity_end"),
    path("me/sessions/end/", me.sessions_end, name="sessions_end"),
    path("me/sessions/<int:session>/end/", me.session_end, name="session_end"),
    path("people/<uuid:key>/", people.person, name="person"),
    path("people/<uuid:key>/edit/", people.person_edit, name="person_edit"),
    path("people/<uuid:key>/standing/", people.standing, name="standing"),
    path("people/<uuid:key>/password/", people.password_reset, name="password_reset"),
    path("people/<uuid:key>/password/consent/", people.reset_decision, name="reset_decision"),
    path("people/<uuid:key>/unlocking/", people.unlocking, name="unlocking"),
    path("people/<uuid:key>/factors/end/", people.factors_end, name="factors_end"),
    path("people/<uuid:key>/identity/end/", identities.identity_end_of, name="identity_end_of"),
    path("people/<uuid:key>/sessions/end/", people.logout_everywhere, name="logout_everywhere"),
    path("people/<uuid:key>/phone/", personal_data.unmasking, name="unmasking"),
    path("people/<uuid:key>/grants/new/", grants.grant_new, name="grant_new"),
    path("people/<uuid:key>/grants/<int:grant>/end/", grants.grant_end, name="grant_end"),
    path("people/<uuid:key>/certificates/new/", grants.certificate_new, name="certificate_new"),
    path("people/<uuid:key>/certificates/<int:certificate>/", grants.certificate_edit, name="certificate_edit"),
]
