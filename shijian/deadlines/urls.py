from django.urls import path

from .views import clocks, feeds, ladder

app_name = "deadlines"
urlpatterns = [
    path("", clocks.mine, name="mine"),
    path("ladder/", ladder.ladder, name="ladder"),
    path("feed/", feeds.feed, name="feed"),
    path("feed/<str:secret>.ics", feeds.calendar, name="calendar"),
    path("of/<slug:kind>/<uuid:key>/", clocks.record, name="record"),
    path("of/<slug:kind>/<uuid:key>/new/", clocks.clock_new, name="clock_new"),
    path("<uuid:key>/", clocks.clock, name="clock"),
    path("<uuid:key>/span/", clocks.span_new, name="span_new"),
    path("<uuid:key>/extension/", clocks.extension_new, name="extension_new"),
    path("<uuid:key>/handover/", clocks.handover, name="handover"),
    path("<uuid:key>/end/", clocks.end, name="end"),
    path("<uuid:key>/cancellation/", clocks.cancellation, name="cancellation"),
    path("spans/<int:number>/end/", clocks.span_end, name="span_end"),
    path("spans/<int:number>/removal/", clocks.span_removal, name="span_removal"),
]
