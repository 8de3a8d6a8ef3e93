"""What the reporting cycle's tables refuse by themselves: closed periods, decided amendments, signed rounds."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

VERSIONED = (
    "budget_amendment",
    "budget_round",
    "budget_roundtask",
    "budget_explanation",
    "budget_measure",
)
VERSIONS = "".join(
    f"CREATE TRIGGER {table}_version BEFORE UPDATE ON {table}\n"
    "    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION budget_raise_version();\n"
    for table in VERSIONED
)

# A log is only added to.
LOGS = (
    "budget_amendmentstep",
    "budget_taskstep",
    "budget_reminder",
    "budget_forecast",
    "budget_periodevent",
    "budget_signedreport",
    "budget_signedfile",
)
ADDED_ONLY = """
CREATE FUNCTION budget_refuse_log_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_is_append_only';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION budget_refuse_log_change();\n"
    for table in LOGS
)

# Lines of a draft change while it is open. Adoption copies them to the ledger (0002 checks that those net to zero).
AMENDMENT_LINES = """
CREATE FUNCTION budget_check_amendment_line() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE owner bigint; standing text;
BEGIN
    FOREACH owner IN ARRAY ARRAY(SELECT DISTINCT v FROM unnest(ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.amendment_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.amendment_id END]) v WHERE v IS NOT NULL)
    LOOP
        SELECT status INTO standing FROM budget_amendment WHERE id = owner FOR SHARE;
        IF standing NOT IN ('forslag', 'innstilt') THEN
            RAISE EXCEPTION 'amendment % is decided: its lines do not change', owner
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'decided_amendment_is_immutable';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_amendmentline_rules BEFORE INSERT OR UPDATE OR DELETE ON budget_amendmentline
    FOR EACH ROW EXECUTE FUNCTION budget_check_amendment_line();

CREATE FUNCTION budget_check_decided_amendment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE bad record;
BEGIN
    IF OLD.status = 'avvist' THEN
        RAISE EXCEPTION 'amendment % was rejected: a new attempt is a new amendment', OLD.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'decided_amendment_is_immutable';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF (NEW.status = 'vedtatt') <> (OLD.status = 'vedtatt') THEN
        SELECT l.year, l.period INTO bad FROM budget_ledgerline l
            WHERE l.amendment_id = NEW.id AND budget_is_closed(l.year, l.period) LIMIT 1;
        IF FOUND THEN PERFORM budget_refuse_closed(bad.year, bad.period); END IF;
    END IF;
    IF NEW.status = 'vedtatt' AND OLD.status <> 'vedtatt' THEN
        IF EXISTS (SELECT 1 FROM budget_amendmentline WHERE amendment_id = NEW.id) AND EXISTS (
            (SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, sum(amount)
                FROM budget_amendmentline WHERE amendment_id = NEW.id GROUP BY 1, 2, 3, 4, 5
             EXCEPT SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, sum(amount)
                FROM budget_ledgerline WHERE amendment_id = NEW.id GROUP BY 1, 2, 3, 4, 5)
            UNION ALL
            (SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, sum(amount)
                FROM budget_ledgerline WHERE amendment_id = NEW.id GROUP BY 1, 2, 3, 4, 5
             EXCEPT SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id, period, sum(amount)
                FROM budget_amendmentline WHERE amendment_id = NEW.id GROUP BY 1, 2, 3, 4, 5)) THEN
            RAISE EXCEPTION 'amendment %: the ledger does not hold what was drafted', NEW.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'adopted_amendment_is_what_was_drafted';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_amendment_decided BEFORE UPDATE OR DELETE ON budget_amendment
    FOR EACH ROW EXECUTE FUNCTION budget_check_decided_amendment();
"""

# A period is closed by its newest event. Who acts is told by roros.actions.act_as; raw SQL is nobody.
CLOSED_PERIODS = """
CREATE FUNCTION budget_is_closed(y int, p int) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT e.closed FROM budget_periodevent e WHERE e.year = y AND e.period = p
                     ORDER BY e.id DESC LIMIT 1), false)
       AND NOT EXISTS (SELECT 1 FROM budget_periodexception x WHERE x.year = y AND x.period = p
                       AND x.until >= (now() AT TIME ZONE 'Europe/Oslo')::date
                       AND x.user_id::text = current_setting('roros.acting_user', true))
$$;
CREATE FUNCTION budget_refuse_closed(y int, p int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'period %-% is closed', y, p
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'period_is_closed';
END $$;

CREATE FUNCTION budget_check_slice_period() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND budget_is_closed(OLD.year, OLD.period) THEN
        PERFORM budget_refuse_closed(OLD.year, OLD.period);
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF budget_is_closed(NEW.year, NEW.period) THEN
        PERFORM budget_refuse_closed(NEW.year, NEW.period);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_slice_period BEFORE INSERT OR UPDATE OR DELETE ON budget_activeslice
    FOR EACH ROW EXECUTE FUNCTION budget_check_slice_period();

CREATE FUNCTION budget_check_entry_period() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE bad record;
BEGIN
    IF EXISTS (SELECT 1 FROM roros_importrun WHERE state = 'committing' AND kind = 'foring') THEN
        SELECT l.year, l.period INTO bad FROM (SELECT DISTINCT year, period, import_run_id FROM new_lines) l
            JOIN roros_importrun r ON r.id = l.import_run_id AND r.kind = 'foring'
            WHERE budget_is_closed(l.year, l.period) LIMIT 1;
        IF FOUND THEN PERFORM budget_refuse_closed(bad.year, bad.period); END IF;
        SELECT l.year INTO bad FROM new_lines l JOIN roros_importrun r ON r.id = l.import_run_id AND r.kind = 'foring'
            JOIN budget_budgetyear b ON b.year = l.year WHERE l.kind = 'budsjett' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the original budget for % is adopted and cannot change', bad.year
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'original_budget_is_immutable';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER budget_ledger_period AFTER INSERT ON budget_ledgerline
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION budget_check_entry_period();

CREATE FUNCTION budget_check_entry_undo() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE bad record;
BEGIN
    SELECT l.year, l.period INTO bad FROM (SELECT DISTINCT year, period FROM budget_ledgerline
                                           WHERE import_run_id = NEW.id) l
        WHERE budget_is_closed(l.year, l.period) LIMIT 1;
    IF FOUND THEN PERFORM budget_refuse_closed(bad.year, bad.period); END IF;
    IF EXISTS (SELECT 1 FROM budget_ledgerline l JOIN budget_budgetyear b ON b.year = l.year
               WHERE l.import_run_id = NEW.id AND l.kind = 'budsjett') THEN
        RAISE EXCEPTION 'the original budget is adopted and cannot change'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'original_budget_is_immutable';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_entry_undo BEFORE UPDATE ON roros_importrun
    FOR EACH ROW WHEN (OLD.kind = 'foring' AND OLD.state = 'committed' AND NEW.state = 'undone')
    EXECUTE FUNCTION budget_check_entry_undo();
"""

# Signing is the last change of a round's figures and texts; after it only publishing is left.
SIGNED_ROUNDS = """
CREATE FUNCTION budget_refuse_signed(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% belongs to a signed round and never changes', what
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_round_is_immutable';
END $$;

CREATE FUNCTION budget_check_round() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'apen' THEN
            RAISE EXCEPTION 'a round starts open'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'round_starts_open';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'apen' THEN PERFORM budget_refuse_signed('round ' || OLD.id); END IF;
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.year, NEW.kind, NEW.period) IS DISTINCT FROM (OLD.id, OLD.year, OLD.kind, OLD.period) THEN
        RAISE EXCEPTION 'a round keeps its year, kind and period'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'round_keeps_its_period';
    END IF;
    IF OLD.state = 'apen' AND NEW.state = 'publisert' THEN
        RAISE EXCEPTION 'a round is signed before it is published'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'round_is_signed_first';
    END IF;
    IF OLD.state = 'apen' AND NEW.state = 'signert' THEN
        IF NOT EXISTS (SELECT 1 FROM budget_signedfile f JOIN budget_signedreport s ON s.id = f.report_id
                       WHERE s.round_id = NEW.id) THEN
            RAISE EXCEPTION 'round % is signed with its report', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_round_has_report';
        END IF;
        IF EXISTS (SELECT 1 FROM budget_roundtask WHERE round_id = NEW.id AND state <> 'kvalitetssikret') THEN
            RAISE EXCEPTION 'round % has tasks that are not assured', NEW.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_round_is_assured';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'apen' AND NOT (OLD.state = 'signert' AND NEW.state = 'publisert'
            AND (to_jsonb(NEW) - 'state' - 'published_at' - 'published_by_id' - 'version')
              = (to_jsonb(OLD) - 'state' - 'published_at' - 'published_by_id' - 'version'))
       AND to_jsonb(NEW) <> to_jsonb(OLD) THEN
        PERFORM budget_refuse_signed('round ' || OLD.id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_round_rules BEFORE INSERT OR UPDATE OR DELETE ON budget_round
    FOR EACH ROW EXECUTE FUNCTION budget_check_round();

CREATE FUNCTION budget_check_part_of_round() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE owner bigint; standing text;
BEGIN
    FOREACH owner IN ARRAY ARRAY(SELECT DISTINCT v FROM unnest(ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.round_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.round_id END]) v WHERE v IS NOT NULL)
    LOOP
        SELECT state INTO standing FROM budget_round WHERE id = owner FOR SHARE;
        IF standing <> 'apen' THEN PERFORM budget_refuse_signed(TG_TABLE_NAME || ' of round ' || owner); END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_of_round BEFORE INSERT OR UPDATE OR DELETE ON {table}\n"
    "    FOR EACH ROW EXECUTE FUNCTION budget_check_part_of_round();\n"
    for table in ("budget_roundtask", "budget_explanation", "budget_forecast", "budget_signedreport")
)
SIGNED_FILES = """
CREATE FUNCTION budget_check_signed_file() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT r.state INTO standing FROM budget_signedreport s JOIN budget_round r ON r.id = s.round_id
        WHERE s.id = NEW.report_id FOR SHARE OF r;
    IF standing IS DISTINCT FROM 'apen' THEN PERFORM budget_refuse_signed('file ' || NEW.name); END IF;
    IF encode(sha256(NEW.content), 'hex') <> NEW.sha256 THEN
        RAISE EXCEPTION 'file %: the checksum is not that of the content', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_file_sha256_is_right';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER budget_signedfile_rules BEFORE INSERT ON budget_signedfile
    FOR EACH ROW EXECUTE FUNCTION budget_check_signed_file();
"""
ROUND_TABLES = ("budget_round", "budget_roundtask", "budget_explanation", "budget_amendmentline")
NEVER_TRUNCATE = """
CREATE FUNCTION budget_refuse_round_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM budget_signedreport) OR EXISTS (SELECT 1 FROM budget_amendment) THEN
        RAISE EXCEPTION 'signed rounds and amendments rest on %', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_round_is_immutable';
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION budget_refuse_round_truncate();\n"
    for table in ROUND_TABLES
)

# A line of an entry (føring) counts as long as the entry is not undone, beside the file that supplies its month.
ACTIVE_LINES = """
CREATE OR REPLACE VIEW budget_activeline AS
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
    WHERE a.status = 'vedtatt'
    UNION ALL
    SELECT l.id, l.kind, l.year, l.period, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id, l.amount,
           l.import_run_id, l.amendment_id, l.sheet_row
    FROM roros_importrun r
    JOIN budget_ledgerline l ON l.import_run_id = r.id
    WHERE r.kind = 'foring' AND r.state = 'committed';
"""

BEFORE = ACTIVE_LINES.rpartition("    UNION ALL")[0].rstrip() + ";\n"

FUNCTIONS = (
    "budget_refuse_log_change",
    "budget_check_amendment_line",
    "budget_check_decided_amendment",
    "budget_check_slice_period",
    "budget_check_entry_period",
    "budget_check_entry_undo",
    "budget_is_closed",
    "budget_refuse_closed",
    "budget_check_round",
    "budget_check_part_of_round",
    "budget_check_signed_file",
    "budget_refuse_signed",
    "budget_refuse_round_truncate",
)
DROP = (
    BEFORE
    + "".join(f"DROP FUNCTION {name} CASCADE;\n" for name in FUNCTIONS)  # and the triggers that call them
    + "".join(f"DROP TRIGGER {table}_version ON {table};\n" for table in VERSIONED)
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("budget", "0005_followup")]

    operations: ClassVar = [
        migrations.RunSQL(
            [
                VERSIONS,
                ADDED_ONLY,
                CLOSED_PERIODS,
                AMENDMENT_LINES,
                SIGNED_ROUNDS,
                SIGNED_FILES,
                NEVER_TRUNCATE,
                ACTIVE_LINES,
            ],
            reverse_sql=DROP,
        )
    ]
