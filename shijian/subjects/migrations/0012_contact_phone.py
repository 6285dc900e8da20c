import django.contrib.postgres.fields
from django.db import migrations, models

import shijian.core.sealed
from shijian.core.indexes import AddIndexWhileOpen

REASONS = [
    ("code", "代码相同"),
    ("number", "注册号相同"),
    ("address", "名称、住所相同"),
    ("place", "名称相同、相距 100 米内"),
    ("phone", "联系电话相同"),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("subjects", "0011_chain_link")]
    operations = [
        migrations.AddField(
            model_name="entity",
            name="phone",
            field=shijian.core.sealed.SealedTextField(
                blank=True, db_default="", default="", max_length=20, verbose_name="联系电话"
            ),
        ),
        migrations.AddField(
            model_name="entity",
            name="phone_print",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=32),
        ),
        AddIndexWhileOpen(
            "entity",
            models.Index(
                condition=models.Q(("phone_print", ""), _negated=True), fields=["phone_print"], name="entity_by_phone"
            ),
        ),
        migrations.AlterField(
            model_name="pair",
            name="reasons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=REASONS, max_length=16), size=None, verbose_name="理由"
            ),
        ),
    ]
