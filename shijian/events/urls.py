from django.urls import path

from .views import acts, events, kinds, merging, reporting, supervising

app_name = "events"
urlpatterns = [
    path("", events.event_list, name="list"),
    path("report/", reporting.report, name="report"),
    path("report/same/", reporting.same_matter, name="same"),
    path("mine/", events.mine, name="mine"),
    path("map.json", events.map_json, name="map"),
    path("dispatching/", events.dispatching, name="dispatching"),
    path("kinds/", kinds.kinds, name="kinds"),
    path("kinds/new/", kinds.new_kind, name="new_kind"),
    path("kinds/<slug:code>/", kinds.kind, name="kind"),
    path("<slug:number>/", events.event_page, name="event"),
    path("<slug:number>/working/", events.working, name="working"),
    path("<slug:number>/files/<uuid:key>/<slug:variant>/", events.file, name="file"),
    path("<slug:number>/dispatch/", acts.dispatch, name="dispatch"),
    path("<slug:number>/acceptance/", acts.acceptance, name="acceptance"),
    path("<slug:number>/refusal/", acts.refusal, name="refusal"),
    path("<slug:number>/escalation/", acts.escalation, name="escalation"),
    path("<slug:number>/return/", acts.send_back, name="return"),
    path("<slug:number>/handover/", acts.handover, name="handover"),
    path("<slug:number>/handover/receipt/", acts.receipt, name="receipt"),
    path("<slug:number>/feedback/", acts.feedback, name="feedback"),
    path("<slug:number>/review/", acts.review, name="review"),
    path("<slug:number>/reopening/", acts.reopening, name="reopening"),
    path("<slug:number>/supervision/", supervising.supervision, name="supervision"),
    path("<slug:number>/supervision/answer/", supervising.answer, name="answer"),
    path("<slug:number>/supervision/release/", supervising.release, name="release"),
    path("<slug:number>/duplicates/", merging.duplicates, name="duplicates"),
    path("<slug:number>/merge/", merging.merge, name="merge"),
    path("<slug:number>/separation/", merging.separation, name="separation"),
    path("<slug:number>/observation/", acts.observation, name="observation"),
]
