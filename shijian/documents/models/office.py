from django.db import models


class Office(models.Model):
    """What a bureau's papers say about itself: its short name in numbers, the organs of remedy, where fines are paid."""

    bureau_code = models.CharField("局代码", max_length=12, unique=True)
    bureau_name = models.CharField("单位全称", max_length=60)
    short_name = models.CharField("区域简称", max_length=20, help_text="用在文号中，如“灞桥”市监处罚〔2026〕1号")
    government = models.CharField("行政复议机关", max_length=60, help_text="本级人民政府的全称（行政复议法第二十四条）")
    court = models.CharField("有管辖权的人民法院", max_length=60)
    bank = models.CharField("罚款缴纳的银行和方式", max_length=120)
    office_address = models.CharField("联系地址", max_length=120)
    office_phone = models.CharField("联系电话", max_length=30)
    office_postcode = models.CharField("邮政编码", max_length=6, blank=True, default="")

    class Meta:
        verbose_name = "本局文书信息"

    def __str__(self) -> str:
        return self.bureau_name

    def facts(self) -> dict[str, str]:
        names = (
            "bureau_name",
            "short_name",
            "government",
            "court",
            "bank",
            "office_address",
            "office_phone",
            "office_postcode",
        )
        return {name: getattr(self, name) for name in names}
