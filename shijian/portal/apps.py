from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "shijian.portal"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "工作台"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs
        from shijian.documents import hooks as documents
        from shijian.evidence import hooks as evidence

        from . import recordings
        from .archive import evidence_of
        from .choices import Verb

        verbs.update(Verb.choices)
        documents.evidence.append(evidence_of)
        documents.panels.append(recordings.panel_of)
        evidence.papers.append(recordings.papers_of)
        recordings.register_rules()
