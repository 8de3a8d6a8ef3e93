"""The codes that a reader may choose among."""

from __future__ import annotations

from django.db import connection

from budget.selection import Level


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
