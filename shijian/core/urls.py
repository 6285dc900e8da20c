from django.urls import path

from .views import deadlines

app_name = "core"
urlpatterns = [
    path("deadlines/", deadlines.deadline_list, name="deadlines"),
    path("deadlines/explain/", deadlines.deadline_explain, name="deadline_explain"),
    path("calendar/", deadlines.calendar_year, name="calendar"),
]
