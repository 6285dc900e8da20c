from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import areas, nodes, recuts, staffing


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
    path("ledger/", nodes.ledger, name="ledger"),
    path("check/", areas.check, name="check"),
    path("responsible/", nodes.responsible, name="responsible"),
    path("areas.geojson", areas.areas_geojson, name="areas"),
    path("recuts/", recuts.recut_list, name="recuts"),
    path("recuts/<uuid:key>/", recuts.recut_page, name="recut"),
    path("recuts/<uuid:key>/consent/", recuts.consent, name="recut_consent"),
    path("recuts/<uuid:key>/decision/", recuts.decision, name="recut_decision"),
    path("recuts/<uuid:key>/withdrawal/", recuts.withdrawal, name="recut_withdrawal"),
    path("<gridcode:code>/recut/", recuts.editor, name="recut_new"),
    path("<gridcode:code>/recut/preview/", recuts.preview, name="recut_preview"),
    path("<gridcode:code>/", nodes.node_page, name="node"),
    path("<gridcode:code>/card/", nodes.card, name="card"),
    path("<gridcode:code>/proposal/", nodes.proposal, name="proposal"),
    path("<gridcode:code>/decision/", nodes.decision, name="decision"),
    path("<gridcode:code>/boundary/", areas.boundary, name="boundary"),
    path("<gridcode:code>/staffing/", staffing.appointment, name="appointment"),
    path("<gridcode:code>/staffing/<int:post>/dismissal/", staffing.dismissal, name="dismissal"),
]
