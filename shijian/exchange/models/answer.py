from django.db import models

from .token import Token


class Answer(models.Model):
    """What a request with an Idempotency-Key was answered, written in the transaction of the act itself."""

    token = models.ForeignKey(Token, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "接口应答"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return self.key
