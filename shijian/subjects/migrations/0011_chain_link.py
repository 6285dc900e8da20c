from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subjects", "0010_dossier"),
    ]

    operations = [
        migrations.AddField(
            model_name="entity",
            name="chain_link",
            field=models.CharField(
                blank=True,
                choices=[("production", "生产"), ("circulation", "流通"), ("consumption", "消费"), ("none", "未归类")],
                db_default="",
                default="",
                max_length=12,
                verbose_name="环节",
            ),
        ),
        migrations.AddField(
            model_name="industry",
            name="chain_link",
            field=models.CharField(
                choices=[("production", "生产"), ("circulation", "流通"), ("consumption", "消费"), ("none", "未归类")],
                default="none",
                max_length=12,
                verbose_name="环节",
            ),
        ),
    ]
