from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import areas, ledgers, nodes, organisation, public, recuts, reports, routine, sandbox, staffing, work


class CodeConverter(StringConverter):
    """A grid code; "-" stands for the root of a four-level tree, whose code is empty."""

    regex = "[0-9]{1,12}|-"

    def to_python(self, value: str) -> str:
        return "" if value == "-" else value

    def to_url(self, value: str) -> str:
        return value or "-"


register_converter(CodeConverter, "gridcode")

app_name = "grid"
urlpatterns = [
    path("", nodes.tree, name="tree"),
    path("proposals/", nodes.proposals, name="proposals"),
    path("ledger/", ledgers.ledger, name="ledger"),
    path("ledgers/<slug:name>/", ledgers.ledger, name="ledgers"),
    path("own/", routine.own, name="own"),
    path("duties/", routine.duties, name="duties"),
    path("duties/new/", routine.duty, name="duty_new"),
    path("duties/<int:key>/", routine.duty, name="duty"),
    path("duties/<int:key>/record/", routine.record, name="record"),
    path("meetings/", work.meetings, name="meetings"),
    path("meetings/new/", work.meeting_new, name="meeting_new"),
    path("meetings/<uuid:key>/", work.meeting, name="meeting"),
    path("tasks/", work.tasks, name="tasks"),
    path("tasks/new/", work.task_new, name="task_new"),
    path("tasks/<uuid:key>/", work.task, name="task"),
    path("opinions/", work.opinions, name="opinions"),
    path("opinions/new/", work.opinion_new, name="opinion_new"),
    path("opinions/<uuid:key>/", work.opinion, name="opinion"),
    path("opinions/<uuid:key>/rating/", work.opinion_rating, name="opinion_rating"),
    path("points/", routine.points, name="points"),
    path("points/new/", routine.point_new, name="point_new"),
    path("points/<uuid:key>/", routine.point, name="point"),
    path("streets/", routine.streets, name="streets"),
    path("reports/", reports.report, name="report"),
    path("plan/", routine.plan, name="plan"),
    path("plan/new/", routine.milestone_new, name="milestone_new"),
    path("plan/<int:key>/done/", routine.milestone_done, name="milestone_done"),
    path("check/", areas.check, name="check"),
    path("responsible/", nodes.responsible, name="responsible"),
    path("areas.geojson", areas.areas_geojson, name="areas"),
    path("recuts/", recuts.recut_list, name="recuts"),
    path("recuts/<uuid:key>/", recuts.recut_page, name="recut"),
    path("recuts/<uuid:key>/consent/", recuts.consent, name="recut_consent"),
    path("recuts/<uuid:key>/decision/", recuts.decision, name="recut_decision"),
    path("recuts/<uuid:key>/withdrawal/", recuts.withdrawal, name="recut_withdrawal"),
    path("<gridcode:code>/sandbox/", sandbox.sandbox_page, name="sandbox"),
    path("<gridcode:code>/recut/", recuts.editor, name="recut_new"),
    path("<gridcode:code>/recut/preview/", recuts.preview, name="recut_preview"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/<slug:kind>/", organisation.body_edit, name="body"),
    path("organisation/<slug:kind>/seats/", organisation.seat_new, name="seat_new"),
    path("organisation/seats/<int:key>/end/", organisation.seat_end, name="seat_end"),
    path("rules/", organisation.rules, name="rules"),
    path("rules/new/", organisation.rule_new, name="rule_new"),
    path("rules/<int:number>/", organisation.rule, name="rule"),
    path("requests/answer/", public.request_answer, name="request_answer"),
    path("requests/<slug:bureau>/<gridcode:code>/", public.request_new, name="request_new"),
    path("<gridcode:code>/code/", public.request_code, name="request_code"),
    path("<gridcode:code>/", nodes.node_page, name="node"),
    path("<gridcode:code>/card/", nodes.card, name="card"),
    path("<gridcode:code>/proposal/", nodes.proposal, name="proposal"),
    path("<gridcode:code>/decision/", nodes.decision, name="decision"),
    path("<gridcode:code>/boundary/", areas.boundary, name="boundary"),
    path("<gridcode:code>/staffing/", staffing.appointment, name="appointment"),
    path("<gridcode:code>/staffing/<int:post>/dismissal/", staffing.dismissal, name="dismissal"),
]
