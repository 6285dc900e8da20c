from django.urls import path

from .views import casefiles, checking, deliveries, library, papers

app_name = "documents"
urlpatterns = [
    path("", papers.papers, name="list"),
    path("forms/", library.forms, name="forms"),
    path("forms/<slug:slug>/", library.form, name="form"),
    path("forms/<slug:slug>/<str:which>", library.form_file, name="form_file"),
    path("office/", library.office, name="office"),
    path("of/<slug:kind>/<uuid:key>/", papers.record_papers, name="record"),
    path("archive/", casefiles.case_files, name="case_files"),
    path("archive/of/<slug:kind>/<uuid:key>/", casefiles.case_file, name="case_file"),
    path("archive/<uuid:key>/check/", casefiles.case_file_check, name="case_file_check"),
    path("archive/<uuid:key>/<slug:volume>.pdf", casefiles.case_file_pdf, name="case_file_pdf"),
    path("of/<slug:kind>/<uuid:key>/<slug:slug>/", papers.begin, name="begin"),
    path("check/<slug:code>/", checking.check, name="check"),
    path("rows/<slug:name>/", papers.row, name="row"),
    path("papers/<uuid:key>/", papers.paper, name="paper"),
    path("papers/<uuid:key>/preview/", papers.preview, name="preview"),
    path("papers/<uuid:key>/facts/", papers.facts, name="facts"),
    path("papers/<uuid:key>/approval/", papers.approval, name="approval"),
    path("papers/<uuid:key>/submission/", papers.submission, name="submission"),
    path("papers/<uuid:key>/recall/", papers.recall, name="recall"),
    path("papers/<uuid:key>/returning/", papers.returning, name="returning"),
    path("papers/<uuid:key>/settling/", papers.settling, name="settling"),
    path("papers/<uuid:key>/signers/", papers.signers, name="signers"),
    path("papers/<uuid:key>/delivery/", deliveries.delivery_new, name="delivery_new"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<uuid:key>/", deliveries.delivery, name="delivery"),
    path("deliveries/<uuid:key>/end/", deliveries.delivery_end, name="delivery_end"),
    path("deliveries/<uuid:key>/receipt/", deliveries.receipt, name="receipt"),
    path("papers/<uuid:key>/sealing/", papers.sealing, name="sealing"),
    path("papers/<uuid:key>/revision/", papers.revision, name="revision"),
    path("papers/<uuid:key>/voiding/", papers.voiding, name="voiding"),
    path("papers/<uuid:key>/dropping/", papers.dropping, name="dropping"),
    path("papers/<uuid:key>/file/<slug:kind>/", papers.paper_file, name="file"),
]
