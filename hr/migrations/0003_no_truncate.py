"""Registers and their histories are never emptied at once: TRUNCATE fires no trigger that would tell of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

REGISTERS = (
    "hr_enhet",
    "hr_sickleave",
    "hr_sickleavetarget",
    "hr_controlpercent",
    "hr_controlitem",
    "hr_checklistanswer",
    "hr_stafffigure",
)
TABLES = (*REGISTERS, *(f"{table}event" for table in REGISTERS))
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION roros_refuse_truncate();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER {table}_kept ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("hr", "0002_versions"), ("roros", "0008_no_truncate")]

    operations: ClassVar = [migrations.RunSQL(TRIGGERS, reverse_sql=DROP)]
