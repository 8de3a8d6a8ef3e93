"""What a room tells the engine about a kind of workbook, beyond how it looks: checks in SQL and where rows go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from roros.models import ImportRun, Role, User
from roros.workbooks.declare import Finding, Layout, Severity, SheetResult

PREFIX = "staged_"  # of the temporary tables


class ImportRefused(Exception):
    """The import cannot be carried out as asked; the message is for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class StalePreview(ImportRefused):
    """Somebody else changed what the preview was compared with."""


class CannotUndo(ImportRefused):
    """Something later rests on the import, so undoing it would not restore what stood before."""


@dataclass(frozen=True)
class Staged:
    """A file's rows in temporary tables of this database session, one per declared sheet."""

    run_id: int
    year: int | None
    sheets: dict[str, SheetResult]
    sheet_names: tuple[str, ...]  # every declared sheet; one that the file lacks has an empty table

    def table(self, sheet: str) -> str:
        """This will return the name of the temporary table that holds the sheet's rows."""
        return f"{PREFIX}{self.run_id}_{sheet}"

    def keys(self, sheet: str) -> str:
        """This will return the name of the table that holds each key of a ledger sheet once: sum and count `n`."""
        return f"{self.table(sheet)}_keys"

    @property
    def years(self) -> tuple[int, ...]:
        """The years the rows belong to, in order."""
        return tuple(sorted({year for sheet in self.sheets.values() for year in sheet.years}))

    @property
    def rows(self) -> int:
        """How many rows were staged in all."""
        return sum(sheet.rows for sheet in self.sheets.values())


@dataclass(frozen=True)
class Check:
    """A rule over a whole sheet, as one SELECT that returns the rows that break it.

    `sql` names the staged table `{stage}` (its keys, summed, `{keys}`; other sheets `{stage_<name>}`), may use
    %(year)s, and returns `sheet_row`, `value` and any further columns, which fill the message as parameters.
    """

    code: str
    sheet: str
    sql: str
    column: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Group:
    """One line of the preview's table before and after: usually a rammeområde; amounts in kroner."""

    label: str
    before: Decimal | None
    after: Decimal | None
    new: int
    changed: int
    removed: int
    code: str = ""  # an unplaced code, when the line is not a group yet


@dataclass(frozen=True)
class Change:
    """One row that the import would add, change or remove, for the preview's list."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What committing would do, compared with what stands now.

    `base` identifies what stands now; a commit with another base is refused as stale.
    """

    new: int
    changed: int
    removed: int
    base: dict[str, Any]
    groups: Sequence[Group] = ()
    changes: Sequence[Change] = ()
    replaces: Sequence[int] = ()  # import runs whose slice this one takes over
    periods: Sequence[str] = ()  # "2021-01" … that are replaced
    findings: Sequence[Finding] = ()  # what the comparison with what stands forbids or warns of


class Target(Protocol):
    """Where the rows of a kind go. Every method runs inside the engine's transaction."""

    def lock(self, staged: Staged) -> None:
        """This will hold off other imports of the same figures until the transaction ends."""

    def base(self, staged: Staged) -> dict[str, Any]:
        """This will identify what stands now; equal bases mean that a preview still holds."""

    def preview(self, staged: Staged) -> Preview:
        """This will compare the staged rows with what stands now."""

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will store the staged rows, all of them."""

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will restore exactly what stood before the run; raises CannotUndo when it cannot."""


@dataclass(frozen=True)
class WorkbookKind:
    """A kind of workbook: how it looks, what must hold, where it goes."""

    layout: Layout
    target: Target
    checks: tuple[Check, ...] = ()
    needs_year: bool = False
    order: int = 100  # place in lists and in the demo: organisation first
    creatable: tuple[str, ...] = ()  # code columns whose unknown codes may be created from the preview
    roles: tuple[str, ...] = (Role.ADMINISTRATOR, Role.OKONOMI)  # who may read in such files, and see what is in them

    @property
    def name(self) -> str:
        """The kind's name on the command line and in URLs."""
        return self.layout.kind

    @property
    def label(self) -> str:
        """The kind's Norwegian name on pages."""
        return self.layout.label
