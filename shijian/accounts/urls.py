from django.urls import path

from .views import delegations, grants, me, people, personal_data

app_name = "accounts"
urlpatterns = [
    path("", people.people, name="people"),
    path("new/", people.person_new, name="person_new"),
    path("roles/", people.roles, name="roles"),
    path("personal-data/", personal_data.register, name="personal_data"),
    path("units/new/", people.unit_new, name="unit_new"),
    path("me/", me.me, name="me"),
    path("me/delegations/new/", delegations.delegation_new, name="delegation_new"),
    path("me/delegations/<int:delegation>/end/", delegations.delegation_end, name="delegation_end"),
    path("me/delegations/<int:delegation>/acting/", delegations.acting, name="acting"),
    path("me/acting/end/", delegations.acting_end, name="acting_end"),
    path("me/sessions/end/", me.sessions_end, name="sessions_end"),
    path("me/sessions/<int:session>/end/", me.session_end, name="session_end"),
    path("<uuid:key>/", people.person, name="person"),
    path("<uuid:key>/edit/", people.person_edit, name="person_edit"),
    path("<uuid:key>/standing/", people.standing, name="standing"),
    path("<uuid:key>/password/", people.password_reset, name="password_reset"),
    path("<uuid:key>/unlocking/", people.unlocking, name="unlocking"),
    path("<uuid:key>/sessions/end/", people.logout_everywhere, name="logout_everywhere"),
    path("<uuid:key>/phone/", personal_data.unmasking, name="unmasking"),
    path("<uuid:key>/grants/new/", grants.grant_new, name="grant_new"),
    path("<uuid:key>/grants/<int:grant>/end/", grants.grant_end, name="grant_end"),
    path("<uuid:key>/certificates/new/", grants.certificate_new, name="certificate_new"),
    path("<uuid:key>/certificates/<int:certificate>/", grants.certificate_edit, name="certificate_edit"),
]
