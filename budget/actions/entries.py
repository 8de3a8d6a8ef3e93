"""Figures are entered: a save of the grid is one import run of its own, whole or not at all."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.balances import lock_years
from budget.importers.foring import ENTRIES
from budget.models import LedgerLine
from budget.queries.entries import CellKey, cell_problems, standing_amounts, writers
from budget.targets.entries import CELL_COLUMNS, KIND, SHEET, changes, counts, groups, write
from roros.actions import ActionRefused, ChangedMeanwhile, act_as
from roros.models import ImportRun, User
from roros.numbers import LARGEST
from roros.workbooks import files
from roros.workbooks.declare import SheetResult
from roros.workbooks.engine import bump_data_version

State = ImportRun.State
MOST_CELLS = 20_000
NOTHING = Decimal(0)
FORMULA_START = ("=", "+", "-", "@")
HEADER = ("Slag", "Ansvar", "Tjeneste", "Art", "Prosjekt", "Periode", "Før", "Etter", "Beløp", "Begrunnelse")


@dataclass(frozen=True)
class Cell:
    """A cell that is to change: what the user saw there, and what is to stand there (kroner)."""

    key: CellKey
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Overtaken:
    """A cell that somebody else has changed: what the user saw and wants, and what stands there now by whom."""

    cell: Cell
    now: Decimal
    who: str
    when: datetime.datetime | None


class CellsRefused(ActionRefused):
    """Cells that cannot be entered, each with why; nothing is saved."""

    def __init__(self, problems: Mapping[CellKey, str]) -> None:
        texts = list(dict.fromkeys(problems.values()))
        message = ngettext(
            "Ingenting er lagret, for %(count)s celle kan ikke føres: %(why)s",
            "Ingenting er lagret, for %(count)s celler kan ikke føres: %(why)s",
            len(problems),
        ) % {"count": len(problems), "why": " ".join(texts[:3])}
        super().__init__(message)
        self.problems = dict(problems)


class EntryConflict(ChangedMeanwhile):
    """Somebody else changed some of the cells after the user saw them; nothing is saved."""

    def __init__(self, overtaken: Sequence[Overtaken]) -> None:
        message = ngettext(
            "%(count)s celle er endret av andre etter at du åpnet siden. Ingenting er lagret. Velg hva som skal stå.",
            "%(count)s celler er endret av andre etter at du åpnet siden. Ingenting er lagret. Velg hva som skal stå.",
            len(overtaken),
        )
        super().__init__(message % {"count": len(overtaken)})
        self.overtaken = list(overtaken)


def save_entries(*, kind: LedgerLine.Kind, year: int, cells: Collection[Cell], reason: str, by: User) -> ImportRun:
    """This will make the cells hold what the user wants, as one import run with a line per cell.

    Raises EntryConflict when a cell no longer holds what the user saw, CellsRefused for codes, months or budgets that
    cannot be entered, and ActionRefused when nothing changes or the reason is missing. Nothing is saved then.
    """
    try:
        with transaction.atomic():
            return _save(kind, year, cells, reason.strip(), by)
    except (IntegrityError, DataError) as error:
        raise ActionRefused(
            _("Databasen avviste føringen, så ingenting er lagret: %(detail)s") % {"detail": str(error).splitlines()[0]}
        ) from error


def _save(kind: LedgerLine.Kind, year: int, cells: Collection[Cell], reason: str, by: User) -> ImportRun:
    _refuse_shape(kind, cells, reason)
    act_as(by)
    lock_years([year])
    keys = [cell.key for cell in cells]
    problems = cell_problems(kind, year, keys, by)
    if problems:
        raise CellsRefused({key: text for key, (_column, text) in problems.items()})
    now = standing_amounts(kind, year, keys)
    wanted = [cell for cell in cells if now.get(cell.key, NOTHING) != cell.after]
    if not wanted:
        raise ActionRefused(_("Ingenting å endre: cellene har alt disse beløpene."))
    _refuse_overtaken(kind, year, wanted, now)
    content = entry_file(kind, year, wanted, reason)
    moment = timezone.now()
    run = ImportRun.objects.create(
        kind=KIND,
        year=year,
        file=files.store(content),
        file_name=timezone.localtime(moment).strftime("Føring %Y-%m-%d %H.%M.csv"),
        state=State.COMMITTING,
        created_by=by,
        rows=len(wanted),
        sheets=[_sheet(year, wanted)],
    )
    table = _cells_table(kind, year, wanted, now, reason)
    run.new, run.changed = counts(table)
    run.preview = {
        "groups": [_plain(dataclasses.asdict(group)) for group in groups(table)],
        "changes": [dataclasses.asdict(change) for change in changes(table)],
        "replaces": [],
        "periods": sorted({f"{year}-{cell.key.period:02}" for cell in wanted}),
        "reason": reason,
        "slag": kind.value,
    }
    write(table, run)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")
    run.state, run.committed_at, run.committed_by = State.COMMITTED, timezone.now(), by
    run.save(update_fields=["state", "committed_at", "committed_by", "new", "changed", "preview"])
    bump_data_version()
    return run


def entry_file(kind: LedgerLine.Kind, year: int, cells: Collection[Cell], reason: str) -> bytes:
    """This will write the changed cells as the file that the entry came from; it can be imported again elsewhere."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    why = f"'{reason}" if reason.startswith(FORMULA_START) else reason  # a spreadsheet must not run it
    for cell in cells:
        *codes, period = cell.key
        amounts = (cell.before, cell.after, cell.after - cell.before)
        writer.writerow(
            [
                kind.value,
                *codes,
                f"{year}{period:02}",
                *(f"{amount:.2f}".replace(".", ",") for amount in amounts),
                why,
            ]
        )
    return "\ufeff".encode() + out.getvalue().encode()


def _refuse_shape(kind: LedgerLine.Kind, cells: Collection[Cell], reason: str) -> None:
    """What can be seen without looking at the ledger."""
    if kind not in (LedgerLine.Kind.ACTUAL, LedgerLine.Kind.ORIGINAL):
        raise ActionRefused(_("Budsjettendringer føres ikke her. Lag en budsjettendring."))
    if not cells:
        raise ActionRefused(_("Ingenting å endre: ingen celler er endret."))
    if not reason:
        raise ActionRefused(_("Skriv en begrunnelse. Den følger hver linje du fører."))
    if len(cells) > MOST_CELLS:
        raise ActionRefused(
            _("%(count)s celler er for mange på én gang. Grensen er %(most)s. Bruk innlesing av fil.")
            % {"count": len(cells), "most": MOST_CELLS}
        )
    if len({cell.key for cell in cells}) < len(cells):
        raise ActionRefused(_("Den samme cellen er sendt to ganger. Ingenting er lagret."))
    too_large = {
        cell.key: _("Beløpet er større enn det som kan være riktig.")
        for cell in cells
        if abs(cell.after) >= LARGEST or abs(cell.after - cell.before) >= LARGEST
    }
    if too_large:
        raise CellsRefused(too_large)


def _refuse_overtaken(kind: LedgerLine.Kind, year: int, cells: Sequence[Cell], now: Mapping[CellKey, Decimal]) -> None:
    moved = [cell for cell in cells if now.get(cell.key, NOTHING) != cell.before]
    if not moved:
        return
    last = writers(kind, year, [cell.key for cell in moved])
    raise EntryConflict(
        [
            Overtaken(
                cell,
                now.get(cell.key, NOTHING),
                last[cell.key].who if cell.key in last else _("ukjent"),
                last[cell.key].when if cell.key in last else None,
            )
            for cell in moved
        ]
    )


def _cells_table(
    kind: LedgerLine.Kind, year: int, cells: Sequence[Cell], now: Mapping[CellKey, Decimal], reason: str
) -> str:
    """The cells as the target takes them, in a temporary table."""
    name = "entry_cells"
    columns: list[list[Any]] = [list(column) for column in zip(*(cell.key for cell in cells), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {name} ({CELL_COLUMNS}) ON COMMIT DROP")
        cursor.execute(
            f"""INSERT INTO {name}
                SELECT n + 1, %s, %s, period, ansvar, tjeneste, art, prosjekt, before, amount, standing, %s
                FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::numeric[], %s::numeric[],
                            %s::bigint[])
                    WITH ORDINALITY AS c(ansvar, tjeneste, art, prosjekt, period, before, amount, standing, n)""",
            [
                *(kind.value, year, reason),
                *columns,
                [now.get(cell.key, NOTHING) for cell in cells],
                [cell.after - now.get(cell.key, NOTHING) for cell in cells],
                [int(cell.key in now) for cell in cells],
            ],
        )
    return name


def _sheet(year: int, cells: Sequence[Cell]) -> dict[str, Any]:
    """What the reader would say about the file of the entry."""
    letters = dict(zip(HEADER, "ABCDEFGHIJ", strict=True))
    result = SheetResult(
        name=SHEET,
        sheet=str(ENTRIES.label),
        header_row=1,
        mapping={column.name: letters[column.label] for column in ENTRIES.columns if column.label in letters},
        rows=len(cells),
        copy_file="",
        control_total=None,
        total=str(sum((cell.after - cell.before for cell in cells), Decimal(0))),
        years=(year,),
        periods=tuple(sorted({cell.key.period for cell in cells})),
        labels={},
    )
    return dataclasses.asdict(result)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}
