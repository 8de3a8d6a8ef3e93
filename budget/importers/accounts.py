"""The columns and rules that every sheet of ledger keys shares."""

from __future__ import annotations

from roros.workbooks.declare import Column, ColumnType, Severity
from roros.workbooks.kinds import Check

ACCOUNT_COLUMNS = (
    Column(
        "ansvar",
        "Ansvar",
        ColumnType.CODE,
        ("Ansvarsnr", "Ansvarskode", "Kostnadssted", "Koststed", "Kostnadsted", "K-sted", "Ansvarsenhet"),
        inherit=True,
    ),
    Column(
        "ansvar_navn",
        "Ansvar(T)",
        ColumnType.TEXT,
        ("Ansvarsnavn", "Ansvar navn", "Kostnadssted (T)", "Koststed (T)", "Koststednavn", "Kostnadsstedsnavn"),
        header_required=False,
        value_required=False,
        label_of="ansvar",
    ),
    Column(
        "tjeneste",
        "Tjeneste",
        ColumnType.CODE,
        ("Tjenestekode", "Tjenestenr", "Funksjon", "Funksjonskode", "Tjeneste/funksjon"),
        inherit=True,
    ),
    Column(
        "tjeneste_navn",
        "Tjeneste(T)",
        ColumnType.TEXT,
        ("Tjenestenavn", "Funksjon (T)", "Funksjonsnavn"),
        header_required=False,
        value_required=False,
        label_of="tjeneste",
    ),
    Column(
        "art",
        "Art",
        ColumnType.CODE,
        ("Konto", "Kontonr", "Kontokode", "Artskode", "Artsnr", "Konto/art"),
        inherit=True,
    ),
    Column(
        "art_navn",
        "Art(T)",
        ColumnType.TEXT,
        ("Artsnavn", "Konto (T)", "Kontonavn", "Kontotekst"),
        header_required=False,
        value_required=False,
        label_of="art",
    ),
    Column(
        "prosjekt",
        "Prosjekt",
        ColumnType.CODE,
        ("Prosjektkode", "Prosjektnr", "Prosj"),
        header_required=False,
        value_required=False,
    ),
    Column(
        "prosjekt_navn",
        "Prosjekt(T)",
        ColumnType.TEXT,
        ("Prosjektnavn",),
        header_required=False,
        value_required=False,
        label_of="prosjekt",
    ),
)


def account_checks(sheet: str) -> tuple[Check, ...]:
    """This will return the checks that each code exists and is valid in the line's year."""
    return tuple(
        check
        for column, register, code in (
            ("ansvar", "roros_plassering", "ansvar_id"),
            ("tjeneste", "budget_tjeneste", "code"),
            ("art", "budget_art", "code"),
            ("prosjekt", "budget_prosjekt", "code"),
        )
        for check in (_unknown(sheet, column, register, code), _outside_years(sheet, column, register, code))
    )


# The bad codes are found among the keys, each there once; the sheet's many rows are looked through only for bad ones.


def _unknown(sheet: str, column: str, register: str, code: str) -> Check:
    return _lines_of(
        f"unknown-{column}",
        sheet,
        column,
        f"""SELECT DISTINCT {column}, year, NULL::int AS from_year, NULL::int AS to_year FROM {{keys}} seen
            WHERE {column} IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM {register} d WHERE d.{code} = seen.{column})""",
    )


def _outside_years(sheet: str, column: str, register: str, code: str) -> Check:
    return _lines_of(
        f"{column}-outside-years",
        sheet,
        column,
        f"""SELECT seen.{column}, seen.year, valid.from_year, valid.to_year
            FROM (SELECT DISTINCT {column}, year FROM {{keys}}) seen
            JOIN (SELECT {code} AS code, min(from_year) AS from_year,
                         nullif(max(coalesce(to_year, 9999)), 9999) AS to_year FROM {register} GROUP BY 1) valid
                 ON valid.code = seen.{column}
            WHERE NOT EXISTS (SELECT 1 FROM {register} d WHERE d.{code} = seen.{column}
                              AND seen.year BETWEEN d.from_year AND coalesce(d.to_year, 9999))""",
    )


def _lines_of(name: str, sheet: str, column: str, bad: str) -> Check:
    """The lines with a bad code in a year; when there is none, the lines are not even looked at."""
    return Check(
        name,
        sheet,
        f"""WITH bad AS MATERIALIZED ({bad})
            SELECT s.sheet_row, s.{column} AS value, s.year, bad.from_year, bad.to_year, s.amount
            FROM {{stage}} s JOIN bad ON bad.{column} = s.{column} AND bad.year IS NOT DISTINCT FROM s.year
            WHERE (SELECT count(*) FROM bad) > 0""",
        column,
    )


def identical_lines(sheet: str, columns: tuple[str, ...]) -> Check:
    """This will return a check that warns of lines alike in every column; they are kept, for that may be right."""
    # NULL equals nothing, so a line without a project needs a value to be compared by.
    keys = ", ".join("coalesce(prosjekt, '')" if column == "prosjekt" else column for column in columns)
    return Check(
        "identical-line",
        sheet,
        f"""SELECT sheet_row, value, first_row FROM (
                SELECT sheet_row, amount::text AS value, first_value(sheet_row) OVER alike AS first_row,
                       row_number() OVER alike AS nth
                FROM {{stage}} WHERE ({keys}) IN (SELECT {keys} FROM {{stage}} GROUP BY {keys} HAVING count(*) > 1)
                WINDOW alike AS (PARTITION BY {keys} ORDER BY sheet_row)) numbered WHERE nth > 1""",
        "amount",
        Severity.WARNING,
    )
