"""What 0006 left open to raw SQL: entries that change kind on the way, runs undone in name only, emptied tables."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# An entry's lines count from the moment its run is committed, whatever the run was called when they were written.
ENTRIES = """
CREATE FUNCTION budget_check_entry_commit() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE bad record;
BEGIN
    SELECT l.year, l.period INTO bad FROM (SELECT DISTINCT year, period FROM budget_ledgerline
                                           WHERE import_run_id = NEW.id) l
        WHERE budget_is_closed(l.year, l.period) LIMIT 1;
    IF FOUND THEN PERFORM budget_refuse_closed(bad.year, bad.period); END IF;
    SELECT l.year INTO bad FROM budget_ledgerline l JOIN budget_budgetyear b ON b.year = l.year
        WHERE l.import_run_id = NEW.id AND l.kind = 'budsjett' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the original budget for % is adopted and cannot change', bad.year
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'original_budget_is_immutable';
    END IF;
    IF EXISTS (SELECT 1 FROM budget_ledgerline WHERE import_run_id = NEW.id AND kind = 'endring')
       OR EXISTS (SELECT 1 FROM budget_activeslice WHERE import_run_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has lines that count already', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_counts_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_entry_commit BEFORE UPDATE ON roros_importrun
    FOR EACH ROW WHEN (NEW.kind = 'foring' AND NEW.state = 'committed' AND OLD.state <> 'committed')
    EXECUTE FUNCTION budget_check_entry_commit();

CREATE FUNCTION budget_check_slice_run() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM roros_importrun WHERE id = NEW.import_run_id AND kind = 'foring') THEN
        RAISE EXCEPTION 'slice % %-%: the lines of entry % count already', NEW.kind, NEW.year, NEW.period,
            NEW.import_run_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_counts_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_slice_run BEFORE INSERT OR UPDATE ON budget_activeslice
    FOR EACH ROW EXECUTE FUNCTION budget_check_slice_run();
"""

# A run that is undone supplies nothing: its slices have been turned back, which a closed month refuses. Its amendments
# are withdrawn after it, so their months are asked for here.
UNDO = """
CREATE FUNCTION budget_check_run_undo() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE bad record;
BEGIN
    IF EXISTS (SELECT 1 FROM budget_activeslice WHERE import_run_id = NEW.id) THEN
        RAISE EXCEPTION 'import % still supplies figures', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'undone_import_supplies_nothing';
    END IF;
    SELECT l.year, l.period INTO bad FROM (
            SELECT DISTINCT l.year, l.period FROM budget_amendment a JOIN budget_ledgerline l ON l.amendment_id = a.id
            WHERE a.import_run_id = NEW.id AND a.status = 'vedtatt') l
        WHERE budget_is_closed(l.year, l.period) LIMIT 1;
    IF FOUND THEN PERFORM budget_refuse_closed(bad.year, bad.period); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_run_undo BEFORE UPDATE ON roros_importrun
    FOR EACH ROW WHEN (OLD.state = 'committed' AND NEW.state = 'undone') EXECUTE FUNCTION budget_check_run_undo();
"""

# The steps of a task end with the signature.
STEPS = """
CREATE FUNCTION budget_check_task_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT r.state INTO standing FROM budget_roundtask t JOIN budget_round r ON r.id = t.round_id
        WHERE t.id = NEW.task_id FOR SHARE OF r;
    IF standing <> 'apen' THEN PERFORM budget_refuse_signed('step of task ' || NEW.task_id); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_taskstep_of_round BEFORE INSERT ON budget_taskstep
    FOR EACH ROW EXECUTE FUNCTION budget_check_task_step();
"""

# TRUNCATE fires no row trigger, so no history would be kept of what it removes.
KEPT = (
    "budget_periodexception",
    "budget_periodexceptionevent",
    "budget_measure",
    "budget_measureevent",
    "budget_roundevent",
    "budget_roundtaskevent",
    "budget_explanationevent",
    "budget_amendmentevent",
    "budget_amendmentlineevent",
)
NEVER_TRUNCATE = """
CREATE FUNCTION budget_refuse_tracked_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% keeps its history and is never emptied at once', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'history_is_kept';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION budget_refuse_tracked_truncate();\n"
    for table in KEPT
)

FUNCTIONS = (
    "budget_check_entry_commit",
    "budget_check_slice_run",
    "budget_check_run_undo",
    "budget_check_task_step",
    "budget_refuse_tracked_truncate",
)
DROP = "".join(f"DROP FUNCTION {name} CASCADE;\n" for name in FUNCTIONS)  # and the triggers that call them


class Migration(migrations.Migration):
    dependencies: ClassVar = [("budget", "0006_followup_rules"), ("roros", "0005_followup")]

    operations: ClassVar = [migrations.RunSQL([ENTRIES, UNDO, STEPS, NEVER_TRUNCATE], reverse_sql=DROP)]
