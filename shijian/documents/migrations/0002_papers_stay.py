"""What was approved says what it said: the database refuses to change it, and to take a number back."""

from django.db import migrations

FORWARD = """
    CREATE FUNCTION documents_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.state <> 'draft' THEN
                RAISE EXCEPTION 'an approved paper is kept' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN OLD;
        END IF;
        IF OLD.state <> 'draft' AND (
            ROW(OLD.data, OLD.form_version_id, OLD.number, OLD.version, OLD.approved_by_id, OLD.approved_at, OLD.pdf_id,
                OLD.record_kind, OLD.record_id)
            IS DISTINCT FROM
            ROW(NEW.data, NEW.form_version_id, NEW.number, NEW.version, NEW.approved_by_id, NEW.approved_at, NEW.pdf_id,
                NEW.record_kind, NEW.record_id)
            OR NEW.state = 'draft' OR (OLD.state = 'void' AND NEW.state <> 'void')
            OR (OLD.sealed_pdf_id IS NOT NULL AND NEW.sealed_pdf_id IS DISTINCT FROM OLD.sealed_pdf_id)
        ) THEN
            RAISE EXCEPTION 'an approved paper does not change' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON documents_paper FOR EACH ROW EXECUTE FUNCTION documents_paper_stays();
    CREATE FUNCTION documents_number_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR ROW(OLD.paper_id, OLD.bureau_code, OLD.word, OLD.year, OLD.n)
            IS DISTINCT FROM ROW(NEW.paper_id, NEW.bureau_code, NEW.word, NEW.year, NEW.n) OR OLD.voided_at IS NOT NULL THEN
            RAISE EXCEPTION 'a number given out stays' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON documents_papernumber
        FOR EACH ROW EXECUTE FUNCTION documents_number_stays();
"""
BACKWARD = """
    DROP TRIGGER stays ON documents_paper; DROP FUNCTION documents_paper_stays();
    DROP TRIGGER stays ON documents_papernumber; DROP FUNCTION documents_number_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_papers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
