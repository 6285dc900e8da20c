from django.urls import path

from .views import checking, issuers, records, seals, signing, uses

app_name = "seals"
urlpatterns = [
    path("", seals.seals, name="list"),
    path("new/", seals.seal_new, name="seal_new"),
    path("issuers/", issuers.issuers, name="issuers"),
    path("issuers/new/", issuers.issuer_new, name="issuer_new"),
    path("of/<slug:kind>/<uuid:key>/", records.record, name="record"),
    path("uses/", uses.uses, name="uses"),
    path("uses/new/", uses.use_new, name="use_new"),
    path("uses/<uuid:key>/", uses.use_page, name="use"),
    path("uses/<uuid:key>/decision/", uses.decision, name="use_decision"),
    path("uses/<uuid:key>/withdrawal/", uses.withdrawal, name="use_withdrawal"),
    path("uses/<uuid:key>/pressing/", uses.pressing, name="use_pressing"),
    path("uses/<uuid:key>/sm2.sig", uses.sm2_signature, name="sm2_signature"),
    path("uses/<uuid:key>/<slug:which>.pdf", uses.file, name="use_file"),
    path("verification/", checking.verification, name="verification"),
    path("check/<slug:code>/", checking.check, name="check"),
    path("tsa/", checking.time_stamp, name="tsa"),
    path("signing/", signing.signings, name="signings"),
    path("signing/<uuid:key>/", signing.signing, name="signing"),
    path("signing/<uuid:key>/withdrawal/", signing.withdrawal, name="signing_withdrawal"),
    path("signing/<uuid:key>/<slug:which>.pdf", signing.file, name="signing_file"),
    path("signing/<uuid:key>/<int:place>/", signing.pad, name="pad"),
    path("signing/<uuid:key>/<int:place>/refusal/", signing.refusal, name="signing_refusal"),
    path("signing/<uuid:key>/<int:place>/picture/", signing.picture, name="signature_picture"),
    path("<uuid:key>/", seals.seal_page, name="seal"),
    path("<uuid:key>/picture.svg", seals.picture, name="picture"),
    path("<uuid:key>/certificate/", seals.seal_key, name="seal_key"),
    path("<uuid:key>/token/", seals.token_key, name="token_key"),
    path("<uuid:key>/sm2/", seals.sm2_key, name="sm2_key"),
    path("<uuid:key>/sm2/<int:number>.pem", seals.public_key, name="public_key"),
    path("<uuid:key>/state/", seals.seal_state, name="seal_state"),
]
