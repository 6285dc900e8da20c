from django.db.models import TextChoices


class Verb(TextChoices):
    TOKEN_ISSUED = "exchange.token.issued", "签发接口令牌"
    TOKEN_REVOKED = "exchange.token.revoked", "吊销接口令牌"
