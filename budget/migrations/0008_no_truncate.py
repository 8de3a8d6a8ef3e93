"""Registers and their histories are never emptied at once: TRUNCATE fires no trigger that would tell of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

REGISTERS = (
    "budget_councilcase",
    "budget_decision",
    "budget_followup",
    "budget_indicator",
    "budget_indicatortarget",
    "budget_indicatorvalue",
    "budget_pupilcount",
    "budget_theme",
    "budget_themecode",
    "budget_grant",
    "budget_printedcost",
)
EVENTS = (  # of registers that refuse it already
    "budget_tjenesteevent",
    "budget_artevent",
    "budget_prosjektevent",
    "budget_budgetyearevent",
)
TABLES = (*REGISTERS, *(f"{table}event" for table in REGISTERS), *EVENTS)
TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION roros_refuse_truncate();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER {table}_kept ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("budget", "0007_followup_gaps"), ("roros", "0008_no_truncate")]

    operations: ClassVar = [migrations.RunSQL(TRIGGERS, reverse_sql=DROP)]
