"""Printed tables and the app's, written where one can see what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from roros.exports import ExportColumn, ExportTable, Kind
from roros.report_control.against import Figures
from roros.report_control.printed import PrintedTable


def printed(name: str, head: str, *rows: str) -> PrintedTable:
    """A table as it stands in a CSV file without quotes."""
    columns = tuple(head.split(","))
    return PrintedTable(name, columns, tuple(dict(zip(columns, row.split(","), strict=True)) for row in rows))


def nothing(name: str, year: int | None, filters: Mapping[str, str]) -> ExportTable | None:
    """An app without tables."""
    return None


def app(**tables: list[dict[str, Any]]) -> Figures:
    """An app with these tables; names with _ for -, amounts as Decimal, the rest as text."""

    def figures(name: str, year: int | None, filters: Mapping[str, str]) -> ExportTable | None:
        rows = tables.get(name.replace("-", "_"))
        if rows is None:
            return None
        if filters:
            rows = [row for row in rows if all(row.get(key) == value for key, value in filters.items())]
        elif any("prosjekt" in row for row in rows):
            rows = [row for row in rows if "prosjekt" not in row]
        columns = [
            ExportColumn(key, key, Kind.AMOUNT if isinstance(value, Decimal) else Kind.TEXT)
            for key, value in rows[0].items()
            if key != "er_sum"
        ]
        return ExportTable(name, columns, rows)

    return figures
