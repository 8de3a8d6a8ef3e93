"""The rules over whole sheets, run as sets in SQL."""

from __future__ import annotations

from django.db import connection

from roros.workbooks.declare import Finding, Severity
from roros.workbooks.kinds import Check, Staged, WorkbookKind

MAX_FINDINGS_PER_CHECK = 5000


def run_checks(kind: WorkbookKind, staged: Staged) -> list[Finding]:
    """This will return a finding for every row that breaks a rule, in the order of the sheet."""
    findings = []
    for check in kind.checks:
        if check.sheet in staged.sheets:
            findings += _run(check, kind, staged)
    return findings


def _run(check: Check, kind: WorkbookKind, staged: Staged) -> list[Finding]:
    names = {f"stage_{sheet.name}": staged.table(sheet.name) for sheet in kind.layout.sheets}
    sql = check.sql.format(stage=staged.table(check.sheet), keys=staged.keys(check.sheet), **names)
    sheet = staged.sheets[check.sheet]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) OVER () AS total_found, found.* FROM ({sql}) found"
            f" ORDER BY sheet_row LIMIT {MAX_FINDINGS_PER_CHECK}",
            {"year": staged.year},
        )
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    total = max((row.pop("total_found") for row in rows), default=0)
    findings = [
        Finding(
            code=check.code,
            severity=check.severity,
            sheet=sheet.sheet,
            row=row.pop("sheet_row") or 0,
            column=sheet.mapping.get(check.column, ""),
            value=str(row.pop("value") or ""),
            params={name: "" if value is None else str(value) for name, value in row.items()},
        )
        for row in rows
    ]
    return findings + more_of_the_same(check.code, check.severity, sheet.sheet, total, len(rows))


def more_of_the_same(code: str, severity: Severity, sheet: str, count: int, shown: int) -> list[Finding]:
    """This will say how many findings of one kind there are when not all of them are listed; else nothing."""
    if count <= shown:
        return []
    params = {"kind": code, "count": str(count), "shown": str(shown)}
    return [Finding("more-of-the-same", severity, sheet, params=params)]


def check_deferred() -> None:
    """This will check now what the database would check when the transaction ends, to be told while one can answer."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def duplicates(sheet: str, columns: tuple[str, ...], *, severity: Severity, code: str = "duplicate-row") -> Check:
    """This will return a check that finds rows alike in all those columns, naming the first row that is the same."""
    keys = ", ".join(columns)
    return Check(
        code=code,
        sheet=sheet,
        column=columns[0],
        severity=severity,
        sql=f"""SELECT sheet_row, value, first_row FROM (
            SELECT sheet_row, concat_ws(' · ', {keys}) AS value,
                   first_value(sheet_row) OVER same AS first_row, row_number() OVER same AS nth
            FROM {{stage}} WINDOW same AS (PARTITION BY {keys} ORDER BY sheet_row)) numbered WHERE nth > 1""",
    )
