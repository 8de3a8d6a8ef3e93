"""What the registers' tables refuse by themselves: changed status reports, and changes that a form cannot notice."""

from typing import ClassVar

from django.db import migrations

VERSIONED = (
    "budget_councilcase",
    "budget_decision",
    "budget_followup",
    "budget_indicator",
    "budget_indicatortarget",
    "budget_indicatorvalue",
    "budget_theme",
    "budget_grant",
    "budget_printedcost",
    "budget_pupilcount",
)

# In the database, because imports write raw SQL: a form that was opened before an import must be told as well.
VERSIONS = """
CREATE FUNCTION budget_raise_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_version BEFORE UPDATE ON {table}\n"
    "    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION budget_raise_version();\n"
    for table in VERSIONED
)

# The undo of an import says which run it undoes, for its own transaction only; that run's reports may then go.
STATUS_REPORTS = """
CREATE FUNCTION budget_keep_status_reports() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.import_run_id::text = current_setting('budget.undoing_run', true) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a status report is never changed or deleted: report a new status'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'decision_status_is_append_only';
END $$;
CREATE TRIGGER budget_decisionstatus_no_change BEFORE UPDATE OR DELETE ON budget_decisionstatus
    FOR EACH ROW EXECUTE FUNCTION budget_keep_status_reports();

CREATE FUNCTION budget_keep_status_table() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM budget_decisionstatus) THEN
        RAISE EXCEPTION 'a status report is never changed or deleted: report a new status'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'decision_status_is_append_only';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER budget_decisionstatus_no_truncate BEFORE TRUNCATE ON budget_decisionstatus
    FOR EACH STATEMENT EXECUTE FUNCTION budget_keep_status_table();
"""

DROP = (
    """
DROP TRIGGER budget_decisionstatus_no_truncate ON budget_decisionstatus;
DROP TRIGGER budget_decisionstatus_no_change ON budget_decisionstatus;
DROP FUNCTION budget_keep_status_table, budget_keep_status_reports;
"""
    + "".join(f"DROP TRIGGER {table}_version ON {table};\n" for table in VERSIONED)
    + "DROP FUNCTION budget_raise_version;\n"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("budget", "0003_decisions_maltall_themes_pupils")]

    operations: ClassVar = [migrations.RunSQL([VERSIONS, STATUS_REPORTS], reverse_sql=DROP)]
