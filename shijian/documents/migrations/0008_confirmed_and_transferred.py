"""Service to a confirmed address, post that came back, and case files that went to the archives of the state."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_form_counts"),
        ("documents", "0007_slots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="casefile",
            name="transfer_receipt",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="移交凭证"),
        ),
        migrations.AddField(
            model_name="casefile",
            name="transferred_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="移交登记人",
            ),
        ),
        migrations.AddField(
            model_name="casefile",
            name="transferred_on",
            field=models.DateField(null=True, verbose_name="移交日期"),
        ),
        migrations.AddField(
            model_name="casefile",
            name="transferred_to",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="接收档案馆"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="is_confirmed",
            field=models.BooleanField(default=False, verbose_name="送往确认的地址"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="is_returned",
            field=models.BooleanField(default=False, verbose_name="邮件退回"),
        ),
        migrations.AddIndex(
            model_name="casefile",
            index=models.Index(
                condition=models.Q(("transferred_on", None)),
                fields=["bureau_code", "checked_at"],
                name="case_file_to_transfer",
            ),
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("transfer_receipt", ""),
                        ("transferred_by", None),
                        ("transferred_on", None),
                        ("transferred_to", ""),
                    ),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("transferred_by__isnull", False),
                        ("transferred_on__isnull", False),
                        models.Q(("transferred_to", ""), _negated=True),
                        models.Q(("transfer_receipt", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="case_file_transfer_with_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_confirmed", False), ("consent__isnull", False), _connector="OR"),
                name="delivery_to_confirmed_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_returned", False),
                    models.Q(("is_confirmed", True), ("way", "post")),
                    ("served_at", None),
                    _connector="OR",
                ),
                name="delivery_returned_counts_when_confirmed",
            ),
        ),
    ]
