import secrets

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import shijian.documents.models.paper

STATES = [
    ("draft", "草稿"), ("submitted", "待审批"), ("settled", "已定稿"), ("approved", "已审批"), ("sealed", "已签章"), ("void", "已作废"),
]  # fmt: skip
STAYS = """
    CREATE OR REPLACE FUNCTION documents_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.state NOT IN ({open}) THEN
                RAISE EXCEPTION 'an approved paper is kept' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN OLD;
        END IF;
        IF OLD.state NOT IN ({open}) AND (
            ROW(OLD.data, OLD.form_version_id, OLD.number, OLD.version, OLD.approved_by_id, OLD.approved_at, OLD.pdf_id,
                OLD.record_kind, OLD.record_id)
            IS DISTINCT FROM
            ROW(NEW.data, NEW.form_version_id, NEW.number, NEW.version, NEW.approved_by_id, NEW.approved_at, NEW.pdf_id,
                NEW.record_kind, NEW.record_id)
            OR NEW.state IN ({open}) OR (OLD.state = 'void' AND NEW.state <> 'void')
            OR (OLD.sealed_pdf_id IS NOT NULL AND NEW.sealed_pdf_id IS DISTINCT FROM OLD.sealed_pdf_id)
            {more}
        ) THEN
            RAISE EXCEPTION 'an approved paper does not change' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
"""
SIGNED = """
            OR (OLD.signed_pdf_id IS NOT NULL AND NEW.signed_pdf_id IS DISTINCT FROM OLD.signed_pdf_id)
            OR (OLD.code <> '' AND NEW.code IS DISTINCT FROM OLD.code)
"""
PERSON = {
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}
FILE = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": "core.storedfile"}


def give_codes(apps, schema_editor):
    paper = apps.get_model("documents", "Paper")
    for key in paper.objects.values_list("pk", flat=True).iterator():
        paper.objects.filter(pk=key).update(code=secrets.token_hex(8))


class Migration(migrations.Migration):
    dependencies = [("core", "0002_stored_files"), ("documents", "0002_papers_stay")]
    operations = [
        migrations.RemoveConstraint("paper", "paper_approved_by_somebody"),
        migrations.AlterField(
            "paper", "state", models.CharField(choices=STATES, default="draft", max_length=10, verbose_name="状态")
        ),
        migrations.AddField("paper", "submitted_by", models.ForeignKey(verbose_name="送审人", **PERSON)),
        migrations.AddField("paper", "submitted_at", models.DateTimeField(null=True, verbose_name="送审时间")),
        migrations.AddField("paper", "returned_by", models.ForeignKey(verbose_name="退回人", **PERSON)),
        migrations.AddField(
            "paper", "return_reason", models.CharField(blank=True, default="", max_length=200, verbose_name="退回理由")
        ),
        migrations.AddField("paper", "signed_pdf", models.ForeignKey(verbose_name="签名文件", **FILE)),
        migrations.AddField("paper", "signed_at", models.DateTimeField(null=True, verbose_name="签名时间")),
        migrations.AddField(
            "paper", "code", models.CharField(default="", editable=False, max_length=16, verbose_name="核验码")
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            "paper",
            "code",
            models.CharField(
                default=shijian.documents.models.paper.new_code,
                editable=False,
                max_length=16,
                unique=True,
                verbose_name="核验码",
            ),
        ),
        migrations.RunSQL(
            STAYS.format(open="'draft', 'submitted'", more=SIGNED), STAYS.format(open="'draft'", more="")
        ),
        migrations.AddConstraint(
            "paper",
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "void"])
                | (Q(approved_by__isnull=False) | Q(state="settled")) & Q(approved_at__isnull=False, pdf__isnull=False),
                name="paper_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "paper",
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="paper_submitted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "paper",
            models.CheckConstraint(
                condition=Q(signed_pdf__isnull=True, signed_at__isnull=True)
                | Q(signed_pdf__isnull=False, signed_at__isnull=False, pdf__isnull=False),
                name="paper_signed_file",
            ),
        ),
        migrations.AddIndex(
            "paper",
            models.Index(fields=["bureau_code", "submitted_at"], condition=Q(state="submitted"), name="paper_waiting"),
        ),
    ]
