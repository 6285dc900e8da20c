from django.db import migrations

from shijian.core.sealed import SealedTextField, seal_rows


def seal(apps, schema_editor):
    seal_rows(apps.get_model("accounts", "user"), "phone")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_password_reset_by_two")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="phone",
            field=SealedTextField(blank=True, default="", max_length=20, verbose_name="联系电话"),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
    ]
