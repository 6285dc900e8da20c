"""A change of a matter opens a new version, for one bureau; events keep the version they were reported under."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_steps_stay"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "kind", "bureau_code", models.CharField(blank=True, default="", max_length=12, verbose_name="局代码")
        ),
        migrations.AddField("kind", "since", models.DateTimeField(null=True, verbose_name="启用时间")),
        migrations.AddField("kind", "until", models.DateTimeField(null=True, verbose_name="停用时间")),
        migrations.AddField(
            "kind",
            "changed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="修改人",
            ),
        ),
        migrations.RemoveField("kind", "default_role"),
        migrations.AddField(
            "kind",
            "first_handler",
            models.CharField(
                choices=[("grid_chief", "网格长"), ("unit_chief", "单元长"), ("dispatcher", "由派遣人员指定")],
                default="grid_chief",
                max_length=12,
                verbose_name="首派",
            ),
        ),
        migrations.AddField(
            "kind", "reopenings_max", models.PositiveSmallIntegerField(default=3, verbose_name="重办次数上限")
        ),
        migrations.AlterField("kind", "code", models.CharField(max_length=20, verbose_name="代码")),
        migrations.AddConstraint(
            "kind",
            models.UniqueConstraint(
                condition=models.Q(("until", None)),
                fields=("bureau_code", "code"),
                name="kind_one_current",
                violation_error_message="该代码已被使用。",
            ),
        ),
    ]
