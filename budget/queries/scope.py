"""Which balances or ledger lines a selection holds, as SQL: the organisation of the right year and the filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budget.selection import Level, Selection, Structure

# Where each level is found, once an ansvar is joined to its placement. A line that has none there counts under "".
CODES: dict[Level, str] = {
    Level.RAMMEOMRADE: "coalesce(p.rammeomrade_id::text, '')",
    Level.VIRKSOMHET: "coalesce(p.virksomhet_id, '')",
    Level.ANSVAR: "b.ansvar_id",
    Level.TJENESTE: "b.tjeneste_id",
    Level.ART: "b.art_id",
    Level.PROSJEKT: "b.prosjekt_id",
}

# The register that holds the names of a level: table and key as text.
REGISTERS: dict[Level, tuple[str, str]] = {
    Level.RAMMEOMRADE: ("roros_rammeomrade", "number::text"),
    Level.VIRKSOMHET: ("roros_virksomhet", "code"),
    Level.ANSVAR: ("roros_ansvar", "code"),
    Level.TJENESTE: ("budget_tjeneste", "code"),
    Level.ART: ("budget_art", "code"),
    Level.PROSJEKT: ("budget_prosjekt", "code"),
}


@dataclass(frozen=True)
class Scope:
    """The rows of a selection: `FROM {source} WHERE {condition}` with its parameters."""

    source: str
    condition: str
    parameters: dict[str, Any]


def scope(selection: Selection) -> Scope:
    """This will join balances, named b, to their placement p and keep those inside the filters.

    The caller adds year and period. Last year's rows are placed as this year's, or as they were reported.
    """
    placed_in = "%(structure_year)s" if selection.structure is Structure.THIS_YEAR else "b.year"
    parameters: dict[str, Any] = {
        "structure_year": selection.year,
        "year": selection.year,
        "last_year": selection.year - 1,
        "period": selection.period,
    }
    conditions = ["TRUE"]
    for level, code in selection.filters.items():
        conditions.append(f"{CODES[level]} = %(filter_{level.value})s")
        parameters[f"filter_{level.value}"] = code
    return Scope(
        "budget_balance b LEFT JOIN roros_plassering p ON p.ansvar_id = b.ansvar_id"
        f" AND {placed_in} BETWEEN p.from_year AND coalesce(p.to_year, 9999)",
        " AND ".join(conditions),
        parameters,
    )


def line_scope(selection: Selection, year: int) -> Scope:
    """This will keep the ledger lines b of one year that count and are inside the filters, through the period.

    The codes of the organisation become a list of ansvar first: that finds few lines among millions by index, also
    before the database has counted the rows of a fresh import.
    """
    parameters: dict[str, Any] = {
        "structure_year": selection.year if selection.structure is Structure.THIS_YEAR else year,
        "year": year,
        "period": selection.period,
    }
    conditions = ["b.year = %(year)s", "b.period <= %(period)s"]
    placed = []
    for level, code in selection.filters.items():
        name = f"filter_{level.value}"
        parameters[name] = code
        if level not in (Level.RAMMEOMRADE, Level.VIRKSOMHET):
            conditions.append(f"b.{level.value}_id = %({name})s")
        elif code:
            placed.append(f"p.{level.value}_id::text = %({name})s")
        else:
            conditions.append(f"b.ansvar_id <> ALL(ARRAY({_PLACED}))")
    if placed:
        conditions.append(f"b.ansvar_id = ANY(ARRAY({' AND '.join([_PLACED, *placed])}))")
    return Scope("budget_activeline b", " AND ".join(conditions), parameters)


_PLACED = (
    "SELECT p.ansvar_id FROM roros_plassering p"
    " WHERE %(structure_year)s BETWEEN p.from_year AND coalesce(p.to_year, 9999)"
)
