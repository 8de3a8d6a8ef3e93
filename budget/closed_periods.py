"""What imports say when they meet a closed period: the finding in the preview, and why it cannot be saved or undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.queries.locks import PeriodState, closed_message, closed_parts, closed_to
from roros.models import ImportRun, User
from roros.workbooks.declare import Finding, Severity
from roros.workbooks.kinds import CannotUndo, ImportRefused, Staged

CODE = "period-closed"
Month = tuple[int, int]


def uploader(staged: Staged) -> User | None:
    """This will return who brought the file: whose exceptions the preview respects; nobody for the command line."""
    return ImportRun.objects.select_related("created_by").get(pk=staged.run_id).created_by


def closed_findings(closed: Sequence[PeriodState], differing: Mapping[Month, int], *, sheet: str) -> list[Finding]:
    """This will refuse a file that changes closed months, and tell of closed months in which it changes nothing.

    `differing` is how many amounts the file changes in each month.
    """
    changed = [state for state in closed if (state.year, state.period) in differing]
    same = [state for state in closed if state not in changed]
    findings = []
    if changed:
        count = sum(differing[state.year, state.period] for state in changed)
        what = ngettext(
            "Filen endrer %(count)s beløp i en lukket periode",
            "Filen endrer %(count)s beløp i lukkede perioder",
            len(changed),
        )
        findings.append(closed_finding(what % {"count": count}, changed, sheet=sheet))
    if same:
        findings.append(
            Finding("closed-unchanged", severity=Severity.WARNING, sheet=sheet, params={"closed": _sentence(same)})
        )
    return findings


def closed_finding(what: str, closed: Sequence[PeriodState], **place: Any) -> Finding:
    """This will refuse what a file does in closed months; `place` is where in the file."""
    return Finding(CODE, params={"what": what, "closed": _sentence(closed)}, **place)


def refuse_changes(closed: Sequence[PeriodState], differing: Collection[Month] | None = None) -> None:
    """This will raise ImportRefused when the file changes a month that is closed to whoever saves it."""
    changed = closed if differing is None else [state for state in closed if (state.year, state.period) in differing]
    if changed:
        raise ImportRefused(CODE, _("Ingenting er lest inn. %(why)s") % {"why": closed_message(changed)})


def refuse_undo(run: ImportRun, months: Collection[Month], *, by: User | None) -> None:
    """This will raise CannotUndo when undoing would change a month that is closed to whoever asks."""
    if closed := closed_to(months, by=by):
        raise CannotUndo(
            CODE,
            _("Innlesing %(run)s kan ikke angres. %(why)s") % {"run": run.pk, "why": closed_message(closed)},
        )


def _sentence(closed: Sequence[PeriodState]) -> str:
    return capfirst("; ".join(closed_parts(closed)))
