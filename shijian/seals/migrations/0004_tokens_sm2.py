import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("seals", "0003_places_on_every_page")]
    operations = [
        migrations.RemoveConstraint("sealkey", "one_key_in_use"),
        migrations.AddField(
            "sealkey",
            "place",
            models.CharField(
                choices=[("vault", "服务器密钥库"), ("token", "密码设备")],
                default="vault",
                max_length=8,
                verbose_name="存放",
            ),
        ),
        migrations.AddField(
            "sealkey", "token", models.CharField(blank=True, default="", max_length=32, verbose_name="密码设备标签")
        ),
        migrations.AddField(
            "sealkey", "label", models.CharField(blank=True, default="", max_length=60, verbose_name="密钥标签")
        ),
        migrations.AddField(
            "use",
            "sm2_key",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="seals.sealkey",
                verbose_name="国密密钥",
            ),
        ),
        migrations.AddField("use", "sm2_signature", models.BinaryField(null=True, verbose_name="国密签名")),
        migrations.AddConstraint(
            "sealkey",
            models.UniqueConstraint(
                fields=["seal"], condition=Q(retired_at__isnull=True) & ~Q(algorithm="sm2"), name="one_key_in_use"
            ),
        ),
        migrations.AddConstraint(
            "sealkey",
            models.UniqueConstraint(
                fields=["seal"], condition=Q(retired_at__isnull=True, algorithm="sm2"), name="one_sm2_key_in_use"
            ),
        ),
        migrations.AddConstraint(
            "sealkey",
            models.CheckConstraint(
                condition=~Q(place="token") | (~Q(token="") & ~Q(label="")), name="key_on_a_token_is_named"
            ),
        ),
    ]
