"""Sick leave as the payroll system exports it: days per unit and quarter, and the year percents it prints.

What small groups were absent must not spread with the file, so only HR reads it in and sees what is in it.
"""

from __future__ import annotations

from django.conf import settings

from hr import actions
from hr.importers.checks import known_area, too_long
from hr.models import SickLeave
from roros.models import ImportRun, Role, User
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Column, ColumnType, Layout, Severity, Sheet
from roros.workbooks.kinds import Check, Staged, WorkbookKind
from roros.workbooks.registers import Register, RegisterTarget

QUARTERS, PRINTED = "quarters", "printed"
MOST_DAYS = "1000000"

AREA = Column("area", "Rammeområde", ColumnType.INTEGER, ("Rammeområdenr", "Rammeområde nr", "Ramme"))
AREA_NAME = Column(
    "area_name",
    "Rammeområdenavn",
    ColumnType.TEXT,
    ("Rammeområde(T)",),
    header_required=False,
    value_required=False,
)
YEAR = Column("year", "År", ColumnType.YEAR, ("Årstall",))


def _days(name: str, label: str, *synonyms: str) -> Column:
    # Read as amounts are: two decimals, and "3,5 %" is no number of days.
    return Column(name, label, ColumnType.AMOUNT, synonyms, minimum="0", maximum=MOST_DAYS)


def _percent(name: str, label: str, *synonyms: str) -> Column:
    return Column(name, label, ColumnType.DECIMAL, synonyms, minimum="0", maximum="100")


QUARTER_SHEET = Sheet(
    name=QUARTERS,
    label="Kvartal",
    titles=("Kvartal", "Sykefravær", "Kvartaler", "sykefravaer-register"),
    columns=(
        YEAR,
        Column(
            "quarter",
            "Kvartal",
            ColumnType.CHOICE,
            ("Periode",),
            choices=(*(str(quarter.label) for quarter in SickLeave.Quarter), "1", "2", "3", "4"),
        ),
        Column("unit", "Enhet", ColumnType.CODE, ("Enhetskode", "Enhetsnr", "Virksomhet")),
        Column("name", "Enhetsnavn", ColumnType.TEXT, ("Virksomhetsnavn", "Enhet(T)"), label_of="unit"),
        AREA,
        AREA_NAME,
        _days("agreed", "Avtalte dagsverk", "Mulige dagsverk", "Avtalte dager"),
        _days("short", "Sykefravær korttid (1-16 d)", "Korttid", "Korttidsfravær", "Fraværsdager korttid"),
        _days("long", "Sykefravær langtid (17+ d)", "Langtid", "Langtidsfravær", "Fraværsdager langtid"),
        Column("employees", "Ansatte", ColumnType.INTEGER, ("Antall ansatte",), minimum="0", maximum="100000"),
        Column("note", "Merknad", ColumnType.TEXT, header_required=False, value_required=False),
    ),
    key=("year", "quarter", "unit"),
    year="year",
)
PRINTED_SHEET = Sheet(
    name=PRINTED,
    label="År",
    titles=("År", "Årsprosent"),
    columns=(
        YEAR,
        AREA,
        AREA_NAME,
        _percent("short", "Korttid %", "Korttid prosent"),
        _percent("long", "Langtid %", "Langtid prosent"),
        _percent("total", "Samlet %", "Samlet prosent", "Sykefravær %"),
    ),
    key=("year", "area"),
    required=False,
    year="year",
)

NUMBER = "left(s.quarter, 1)::int"  # "1. kvartal" and "1"
# What stood for the quarter before: then its sums have been seen.
LATE = f"""SELECT s.sheet_row, s.unit AS value FROM {{stage}} s
    LEFT JOIN hr_sickleave r ON r.enhet_id = s.unit AND r.year = s.year AND r.quarter = {NUMBER}
    WHERE s.employees < {int(settings.SMALL_GROUP)}
      AND (r.agreed_days, r.short_days, r.long_days) IS DISTINCT FROM (s.agreed, s.short, s.long)
      AND EXISTS (SELECT 1 FROM hr_sickleave o WHERE o.year = s.year AND o.quarter = {NUMBER})"""

# Payroll has units that the accounts lack. One that nobody knows is taken for new when a file of a year or more has it
# in every quarter; else it is more likely a slip of the keyboard.
STRANGERS = """SELECT s.sheet_row, s.unit AS value, s.name FROM {stage} s
    WHERE NOT EXISTS (SELECT 1 FROM roros_virksomhet v WHERE v.code = s.unit)
      AND NOT EXISTS (SELECT 1 FROM roros_ansvar a WHERE a.code = s.unit)
      AND NOT EXISTS (SELECT 1 FROM hr_enhet e WHERE e.code = s.unit)"""
_HELD = "(SELECT count(DISTINCT (o.year, left(o.quarter, 1))) FROM {stage} o"
THROUGHOUT = f"{_HELD}) >= 4 AND {_HELD}) = {_HELD} WHERE o.unit = s.unit)"
FIRST_ROW = "(SELECT min(o.sheet_row) FROM {stage} o WHERE o.unit = s.unit)"


def _control(column: str, days: str) -> Check:
    """The printed percent against the days of the same file, where it holds all four quarters."""
    return Check(
        "control-percent-differs",
        PRINTED,
        f"""SELECT p.sheet_row, p.{column}::text AS value, q.computed::text FROM {{stage}} p JOIN (
                SELECT year, area, round(sum({days}) * 100 / nullif(sum(agreed), 0), 2) AS computed
                FROM {{stage_{QUARTERS}}} GROUP BY year, area HAVING count(DISTINCT left(quarter, 1)) = 4
            ) q USING (year, area) WHERE p.{column} <> q.computed""",
        column,
        Severity.WARNING,
    )


class SickLeaveTarget(RegisterTarget):
    """The registers, and the choice of what to hide beside small groups, which is kept from then on."""

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will write the rows and keep what must be hidden beside them."""
        super().commit(staged, run, by)
        actions.keep_covers()

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will put the rows back and keep what must be hidden beside them; earlier choices stay."""
        super().undo(run, by)
        actions.keep_covers()


SYKEFRAVAER = WorkbookKind(
    layout=Layout(kind="sykefravaer", label="Sykefravær", sheets=(QUARTER_SHEET, PRINTED_SHEET)),
    target=SickLeaveTarget(
        registers=(
            Register(
                table="hr_enhet",
                label="enhet",
                key=("code",),
                columns=("name",),
                select=f"""SELECT DISTINCT ON (unit) unit AS code, name
                           FROM {{stage_{QUARTERS}}} ORDER BY unit, sheet_row DESC""",
                labels={"name": "Navn"},
            ),
            Register(
                table="hr_sickleave",
                label="sykefravær",
                key=("year", "quarter", "enhet_id"),
                columns=("rammeomrade_id", "agreed_days", "short_days", "long_days", "employees", "note"),
                select=f"""SELECT s.year, {NUMBER} AS quarter, s.unit AS enhet_id, s.area AS rammeomrade_id,
                                  s.agreed AS agreed_days, s.short AS short_days, s.long AS long_days, s.employees,
                                  coalesce(s.note, '') AS note
                           FROM {{stage_{QUARTERS}}} s""",
                # A quarter is exported whole: a unit that the file lacks has no figures in it.
                scope=f"(year, quarter) IN (SELECT s.year, {NUMBER} FROM {{stage_{QUARTERS}}} s)",
                labels={
                    "rammeomrade_id": "Rammeområde",
                    "agreed_days": "Avtalte dagsverk",
                    "short_days": "Korttid",
                    "long_days": "Langtid",
                    "employees": "Ansatte",
                    "note": "Merknad",
                },
            ),
            Register(
                table="hr_controlpercent",
                label="kontrolltall",
                key=("year", "rammeomrade_id"),
                columns=("short", "long", "total"),
                select=f"SELECT year, area AS rammeomrade_id, short, long, total FROM {{stage_{PRINTED}}}",
                labels={"short": "Korttid %", "long": "Langtid %", "total": "Samlet %"},
            ),
        )
    ),
    checks=(
        Check(
            "absence-above-agreed",
            QUARTERS,
            "SELECT sheet_row, (short + long)::text AS value, agreed FROM {stage} WHERE short + long > agreed",
            "long",
        ),
        Check("unknown-enhet", QUARTERS, f"{STRANGERS} AND NOT ({THROUGHOUT})", "unit"),
        Check(
            "new-enhet",
            QUARTERS,
            f"{STRANGERS} AND {THROUGHOUT} AND s.sheet_row = {FIRST_ROW}",
            "unit",
            Severity.WARNING,
        ),
        Check(
            "enhet-name-differs",
            QUARTERS,
            """SELECT s.sheet_row, s.name AS value, s.unit, f.name AS other, f.sheet_row AS first_row
               FROM {stage} s JOIN (SELECT DISTINCT ON (unit) unit, name, sheet_row FROM {stage}
                                    ORDER BY unit, sheet_row) f USING (unit)
               WHERE lower(s.name) <> lower(f.name)""",
            "name",
            Severity.WARNING,
        ),
        Check("late-small-group", QUARTERS, LATE, "unit", Severity.WARNING),
        known_area(QUARTERS),
        known_area(PRINTED),
        _control("short", "short"),
        _control("long", "long"),
        _control("total", "short + long"),
        duplicates(QUARTERS, ("unit", "year", "quarter"), severity=Severity.ERROR),
        duplicates(PRINTED, ("area", "year"), severity=Severity.ERROR),
        too_long(QUARTERS, "unit", 20),
        too_long(QUARTERS, "name", 200),
    ),
    order=60,
    roles=(Role.HR,),
)
