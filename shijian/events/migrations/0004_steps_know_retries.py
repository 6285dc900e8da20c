"""What tells a retry from another act under the same id, and the time the device said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0003_kinds_are_dated")]
    operations = [
        migrations.AddField(
            "step", "content_hash", models.CharField(blank=True, default="", editable=False, max_length=32)
        ),
        migrations.AddField("step", "device_at", models.DateTimeField(null=True, verbose_name="设备时间")),
    ]
