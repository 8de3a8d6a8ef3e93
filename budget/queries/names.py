"""What codes are called, for headings."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from budget.queries.scope import REGISTERS
from budget.selection import Level


def names_of(codes: Mapping[Level, str]) -> dict[Level, str]:
    """This will return the name of each code; a code that does not exist is missing from the answer."""
    names = {level: str(level.without) for level, code in codes.items() if not code and level.without}
    wanted = {level: code for level, code in codes.items() if level not in names}
    if wanted:
        selects = [
            f"SELECT '{level.value}', name FROM {REGISTERS[level][0]} WHERE {REGISTERS[level][1]} = %({level.value})s"
            for level in wanted
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), {level.value: code for level, code in wanted.items()})
            names |= {Level(level): name for level, name in cursor.fetchall()}
    return names


def single_units(year: int) -> dict[str, str]:
    """This will return the rammeområde's name for each virksomhet that is alone in its rammeområde that year."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, {"year": year})
        return dict(cursor.fetchall())


ALONE = """
    WITH placed AS (SELECT DISTINCT rammeomrade_id, virksomhet_id FROM roros_plassering
                    WHERE %(year)s BETWEEN from_year AND coalesce(to_year, 9999)),
         alone AS (SELECT rammeomrade_id, min(virksomhet_id) AS virksomhet_id FROM placed
                   GROUP BY rammeomrade_id HAVING count(*) = 1)
    SELECT a.virksomhet_id AS code, min(r.name) AS name
    FROM alone a JOIN roros_rammeomrade r ON r.number = a.rammeomrade_id
    WHERE (SELECT count(*) FROM placed p WHERE p.virksomhet_id = a.virksomhet_id) = 1
    GROUP BY a.virksomhet_id
"""
# virksomheter by code, each under the name that a page for everybody uses
UNITS_BY_SHORT_NAME = f"""(
    SELECT v.code, coalesce(a.name, v.name) AS name
    FROM roros_virksomhet v LEFT JOIN ({ALONE}) a ON a.code = v.code)"""
