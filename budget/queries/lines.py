"""The ledger lines behind a figure, one page at a time, sorted by the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from budget.queries.scope import line_scope
from budget.queries.story import LineKind, line_year
from budget.selection import Selection

PAGE_SIZE = 100
MOST_EXPORTED = 100_000  # lines in one file


# What a reader may sort by: the column's name in the URL and its expression.
ORDERS: Mapping[str, str] = {
    "art": "b.art_id",
    "ansvar": "b.ansvar_id",
    "tjeneste": "b.tjeneste_id",
    "prosjekt": "b.prosjekt_id",
    "periode": "b.period",
    "belop": "b.amount",
    "rad": "b.sheet_row",
}


@dataclass(frozen=True)
class LedgerRow:
    """One line as the page lists it; amount in kroner."""

    art_code: str
    art_name: str
    ansvar_code: str
    ansvar_name: str
    tjeneste_code: str
    tjeneste_name: str
    prosjekt_code: str
    prosjekt_name: str
    year: int
    periode: int
    belop: Decimal
    rad: int | None
    run: int | None
    file_name: str
    amendment: str

    @property
    def art(self) -> str:
        """This will return code and name of the art."""
        return f"{self.art_code} {self.art_name}".strip()

    @property
    def ansvar(self) -> str:
        """This will return code and name of the ansvar."""
        return f"{self.ansvar_code} {self.ansvar_name}".strip()

    @property
    def tjeneste(self) -> str:
        """This will return code and name of the tjeneste."""
        return f"{self.tjeneste_code} {self.tjeneste_name}".strip()

    @property
    def prosjekt(self) -> str:
        """This will return code and name of the project; empty without one."""
        return f"{self.prosjekt_code} {self.prosjekt_name}".strip() if self.prosjekt_code else ""


@dataclass(frozen=True)
class LineCount:
    """How many lines there are, and what they add up to."""

    lines: int
    amount: Decimal


def count_lines(selection: Selection, kind: LineKind) -> LineCount:
    """This will count and add up all lines of a kind inside the selection."""
    held = line_scope(selection, line_year(selection, kind))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(b.amount), 0) FROM {held.source}"
            f" WHERE b.kind = %(kind)s AND {held.condition}",
            {**held.parameters, "kind": kind.stored},
        )
        return LineCount(*cursor.fetchone())


def ledger_lines(
    selection: Selection, kind: LineKind, *, order: str = "", offset: int = 0, limit: int = PAGE_SIZE
) -> list[LedgerRow]:
    """This will list lines of a kind inside the selection; `order` is a name of ORDERS, "-" in front turns it round.

    Without an order: as in the file.
    """
    held = line_scope(selection, line_year(selection, kind))
    wanted = ORDERS.get(order.removeprefix("-"))
    direction = "DESC" if order.startswith("-") else "ASC"
    ordering = f"{wanted} {direction} NULLS LAST, b.id" if wanted else "b.id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT b.art_id, coalesce(t.name, ''), b.ansvar_id, coalesce(n.name, ''), b.tjeneste_id,
                   coalesce(s.name, ''), b.prosjekt_id, coalesce(o.name, ''), b.year, b.period, b.amount, b.sheet_row,
                   b.import_run_id, coalesce(r.file_name, ''), coalesce(a.number, '')
            FROM {held.source}
            LEFT JOIN budget_art t ON t.code = b.art_id
            LEFT JOIN roros_ansvar n ON n.code = b.ansvar_id
            LEFT JOIN budget_tjeneste s ON s.code = b.tjeneste_id
            LEFT JOIN budget_prosjekt o ON o.code = b.prosjekt_id
            LEFT JOIN roros_importrun r ON r.id = b.import_run_id
            LEFT JOIN budget_amendment a ON a.id = b.amendment_id
            WHERE b.kind = %(kind)s AND {held.condition}
            ORDER BY {ordering} LIMIT %(limit)s OFFSET %(offset)s
            """,
            {**held.parameters, "kind": kind.stored, "limit": limit, "offset": offset},
        )
        return [LedgerRow(*row) for row in cursor.fetchall()]
