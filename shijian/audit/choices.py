from django.db import models


class Verb(models.TextChoices):
    """What auditors do is on record like everything else."""

    VERIFIED = "audit.log.verified", "核验审计日志"
    EXPORTED = "audit.entry.exported", "导出审计日志"
    PROVEN = "audit.proof.issued", "出具审计证明"
