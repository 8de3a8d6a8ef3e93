"""The rules of figures that the database itself keeps, whoever writes: see docs/adr/0004-ledger-rules.md."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

NO_PROJECT = """
INSERT INTO budget_prosjekt (code, name, from_year, to_year) VALUES ('', 'Uten prosjekt', 1990, NULL);
"""

# A statement-level check with one anti-join per dimension: works for COPY, INSERT .. SELECT and raw SQL alike.
# FOR SHARE on placements, codes, run and amendment holds off anyone who would close, remove or adopt them between this
# check and the commit. The fixed search_path keeps a temporary table of the same name from standing in for a real one.
CHECK_LINES = """
CREATE FUNCTION budget_check_ledger_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE bad record;
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS budget_ledger_keys
        (year int, ansvar_id text COLLATE "C", tjeneste_id text COLLATE "C", art_id text COLLATE "C",
         prosjekt_id text COLLATE "C", import_run_id bigint, amendment_id bigint, kind text COLLATE "C")
        ON COMMIT DELETE ROWS;
    DELETE FROM budget_ledger_keys;
    INSERT INTO budget_ledger_keys
        SELECT DISTINCT year, ansvar_id, tjeneste_id, art_id, prosjekt_id, import_run_id, amendment_id, kind
        FROM new_lines;

    PERFORM 1 FROM roros_plassering WHERE ansvar_id IN (SELECT ansvar_id FROM budget_ledger_keys) FOR SHARE;
    PERFORM 1 FROM budget_tjeneste WHERE code IN (SELECT tjeneste_id FROM budget_ledger_keys) FOR SHARE;
    PERFORM 1 FROM budget_art WHERE code IN (SELECT art_id FROM budget_ledger_keys) FOR SHARE;
    PERFORM 1 FROM budget_prosjekt WHERE code IN (SELECT prosjekt_id FROM budget_ledger_keys) FOR SHARE;
    PERFORM 1 FROM roros_importrun WHERE id IN (SELECT import_run_id FROM budget_ledger_keys) FOR SHARE;
    PERFORM 1 FROM budget_amendment WHERE id IN (SELECT amendment_id FROM budget_ledger_keys) FOR SHARE;

    SELECT k.year, k.ansvar_id AS code INTO bad FROM budget_ledger_keys k
        WHERE NOT EXISTS (SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = k.ansvar_id
                          AND k.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger line: ansvar % does not exist in %', bad.code, bad.year
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_ansvar_exists';
    END IF;
    SELECT k.year, k.tjeneste_id AS code INTO bad FROM budget_ledger_keys k
        WHERE NOT EXISTS (SELECT 1 FROM budget_tjeneste d WHERE d.code = k.tjeneste_id
                          AND k.year BETWEEN d.from_year AND coalesce(d.to_year, 9999)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger line: tjeneste % does not exist in %', bad.code, bad.year
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_tjeneste_exists';
    END IF;
    SELECT k.year, k.art_id AS code INTO bad FROM budget_ledger_keys k
        WHERE NOT EXISTS (SELECT 1 FROM budget_art d WHERE d.code = k.art_id
                          AND k.year BETWEEN d.from_year AND coalesce(d.to_year, 9999)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger line: art % does not exist in %', bad.code, bad.year
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_art_exists';
    END IF;
    SELECT k.year, k.prosjekt_id AS code INTO bad FROM budget_ledger_keys k
        WHERE NOT EXISTS (SELECT 1 FROM budget_prosjekt d WHERE d.code = k.prosjekt_id
                          AND k.year BETWEEN d.from_year AND coalesce(d.to_year, 9999)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger line: prosjekt % does not exist in %', bad.code, bad.year
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_prosjekt_exists';
    END IF;
    SELECT k.import_run_id AS run INTO bad FROM budget_ledger_keys k
        WHERE k.import_run_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM roros_importrun r WHERE r.id = k.import_run_id AND r.state = 'committing') LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger line: import run % is not being committed', bad.run
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_run_is_committing';
    END IF;
    SELECT k.amendment_id AS amendment INTO bad FROM budget_ledger_keys k
        WHERE k.amendment_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM budget_amendment a WHERE a.id = k.amendment_id AND a.year = k.year
             AND a.status IN ('forslag', 'innstilt')) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger line: amendment % is decided, of another year or does not exist', bad.amendment
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_amendment_is_open';
    END IF;
    DELETE FROM budget_ledger_keys;
    RETURN NULL;
END $$;
CREATE TRIGGER budget_ledger_insert AFTER INSERT ON budget_ledgerline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION budget_check_ledger_lines();
"""

NEVER_CHANGE = """
CREATE FUNCTION budget_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'ledger lines are never changed or deleted: import again or undo the import'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_is_append_only';
END $$;
CREATE TRIGGER budget_ledger_no_change BEFORE UPDATE OR DELETE ON budget_ledgerline
    FOR EACH STATEMENT EXECUTE FUNCTION budget_refuse_ledger_change();
CREATE TRIGGER budget_ledger_no_truncate BEFORE TRUNCATE ON budget_ledgerline
    FOR EACH STATEMENT EXECUTE FUNCTION budget_refuse_ledger_change();
"""

AMENDMENTS = """
CREATE FUNCTION budget_check_amendment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE total numeric; n bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status IN ('vedtatt', 'angret') THEN
            RAISE EXCEPTION 'amendment %: give it lines first, then adopt it', NEW.number
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'amendment_starts_open';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.status IN ('vedtatt', 'angret')
           OR EXISTS (SELECT 1 FROM budget_ledgerline WHERE amendment_id = OLD.id) THEN
            RAISE EXCEPTION 'amendment % has been adopted and is never deleted', OLD.number
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'adopted_amendment_is_immutable';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status IN ('vedtatt', 'angret') THEN
        IF OLD.status = 'vedtatt' AND NEW.status = 'angret'
           AND (to_jsonb(NEW) - 'status') = (to_jsonb(OLD) - 'status')
           AND EXISTS (SELECT 1 FROM roros_importrun r WHERE r.id = OLD.import_run_id AND r.state = 'undone') THEN
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) = to_jsonb(OLD) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'amendment % is adopted: a correction is a new amendment', OLD.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'adopted_amendment_is_immutable';
    END IF;
    IF NEW.status = 'vedtatt' THEN
        SELECT coalesce(sum(amount), 0), count(*) INTO total, n FROM budget_ledgerline WHERE amendment_id = NEW.id;
        IF n = 0 OR total <> 0 THEN
            RAISE EXCEPTION 'amendment % does not net to zero: % on % lines', NEW.number, total, n
                USING ERRCODE = 'check_violation', CONSTRAINT = 'adopted_amendment_nets_to_zero';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_amendment_rules BEFORE INSERT OR UPDATE OR DELETE ON budget_amendment
    FOR EACH ROW EXECUTE FUNCTION budget_check_amendment();
"""

ORIGINAL_BUDGET = """
CREATE FUNCTION budget_check_slice() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE y int; k text;
BEGIN
    FOREACH y IN ARRAY ARRAY(SELECT DISTINCT v FROM unnest(ARRAY[
            CASE WHEN TG_OP <> 'INSERT' AND OLD.kind = 'budsjett' THEN OLD.year END,
            CASE WHEN TG_OP <> 'DELETE' AND NEW.kind = 'budsjett' THEN NEW.year END]) v WHERE v IS NOT NULL)
    LOOP
        IF EXISTS (SELECT 1 FROM budget_budgetyear b WHERE b.year = y) THEN
            RAISE EXCEPTION 'the original budget for % is adopted and cannot change', y
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'original_budget_is_immutable';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM roros_importrun r
                   WHERE r.id = NEW.import_run_id AND r.state IN ('committing', 'committed')) THEN
        RAISE EXCEPTION 'slice % %-%: import run % is not committed', NEW.kind, NEW.year, NEW.period, NEW.import_run_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'slice_run_is_committed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_slice_rules BEFORE INSERT OR UPDATE OR DELETE ON budget_activeslice
    FOR EACH ROW EXECUTE FUNCTION budget_check_slice();

CREATE FUNCTION budget_check_budget_year() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.year <> OLD.year) THEN
        RAISE EXCEPTION 'the original budget for % is adopted', OLD.year
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'original_budget_is_immutable';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS
            (SELECT 1 FROM budget_activeslice s WHERE s.kind = 'budsjett' AND s.year = NEW.year) THEN
        RAISE EXCEPTION 'there is no original budget for % to adopt', NEW.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_year_has_budget';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_budget_year_rules BEFORE INSERT OR UPDATE OR DELETE ON budget_budgetyear
    FOR EACH ROW EXECUTE FUNCTION budget_check_budget_year();
"""

# A code in the ledger cannot be removed or lose the years it is used in. Lines of an undone import do not hold it, for
# they never count again. Deferred: moving an ansvar closes one placement and opens another in one transaction.
CODES_IN_USE = """
CREATE FUNCTION budget_check_placement_in_use() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE y int;
BEGIN
    SELECT l.year INTO y
        FROM (SELECT DISTINCT year, import_run_id FROM budget_ledgerline WHERE ansvar_id = OLD.ansvar_id) l
        LEFT JOIN roros_importrun r ON r.id = l.import_run_id
        WHERE r.state IS DISTINCT FROM 'undone' AND NOT EXISTS (SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = OLD.ansvar_id
                          AND l.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ansvar % has ledger lines in % and must be placed that year', OLD.ansvar_id, y
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ansvar_in_use_is_placed';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER budget_placement_in_use AFTER UPDATE OR DELETE ON roros_plassering
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION budget_check_placement_in_use();

CREATE FUNCTION budget_check_code_in_use() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE used boolean; low int := 9999; high int := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.code = OLD.code AND to_jsonb(NEW) -> 'from_year' IS NOT DISTINCT FROM to_jsonb(OLD) -> 'from_year'
           AND to_jsonb(NEW) -> 'to_year' IS NOT DISTINCT FROM to_jsonb(OLD) -> 'to_year' THEN
            RETURN NEW;
        END IF;
        IF NEW.code = OLD.code THEN
            low := (to_jsonb(NEW) ->> 'from_year')::int;
            high := coalesce((to_jsonb(NEW) ->> 'to_year')::int, 9999);
        END IF;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM budget_ledgerline l LEFT JOIN roros_importrun r ON r.id = l.import_run_id'
                   ' WHERE l.%I = $1 AND l.year NOT BETWEEN $2 AND $3 AND r.state IS DISTINCT FROM ''undone'')',
                   TG_ARGV[0]) INTO used USING OLD.code, low, high;
    IF used THEN
        RAISE EXCEPTION '% % has ledger lines and cannot be removed', TG_ARGV[0], OLD.code
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'code_in_use_exists';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_tjeneste_in_use BEFORE UPDATE OR DELETE ON budget_tjeneste
    FOR EACH ROW EXECUTE FUNCTION budget_check_code_in_use('tjeneste_id');
CREATE TRIGGER budget_art_in_use BEFORE UPDATE OR DELETE ON budget_art
    FOR EACH ROW EXECUTE FUNCTION budget_check_code_in_use('art_id');
CREATE TRIGGER budget_prosjekt_in_use BEFORE UPDATE OR DELETE ON budget_prosjekt
    FOR EACH ROW EXECUTE FUNCTION budget_check_code_in_use('prosjekt_id');
"""

# TRUNCATE fires no row trigger, so the tables that the ledger rests on refuse it.
REFERENCED = (
    "budget_amendment",
    "budget_activeslice",
    "budget_budgetyear",
    "budget_tjeneste",
    "budget_art",
    "budget_prosjekt",
    "roros_ansvar",
    "roros_plassering",
    "roros_importrun",
)
NEVER_TRUNCATE = """
CREATE FUNCTION budget_refuse_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM budget_ledgerline) THEN
        RAISE EXCEPTION 'the ledger rests on % and it cannot be truncated', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_rests_on_table';
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION budget_refuse_truncate();\n"
    for table in REFERENCED
)

ACTIVE_LINES = """
CREATE VIEW budget_activeline AS
    SELECT l.id, l.kind, l.year, l.period, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id, l.amount,
           l.import_run_id, l.amendment_id, l.sheet_row
    FROM budget_activeslice s
    JOIN budget_ledgerline l ON l.import_run_id = s.import_run_id AND l.kind = s.kind AND l.year = s.year
                            AND l.period = s.period
    UNION ALL
    SELECT l.id, l.kind, l.year, l.period, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id, l.amount,
           l.import_run_id, l.amendment_id, l.sheet_row
    FROM budget_amendment a
    JOIN budget_ledgerline l ON l.amendment_id = a.id
    WHERE a.status = 'vedtatt';
"""

DROP = (
    "DROP VIEW budget_activeline;\n"
    + "".join(f"DROP TRIGGER {table}_no_truncate ON {table};\n" for table in REFERENCED)
    + """
DROP TRIGGER budget_tjeneste_in_use ON budget_tjeneste;
DROP TRIGGER budget_art_in_use ON budget_art;
DROP TRIGGER budget_prosjekt_in_use ON budget_prosjekt;
DROP TRIGGER budget_placement_in_use ON roros_plassering;
DROP TRIGGER budget_budget_year_rules ON budget_budgetyear;
DROP TRIGGER budget_slice_rules ON budget_activeslice;
DROP TRIGGER budget_amendment_rules ON budget_amendment;
DROP TRIGGER budget_ledger_no_truncate ON budget_ledgerline;
DROP TRIGGER budget_ledger_no_change ON budget_ledgerline;
DROP TRIGGER budget_ledger_insert ON budget_ledgerline;
DROP FUNCTION budget_check_code_in_use, budget_check_placement_in_use, budget_check_budget_year, budget_check_slice,
    budget_check_amendment, budget_refuse_ledger_change, budget_check_ledger_lines, budget_refuse_truncate;
DELETE FROM budget_prosjekt WHERE code = '';
"""
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("budget", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(
            [
                NO_PROJECT,
                CHECK_LINES,
                NEVER_CHANGE,
                AMENDMENTS,
                ORIGINAL_BUDGET,
                CODES_IN_USE,
                NEVER_TRUNCATE,
                ACTIVE_LINES,
            ],
            reverse_sql=DROP,
        ),
    ]
