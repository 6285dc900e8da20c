from django.db import migrations

from shijian.core.sealed import SealedTextField, seal_rows


def seal(apps, schema_editor):
    seal_rows(apps.get_model("grid", "opinion"), "from_name")


class Migration(migrations.Migration):
    dependencies = [("grid", "0004_street_grids")]

    operations = [
        migrations.AlterField(
            model_name="opinion",
            name="from_name",
            field=SealedTextField(blank=True, max_length=20, verbose_name="提出人"),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=True),
    ]
