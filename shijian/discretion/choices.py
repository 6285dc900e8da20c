from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审定"
    APPROVED = "approved", "已审定"
    RETURNED = "returned", "已退回"


class Verb(models.TextChoices):
    PROPOSED = "discretion.benchmark:proposed", "提出裁量基准"
    CHANGED = "discretion.benchmark:changed", "修改裁量基准草稿"
    SUBMITTED = "discretion.benchmark:submitted", "送审裁量基准"
    APPROVED = "discretion.benchmark:approved", "审定裁量基准"
    RETURNED = "discretion.benchmark:returned", "退回裁量基准"
    IMPORTED = "discretion.benchmark:imported", "导入裁量基准"
    STANDARD_IMPORTED = "discretion.standard:imported", "导入地方标准"
    STANDARD_APPROVED = "discretion.standard:approved", "审定地方标准"
    STANDARD_RETURNED = "discretion.standard:returned", "退回地方标准"
    SAVED = "discretion.worksheet:saved", "保存裁量计算单"
