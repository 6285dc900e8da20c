from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("seals", "0002_signatures_stay")]
    operations = [
        migrations.AddField("slot", "again", models.JSONField(default=list, verbose_name="其余签名处")),
        migrations.AddField("slot", "dates", models.JSONField(default=list, verbose_name="日期处")),
    ]
