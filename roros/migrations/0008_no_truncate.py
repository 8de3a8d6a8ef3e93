"""Registers and their histories are never emptied at once: TRUNCATE fires no trigger that would tell of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FUNCTION = """
CREATE FUNCTION roros_refuse_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% keeps its history and is never emptied at once', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'history_is_kept';
END $$;
"""
REGISTERS = (
    "roros_codemapping",
    "roros_rammeomrade",
    "roros_virksomhet",
    "roros_user",
    "roros_roleassignment",
)
EVENTS = (  # of registers that refuse it already
    "roros_ansvarevent",
    "roros_plasseringevent",
)
TABLES = (*REGISTERS, *(f"{table}event" for table in REGISTERS), *EVENTS)
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION roros_refuse_truncate();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER {table}_kept ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("roros", "0007_files_as_they_are")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTION + TRIGGERS, reverse_sql=DROP + "DROP FUNCTION roros_refuse_truncate();")
    ]
