from django.urls import path

from .views import background, components, deadlines

app_name = "core"
urlpatterns = [
    path("limits/", deadlines.deadline_list, name="deadlines"),
    path("limits/explain/", deadlines.deadline_explain, name="deadline_explain"),
    path("map/background.json", background.background_json, name="background"),
    path("calendar/", deadlines.calendar_year, name="calendar"),
    path("ui/", components.components, name="components"),  # 404 without DEBUG
]
