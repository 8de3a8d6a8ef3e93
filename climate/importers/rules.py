"""Rules that the climate room's sheets share, and what their findings say."""

from __future__ import annotations

from django.utils.translation import gettext_noop as n_

from budget.importers.register_checks import too_long
from roros.workbooks.declare import Column, ColumnType
from roros.workbooks.kinds import Check

__all__ = ["MESSAGES", "municipality", "optional", "too_long"]


def municipality() -> Column:
    """This will return the column that says which municipality a row belongs to."""
    return Column("municipality", "Kommune", ColumnType.TEXT, ("Kommunenavn", "Region"))


def optional(
    name: str, label: str, column_type: ColumnType, *synonyms: str, **options: str | tuple[str, ...]
) -> Column:
    """This will return a column that the file may leave out, and whose cells may be empty."""
    return Column(
        name,
        label,
        column_type,
        synonyms,
        header_required=False,
        value_required=False,
        **options,  # type: ignore[arg-type]
    )


def one_number_per_municipality(sheet: str) -> Check:
    """This will return a check that refuses a municipality with two numbers in one year."""
    return Check(
        "municipality-number-differs",
        sheet,
        """SELECT DISTINCT ON (s.municipality, s.year) s.sheet_row, s.number AS value, s.municipality, s.year,
                  f.number AS other, f.sheet_row AS first_row
           FROM {stage} s JOIN (SELECT DISTINCT ON (municipality, year) * FROM {stage}
                                ORDER BY municipality, year, sheet_row) f USING (municipality, year)
           WHERE s.number <> f.number ORDER BY s.municipality, s.year, s.sheet_row""",
        "number",
    )


MESSAGES = {
    "municipality-number-differs": n_(
        "%(municipality)s har kommunenummer %(value)s her og %(other)s i rad %(first_row)s. Rett det som er feil."
    ),
    "target-year-before-base": n_("Målåret %(value)s er ikke etter basisåret %(base)s. Rett ett av dem."),
    "target-without-tonnes": n_(
        "Målet følger det oppgitte tallet, men tallet mangler. Fyll inn tonnene, eller skriv «prosent»."
    ),
    "measure-date-far-off": n_("Datoen %(value)s er utenfor 1990–2100. Kontroller århundret."),
    "population-far-off": n_(
        "Folketallet %(value)s er under halvparten eller over det dobbelte av %(other)s i %(year)s. Kontroller tallet."
    ),
    "measure-twice": n_("Tiltak nummer %(value)s står allerede i rad %(first_row)s. Gi hvert tiltak sitt eget nummer."),
}
