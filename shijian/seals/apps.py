from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "shijian.seals"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "印章和签名"

    def ready(self) -> None:
        from django.urls import reverse

        from shijian.audit.hooks import verbs
        from shijian.core import desk, records

        from . import process, waiting
        from .choices import Verb
        from .permissions import SEAL_VIEW, SIGNATURE_COLLECT, USE_APPLY, USE_APPROVE, USE_STAMP

        verbs.update(Verb.choices)
        desk.sources.append(waiting.uses)
        records.sources.append(records.Source("用印", process.uses_of, (SEAL_VIEW,)))
        records.sources.append(records.Source("签名", process.signatures_of, (SIGNATURE_COLLECT,)))
        records.tabs.append(
            records.Tab(
                "用印和签名",
                "certificate",
                lambda record: reverse("seals:record", args=[record.kind, record.id]),
                (SEAL_VIEW, SIGNATURE_COLLECT, USE_APPLY, USE_APPROVE, USE_STAMP),
            )
        )
