"""Bureaus' own versions of forms, each from a proposal that a second person approved."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shijian.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_case_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=shijian.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bureau_code", models.CharField(max_length=12, verbose_name="局代码")),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("penalty", "行政处罚文书"),
                            ("complaint", "投诉举报文书"),
                            ("inspection", "行政检查文书"),
                            ("other", "其他文书"),
                        ],
                        max_length=12,
                        verbose_name="文书种类",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("intake", "案源"),
                            ("jurisdiction", "管辖"),
                            ("transfer", "移送"),
                            ("filing", "立案"),
                            ("evidence", "调查取证"),
                            ("coercion", "强制措施"),
                            ("concluded", "调查终结"),
                            ("review", "审核"),
                            ("notice", "告知"),
                            ("hearing", "听证"),
                            ("decision", "决定"),
                            ("simple", "简易程序"),
                            ("execution", "执行"),
                            ("service", "送达"),
                            ("closing", "结案"),
                            ("archive", "归档"),
                            ("acceptance", "受理"),
                            ("mediation", "调解"),
                            ("inspection", "检查"),
                            ("rectification", "整改复查"),
                            ("credit", "信用监管"),
                            ("supervision", "执法监督"),
                            ("any", "各阶段通用"),
                        ],
                        max_length=16,
                        verbose_name="阶段",
                    ),
                ),
                ("volume", models.CharField(blank=True, default="", max_length=8, verbose_name="卷别")),
                ("name", models.CharField(max_length=60, verbose_name="文书名称")),
                ("word", models.CharField(blank=True, default="", max_length=12, verbose_name="字")),
                ("content", models.JSONField(verbose_name="内容")),
                ("document", models.CharField(blank=True, default="", max_length=200, verbose_name="依据文件")),
                ("valid_from", models.DateField(verbose_name="启用日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "起草中"), ("submitted", "待审定"), ("approved", "已审定")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="起草时间")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="送审时间")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                ("note", models.CharField(blank=True, default="", max_length=200, verbose_name="审定意见")),
            ],
            options={
                "verbose_name": "文书格式修改稿",
                "ordering": ["-proposed_at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="formversion",
            name="one_form_version_per_day",
        ),
        migrations.AddField(
            model_name="formversion",
            name="bureau_code",
            field=models.CharField(blank=True, default="", max_length=12, verbose_name="局代码"),
        ),
        migrations.AddField(
            model_name="formproposal",
            name="base",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.formversion",
                verbose_name="底稿",
            ),
        ),
        migrations.AddField(
            model_name="formproposal",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="审定人",
            ),
        ),
        migrations.AddField(
            model_name="formproposal",
            name="form",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="documents.form",
                verbose_name="文书格式",
            ),
        ),
        migrations.AddField(
            model_name="formproposal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="起草人",
            ),
        ),
        migrations.AddField(
            model_name="formversion",
            name="proposal",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="version",
                to="documents.formproposal",
                verbose_name="修改稿",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("form", "="), ("bureau_code", "="), ("valid", "&&")],
                name="one_form_version_per_day",
                violation_error_message="同一文书格式在同一天只能有一个有效版本。",
            ),
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bureau_code", ""), ("proposal", None)),
                    models.Q(models.Q(("bureau_code", ""), _negated=True), ("proposal__isnull", False)),
                    _connector="OR",
                ),
                name="own_form_version_was_approved",
            ),
        ),
        migrations.AddIndex(
            model_name="formproposal",
            index=models.Index(fields=["bureau_code", "-proposed_at"], name="form_proposal_register"),
        ),
        migrations.AddConstraint(
            model_name="formproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="form_proposal_second_person",
                violation_error_message="起草人不能审定自己起草的格式。",
            ),
        ),
        migrations.AddConstraint(
            model_name="formproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("decided_by__isnull", False), ("form__isnull", False)),
                    _connector="OR",
                ),
                name="form_proposal_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="formproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved"), _negated=True),
                fields=("bureau_code", "form"),
                name="one_open_form_proposal",
                violation_error_message="这种文书已有一份修改稿。",
            ),
        ),
    ]
