from django.urls import path

from .views import hits, rules

app_name = "watch"
urlpatterns = [
    path("", hits.hits, name="hits"),
    path("hits/<uuid:key>/", hits.hit, name="hit"),
    path("handling/", hits.handling, name="handling"),
    path("trend/", hits.trend, name="trend"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:code>/", rules.rule, name="rule"),
    path("run/", rules.run, name="run"),
]
