from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("core", "0002_stored_files")]

    operations = [
        migrations.CreateModel(
            name="FormCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bureau_code", models.CharField(max_length=12, verbose_name="局代码")),
                ("form", models.CharField(max_length=40, verbose_name="表单")),
                ("on", models.DateField(verbose_name="日期")),
                ("sent", models.PositiveIntegerField(default=0, verbose_name="填报次数")),
                ("asked", models.PositiveIntegerField(default=0, verbose_name="询问项")),
                ("known", models.PositiveIntegerField(default=0, verbose_name="平台已知")),
                ("offered", models.PositiveIntegerField(default=0, verbose_name="自动带出")),
                ("retyped", models.PositiveIntegerField(default=0, verbose_name="重复填写")),
            ],
            options={
                "verbose_name": "填报计数",
                "constraints": [
                    models.UniqueConstraint(fields=("bureau_code", "form", "on"), name="form_count_once_a_day"),
                    models.CheckConstraint(
                        condition=Q(
                            ("known__lte", F("asked")),
                            ("offered__lte", F("known")),
                            ("retyped__lte", F("known") - F("offered")),
                        ),
                        name="form_count_adds_up",
                    ),
                ],
            },
        ),
    ]
