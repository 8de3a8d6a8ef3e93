"""Rules that the sheets of the hr room share."""

from __future__ import annotations

from roros.models import Role
from roros.workbooks.kinds import Check

STAFF_ROLES = (Role.ADMINISTRATOR, Role.HR)


def known_area(sheet: str, *, whole: bool = False) -> Check:
    """This will return a check that refuses unknown rammeområder; with `whole`, an empty cell is the municipality."""
    return Check(
        "unknown-rammeomrade",
        sheet,
        f"""SELECT sheet_row, area::text AS value FROM {{stage}} s
            WHERE {"area IS NOT NULL AND" if whole else ""}
                  NOT EXISTS (SELECT 1 FROM roros_rammeomrade r WHERE r.number = s.area)""",
        "area",
    )


def too_long(sheet: str, column: str, length: int) -> Check:
    """This will return a check that refuses texts that the register has no room for."""
    return Check(
        "text-too-long",
        sheet,
        f"""SELECT sheet_row, left({column}, 40) || '…' AS value, length({column}) AS length, {length} AS longest
            FROM {{stage}} WHERE length({column}) > {length}""",
        column,
    )
