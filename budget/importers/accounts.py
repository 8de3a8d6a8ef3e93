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
        "art", "Art", ColumnType.CODE, ("Konto", "Kontonr", "Kontokode", "Artskode", "Artsnr", "Konto/art"), inherit=True
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
    dated = tuple(
        check
        for column in ("tjeneste", "art", "prosjekt")
        for check in (
            Check(
                f"unknown-{column}",
                sheet,
                f"""SELECT sheet_row, {column} AS value, year, amount FROM {{stage}} s
                    WHERE {column} IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM budget_{column} d WHERE d.code = s.{column})""",
                column,
            ),
            Check(
                f"{column}-outside-years",
                sheet,
                f"""SELECT sheet_row, s.{column} AS value, s.year, d.from_year, d.to_year, s.amount
                    FROM {{stage}} s JOIN budget_{column} d ON d.code = s.{column}
                    WHERE s.year NOT BETWEEN d.from_year AND coalesce(d.to_year, 9999)""",
                column,
            ),
        )
    )
    return (
        Check(
            "unknown-ansvar",
            sheet,
            """SELECT sheet_row, ansvar AS value, year, amount FROM {stage} s
               WHERE ansvar IS NOT NULL AND NOT EXISTS (SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = s.ansvar)""",
            "ansvar",
        ),
        Check(
            "ansvar-outside-years",
            sheet,
            """SELECT sheet_row, ansvar AS value, year, from_year, to_year, amount FROM (
                   SELECT sheet_row, ansvar, year, amount,
                          (SELECT min(from_year) FROM roros_plassering p WHERE p.ansvar_id = s.ansvar) AS from_year,
                          (SELECT max(to_year) FROM roros_plassering p WHERE p.ansvar_id = s.ansvar) AS to_year
                   FROM {stage} s
                   WHERE EXISTS (SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = s.ansvar)
                     AND NOT EXISTS (SELECT 1 FROM roros_plassering p WHERE p.ansvar_id = s.ansvar
                                     AND s.year BETWEEN p.from_year AND coalesce(p.to_year, 9999))) outside""",
            "ansvar",
        ),
        *dated,
    )


def identical_lines(sheet: str, columns: tuple[str, ...]) -> Check:
    """This will return a check that warns of lines alike in every column; they are kept, for that may be right."""
    keys = ", ".join(columns)
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
