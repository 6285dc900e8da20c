from django.db.models import TextChoices


class SheetKind(TextChoices):
    """How a superior's form is filled."""

    UNITS = "units", "每个单元一行"
    ROWS = "rows", "名册（每户、每件、每人一行）"
    CELLS = "cells", "每个指标一格"


class Verb(TextChoices):
    TOKEN_ISSUED = "exchange.token.issued", "签发接口令牌"
    SHEET_ADDED = "exchange.sheet.added", "上传上级报表模板"
    SHEET_MAPPED = "exchange.sheet.mapped", "设定报表对应关系"
    SHEET_FILLED = "exchange.sheet.filled", "填报上级报表"
    SHEET_RETIRED = "exchange.sheet.retired", "停用上级报表"
    TOKEN_REVOKED = "exchange.token.revoked", "吊销接口令牌"
