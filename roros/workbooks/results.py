"""What a run amounts to, as one JSON object: the command line's answer and the data behind the import page."""

from __future__ import annotations

from typing import Any

from roros.models import ImportRun
from roros.workbooks.declare import Finding, Severity
from roros.workbooks.messages import message


def findings_of(run: ImportRun) -> list[Finding]:
    """This will return the run's findings as they were found."""
    return [Finding(**{**stored, "severity": Severity(stored["severity"])}) for stored in run.findings]


def as_json(run: ImportRun) -> dict[str, Any]:
    """This will describe the run for machines; amounts are decimal text in kroner, rows count the file's rows."""
    findings = findings_of(run)
    return {
        "run": run.pk,
        "kind": run.kind,
        "year": run.year,
        "state": run.state,
        "committed": run.state == ImportRun.State.COMMITTED,
        "rows": run.rows,
        "new": run.new,
        "changed": run.changed,
        "removed": run.removed,
        "control_total": control_total(run),
        "replaces": run.preview.get("replaces", []),
        "errors": [_plain(finding) for finding in findings if finding.severity == Severity.ERROR],
        "warnings": [_plain(finding) for finding in findings if finding.severity == Severity.WARNING],
    }


def control_total(run: ImportRun) -> dict[str, str | None] | None:
    """This will return the file's own sum and the sum of its rows (kroner); None when no sheet has amounts."""
    for sheet in run.sheets:
        if sheet["total"] is not None:
            return {"file": sheet["control_total"], "rows": sheet["total"]}
    return None


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "code": finding.code,
        "message": message(finding),
    }
