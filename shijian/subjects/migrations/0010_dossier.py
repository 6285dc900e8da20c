import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subjects", "0009_first_count"),
    ]

    operations = [
        migrations.CreateModel(
            name="DossierEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bureau_code", models.CharField(max_length=12, verbose_name="局代码")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("permit", "登记许可"),
                            ("inspection", "监督检查"),
                            ("penalty", "行政处罚"),
                            ("complaint", "投诉举报"),
                            ("property", "知识产权"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("number", models.CharField(max_length=80, verbose_name="编号")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("happened_on", models.DateField(verbose_name="日期")),
                ("valid_until", models.DateField(null=True, verbose_name="有效期至")),
                ("result", models.CharField(blank=True, default="", max_length=500, verbose_name="结果")),
                ("source", models.CharField(max_length=60, verbose_name="来源")),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossier",
                        to="subjects.entity",
                        verbose_name="主体",
                    ),
                ),
            ],
            options={
                "verbose_name": "主体档案",
                "indexes": [models.Index(fields=["entity", "kind", "-happened_on", "-id"], name="dossier_by_entity")],
                "constraints": [
                    models.UniqueConstraint(fields=("bureau_code", "source", "kind", "number"), name="dossier_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("happened_on")), _connector="OR"
                        ),
                        name="dossier_in_order",
                    ),
                ],
            },
        ),
    ]
