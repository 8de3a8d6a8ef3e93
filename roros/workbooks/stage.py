"""Rows into temporary tables: one COPY per sheet, nothing else."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from roros.workbooks.declare import ColumnType, ReadResult, Sheet
from roros.workbooks.kinds import PREFIX, Staged, WorkbookKind

SQL_TYPES = {
    ColumnType.CODE: 'text COLLATE "C"',
    ColumnType.TEXT: "text",
    ColumnType.INTEGER: "bigint",
    ColumnType.YEAR: "integer",
    ColumnType.PERIOD: "integer",
    ColumnType.AMOUNT: "numeric(16, 2)",
    ColumnType.DECIMAL: "numeric",
    ColumnType.DATE: "date",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.CHOICE: "text",
}


def stage(kind: WorkbookKind, *, run_id: int, year: int | None, result: ReadResult) -> Staged:
    """This will copy what the reader read into temporary tables of this session, `sheet_row` first.

    A declared sheet that the file lacks gets an empty table, so that checks and targets need no special case.
    The tables live until `unstage` or the end of the session: preview and commit may be two transactions.
    """
    by_name = {sheet.name: sheet for sheet in result.sheets}
    names = tuple(sheet.name for sheet in kind.layout.sheets)
    staged = Staged(run_id=run_id, year=year, sheets=by_name, sheet_names=names)
    for sheet in kind.layout.sheets:
        table = staged.table(sheet.name)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
            cursor.execute(f"CREATE TEMP TABLE {table} (sheet_row integer NOT NULL, {_columns(sheet)})")
            if sheet.name in by_name:
                with Path(by_name[sheet.name].copy_file).open("rb") as lines:
                    cursor.copy_expert(f"COPY {table} FROM STDIN", lines)
                cursor.execute(f"ANALYZE {table}")
            if sheet.amount and sheet.key:
                _sum_keys(sheet, staged)
    return staged


def _sum_keys(sheet: Sheet, staged: Staged) -> None:
    """Each key of a ledger sheet once, with its sum and how many lines it has: the checks ask this, not every line."""
    keys, table = ", ".join(sheet.key), staged.keys(sheet.name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '128MB', false)")
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(
            f"CREATE TEMP TABLE {table} AS SELECT {keys}, sum({sheet.amount}) AS {sheet.amount}, count(*) AS n"
            f" FROM {staged.table(sheet.name)} GROUP BY {keys}"
        )
        cursor.execute("RESET work_mem")
        cursor.execute(f"ANALYZE {table}")


def unstage(staged: Staged) -> None:
    """This will drop the temporary tables, also those that the target made beside the sheets'."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname LIKE %s",
            [f"{PREFIX}{staged.run_id}\\_%"],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE pg_temp.{table}")


def _columns(sheet: Sheet) -> str:
    return ", ".join(f"{column.name} {SQL_TYPES[column.type]}" for column in sheet.columns)
