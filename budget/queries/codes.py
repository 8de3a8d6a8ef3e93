"""The names behind the codes of a selection, and the codes that a reader may choose among."""

from __future__ import annotations

from django.db import connection

from budget.queries.scope import REGISTERS
from budget.selection import Level, Selection


def filter_names(selection: Selection) -> dict[Level, str]:
    """This will return the name of each code that the selection filters on; one that does not exist is left out."""
    named = {level: str(level.without) for level, code in selection.filters.items() if code == "" and level.without}
    wanted = {level: code for level, code in selection.filters.items() if code != ""}
    if not wanted:
        return named
    parts = [
        f"SELECT '{level.value}', name FROM {REGISTERS[level][0]} WHERE {REGISTERS[level][1]} = %({level.value})s"  # noqa: S608
        for level in wanted
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {level.value: code for level, code in wanted.items()})
        found = {Level(level): name for level, name in cursor.fetchall()}
    return {level: (named | found)[level] for level in selection.filters if level in named | found}


def unknown_codes(selection: Selection) -> dict[Level, str]:
    """This will return the filters of a selection whose code is in no register."""
    known = filter_names(selection)
    return {level: code for level, code in selection.filters.items() if level not in known}


def choices(year: int) -> dict[Level, list[tuple[str, str]]]:
    """This will return the codes that have figures in the year or the one before, with their names, per level."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH used AS MATERIALIZED (
                     SELECT ansvar_id, tjeneste_id, art_id, prosjekt_id FROM budget_balance
                     WHERE year IN (%(year)s, %(year)s - 1) AND period = 13),
                 placed AS (
                     SELECT DISTINCT ON (ansvar_id) virksomhet_id, rammeomrade_id FROM roros_plassering
                     WHERE from_year <= %(year)s AND coalesce(to_year, 9999) >= %(year)s - 1
                     ORDER BY ansvar_id, from_year DESC)
            SELECT 'rammeomrade', number::text, name, number FROM roros_rammeomrade
            WHERE number IN (SELECT rammeomrade_id FROM placed)
            UNION ALL SELECT 'virksomhet', code, name, 0 FROM roros_virksomhet
            WHERE code IN (SELECT virksomhet_id FROM placed)
            UNION ALL SELECT 'ansvar', code, name, 0 FROM roros_ansvar WHERE code IN (SELECT ansvar_id FROM used)
            UNION ALL SELECT 'tjeneste', code, name, 0 FROM budget_tjeneste WHERE code IN (SELECT tjeneste_id FROM used)
            UNION ALL SELECT 'art', code, name, 0 FROM budget_art WHERE code IN (SELECT art_id FROM used)
            UNION ALL SELECT 'prosjekt', code, name, 0 FROM budget_prosjekt
            WHERE code IN (SELECT prosjekt_id FROM used) AND code <> ''
            ORDER BY 4, 2
            """,
            {"year": year},
        )
        found: dict[Level, list[tuple[str, str]]] = {level: [] for level in Level}
        for level, code, name, _order in cursor.fetchall():
            found[Level(level)].append((code, name))
    return found
