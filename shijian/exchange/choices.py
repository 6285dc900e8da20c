from django.db.models import TextChoices


class Verb(TextChoices):
    ISSUED = "exchange.token.issued", "签发接口令牌"
    REVOKED = "exchange.token.revoked", "吊销接口令牌"
