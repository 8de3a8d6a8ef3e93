"""The kind of workbook `investeringer`: what must hold in it, and the words for what does not."""

from __future__ import annotations

from django.utils.translation import gettext_noop as n_

from investments.importers.sheets import LAYOUT
from investments.importers.target import TARGET
from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.workbooks.check import duplicates
from roros.workbooks.declare import Severity
from roros.workbooks.kinds import Check, WorkbookKind

FURTHER = ("prosjekt", "vedtak", "finansiering", "prognose", "status")
DATES = {
    "vedtak": ("decided_on",),
    "finansiering": ("status_on",),
    "prognose": ("made_on", "completion"),
    "status": ("reported_on",),
}

MESSAGES = {
    "unknown-rammeomrade": n_(
        "Rammeområde «%(value)s» er ukjent. Les inn organisasjonen først, eller rett nummeret i filen."
    ),
    "rammeomrade-name-differs": n_(
        "Rammeområde %(number)s heter «%(known)s», men filen sier «%(value)s». Nummeret gjelder. Rett det som er feil."
    ),
    "unknown-project": n_(
        "Prosjekt «%(value)s» står verken i arket «Investeringer» eller i registeret. Legg det til, "
        "eller rett nummeret."
    ),
    "actual-above-accrued": n_(
        "Regnskapet i år (%(value)s kr) er større enn påløpt totalt (%(accrued)s kr). Kontroller begge tallene."
    ),
    "negative-actual": n_("Regnskapet er negativt (%(value)s kr). Kontroller at det skal være slik."),
    "grant-without-status": n_("Et tilskudd må ha status: Søkt, Innvilget eller Utbetalt."),
    "status-without-grant": n_(
        "Bare tilskudd har status, men denne raden er «%(kind)s». Ta statusen bort, eller rett slaget."
    ),
    "date-out-of-range": n_("%(value)s er ikke en rimelig dato. Skriv årstallet med fire siffer, fra 1990 til 2100."),
    "reported-before-year": n_("Statusen er meldt %(value)s, før året den gjelder (%(year)s). Rett datoen eller året."),
    "project-year-unknown": n_(
        "Filen sier ikke hvilket år den gjelder. Velg året når du laster opp, eller skriv det i overskriften: "
        "«Regnskap 2021»."
    ),
}


def _unknown_projects(sheet: str) -> Check:
    return Check(
        "unknown-project",
        sheet,
        """SELECT s.sheet_row, s.project AS value FROM {stage} s
           WHERE NOT EXISTS (SELECT 1 FROM {stage_investering} i WHERE i.project = s.project)
             AND NOT EXISTS (SELECT 1 FROM investments_project p WHERE p.code = s.project)""",
        "project",
    )


def _dates(sheet: str, column: str) -> Check:
    return Check(
        "date-out-of-range",
        sheet,
        f"""SELECT sheet_row, to_char({column}, 'DD.MM.YYYY') AS value FROM {{stage}}
            WHERE extract(year FROM {column}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}""",
        column,
    )


INVESTERINGER = WorkbookKind(
    layout=LAYOUT,
    target=TARGET,
    needs_year=True,
    order=50,
    checks=(
        Check(
            "project-year-unknown",
            "investering",
            "SELECT 0 AS sheet_row, '' AS value WHERE %(year)s::int IS NULL",
        ),
        Check(
            "unknown-rammeomrade",
            "investering",
            """SELECT sheet_row, rammeomrade::text AS value FROM {stage} s
               WHERE NOT EXISTS (SELECT 1 FROM roros_rammeomrade r WHERE r.number = s.rammeomrade)""",
            "rammeomrade",
        ),
        Check(
            "rammeomrade-name-differs",
            "investering",
            """SELECT s.sheet_row, s.rammeomrade_navn AS value, r.number, r.name AS known
               FROM {stage} s JOIN roros_rammeomrade r ON r.number = s.rammeomrade
               WHERE s.rammeomrade_navn IS NOT NULL AND lower(s.rammeomrade_navn) <> lower(r.name)""",
            "rammeomrade_navn",
            Severity.WARNING,
        ),
        Check(
            "actual-above-accrued",
            "investering",
            """SELECT sheet_row, actual::text AS value, accrued_total AS accrued FROM {stage}
               WHERE actual > accrued_total""",
            "actual",
            Severity.WARNING,
        ),
        Check(
            "negative-actual",
            "investering",
            "SELECT sheet_row, actual::text AS value FROM {stage} WHERE actual < 0",
            "actual",
            Severity.WARNING,
        ),
        Check(
            "grant-without-status",
            "finansiering",
            "SELECT sheet_row, kind AS value FROM {stage} WHERE kind = 'Tilskudd' AND status IS NULL",
            "status",
        ),
        Check(
            "status-without-grant",
            "finansiering",
            "SELECT sheet_row, status AS value, kind FROM {stage} WHERE kind <> 'Tilskudd' AND status IS NOT NULL",
            "status",
        ),
        Check(
            "reported-before-year",
            "status",
            """SELECT sheet_row, to_char(reported_on, 'DD.MM.YYYY') AS value, year FROM {stage}
               WHERE extract(year FROM reported_on) < year""",
            "reported_on",
        ),
        *(_dates(sheet, column) for sheet, columns in DATES.items() for column in columns),
        *(_unknown_projects(sheet) for sheet in FURTHER),
        duplicates("investering", ("project",), severity=Severity.ERROR),
        *(duplicates(sheet.name, sheet.key, severity=Severity.ERROR) for sheet in LAYOUT.sheets[1:]),
    ),
)
