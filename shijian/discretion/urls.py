from django.urls import path

from .views import benchmarks, catalogue, standards, worksheets

app_name = "discretion"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("drafts/", benchmarks.drafts, name="drafts"),
    path("drafts/<uuid:key>/", benchmarks.draft, name="draft"),
    path("drafts/<uuid:key>/submission/", benchmarks.submission, name="submission"),
    path("drafts/<uuid:key>/decision/", benchmarks.decision, name="decision"),
    path("import/", benchmarks.import_new, name="import"),
    path("import/template.csv", benchmarks.template, name="template"),
    path("violations/new/", benchmarks.violation_new, name="violation_new"),
    path("standards/", standards.standards, name="standards"),
    path("standards/new/", standards.standard_new, name="standard_new"),
    path("standards/<uuid:key>/", standards.standard, name="standard"),
    path("standards/<uuid:key>/decision/", standards.standard_decision, name="standard_decision"),
    path("worksheets/", worksheets.worksheets, name="worksheets"),
    path("worksheets/<uuid:key>/", worksheets.worksheet, name="worksheet"),
    path("<slug:code>/", catalogue.violation, name="violation"),
    path("<slug:code>/working/", worksheets.working, name="working"),
    path("<slug:code>/version/", benchmarks.version_new, name="version_new"),
]
