"""Findings as people think of them: one problem for each thing wrong, with every cell it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roros.workbooks.declare import Finding, Severity
from roros.workbooks.messages import text

MAX_RANGES = 3
SAID_APART = ("identical-line",)  # warnings that would fill the page: all of them are one problem


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file, wherever it stands; `amount` is the sum of its lines in kroner, if they have any."""

    code: str
    severity: Severity
    sheet: str
    column: str
    value: str
    name: str  # what stands beside the code in the file
    text: str
    rows: tuple[int, ...]
    amount: Decimal | None
    more: bool = False  # there are more cells like these than were listed

    @property
    def is_error(self) -> bool:
        """This will return whether the file is refused because of it."""
        return self.severity == Severity.ERROR

    @property
    def cells(self) -> str:
        """This will return the cells as ranges: "A27018–A27184, A30001"."""
        runs = list(ranges(self.rows))
        shown = [
            f"{self.column}{first}" if first == last else f"{self.column}{first}–{self.column}{last}"
            for first, last in runs[:MAX_RANGES]
        ]
        hidden = sum(last - first + 1 for first, last in runs[MAX_RANGES:])
        if hidden:
            more = ngettext("%(count)s celle til", "%(count)s celler til", hidden) % {"count": hidden}
            return f"{', '.join(shown)} {_('og')} {more}"
        return ", ".join(shown)


def ranges(rows: Iterable[int]) -> Iterable[tuple[int, int]]:
    """This will yield (first, last) of each stretch of rows that follow one another."""
    first = last = 0
    for row in sorted(set(rows) - {0}):
        if first and row == last + 1:
            last = row
            continue
        if first:
            yield first, last
        first = last = row
    if first:
        yield first, last


def problems(findings: Sequence[Finding], labels: dict[str, dict[str, dict[str, str]]]) -> list[Problem]:
    """This will gather findings alike in code, sheet, column and value; errors first, in the order of the file.

    `labels` are the names that stand beside the codes: sheet -> column letter -> code -> name.
    """
    cut = {
        (finding.params.get("kind", ""), finding.sheet) for finding in findings if finding.code == "more-of-the-same"
    }
    gathered: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        value = "" if finding.code in SAID_APART else finding.value
        gathered.setdefault((finding.code, finding.sheet, finding.column, value), []).append(finding)
    made = [
        _problem(alike, value, labels, more=(code, sheet) in cut)
        for (code, sheet, _column, value), alike in gathered.items()
        if code != "more-of-the-same"
    ]
    return sorted(made, key=lambda problem: not problem.is_error)


def _problem(alike: list[Finding], value: str, labels: dict[str, dict[str, dict[str, str]]], *, more: bool) -> Problem:
    first = alike[0]
    amounts = [Decimal(finding.params["amount"]) for finding in alike if finding.params.get("amount")]
    return Problem(
        code=first.code,
        severity=first.severity,
        sheet=first.sheet,
        column=first.column,
        value=value,
        name=labels.get(first.sheet, {}).get(first.column, {}).get(value, ""),
        text=text(first) if len(alike) == 1 or value else _several(first, len(alike)),
        rows=tuple(finding.row for finding in alike if finding.row),
        amount=sum(amounts, Decimal(0)) if amounts else None,
        more=more,
    )


def _several(first: Finding, count: int) -> str:
    if first.code == "identical-line":
        return _(
            "%(count)s linjer er helt like en linje lenger oppe. Alle er tatt med. Ta ut dem som er ført to ganger."
        ) % {"count": count}
    return text(first)
