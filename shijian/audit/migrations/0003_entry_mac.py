from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="mac",
            field=models.CharField(default="", max_length=64, verbose_name="校验码"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="entry",
            name="detail",
            field=models.JSONField(
                default=dict, help_text="JSON 值。记录不能删除，不要写入个人信息。", verbose_name="内容"
            ),
        ),
    ]
