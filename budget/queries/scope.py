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


_PLACED = {
    Structure.THIS_YEAR: """(
        SELECT DISTINCT ON (ansvar_id) ansvar_id, virksomhet_id, rammeomrade_id FROM roros_plassering
        WHERE from_year <= %(structure_year)s ORDER BY ansvar_id, from_year DESC) p ON p.ansvar_id = b.ansvar_id""",
    Structure.AS_REPORTED: """roros_plassering p ON p.ansvar_id = b.ansvar_id
        AND b.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)""",
}


@dataclass(frozen=True)
class Scope:
    """The rows of a selection: `FROM {source} WHERE {condition}` with its parameters."""

    source: str
    condition: str
    parameters: dict[str, Any]


def scope(selection: Selection) -> Scope:
    """This will join balances, named b, to their placement p and keep those inside the filters.

    The caller adds year and period. Last year's rows are placed as this year's, or as they were reported. In this
    year's structure an ansvar that has closed stays where it last was: its last year still belongs to that unit.
    """
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
        f"budget_balance b LEFT JOIN {_PLACED[selection.structure]}",
        " AND ".join(conditions),
        parameters,
    )


def line_scope(selection: Selection, year: int) -> Scope:
    """This will keep the ledger lines b of one year that count and are inside the filters, through the period.

    The codes of the organisation become a list of ansvar first: that finds few lines among millions by index, also
    before the database has counted the rows of a fresh import.
    """
    parameters: dict[str, Any] = {"structure_year": selection.year, "year": year, "period": selection.period}
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
            conditions.append(f"b.ansvar_id <> ALL(ARRAY(SELECT p.ansvar_id {_PLACEMENTS[selection.structure]}))")
    if placed:
        where = " AND ".join(placed)
        found = f"SELECT p.ansvar_id {_PLACEMENTS[selection.structure]} WHERE {where}"
        conditions.append(f"b.ansvar_id = ANY(ARRAY({found}))")
    return Scope("budget_activeline b", " AND ".join(conditions), parameters)


_PLACEMENTS = {
    Structure.THIS_YEAR: """FROM (
        SELECT DISTINCT ON (ansvar_id) ansvar_id, virksomhet_id, rammeomrade_id FROM roros_plassering
        WHERE from_year <= %(structure_year)s ORDER BY ansvar_id, from_year DESC) p""",
    Structure.AS_REPORTED: """FROM (
        SELECT ansvar_id, virksomhet_id, rammeomrade_id FROM roros_plassering
        WHERE %(year)s BETWEEN from_year AND coalesce(to_year, 9999)) p""",
}
