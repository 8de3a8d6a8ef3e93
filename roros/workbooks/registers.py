"""Rows of plain registers: compared by key, written with before and after, undone exactly."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from roros import history
from roros.components import Text
from roros.models import ImportChange, ImportRun, User
from roros.numbers import format_amount
from roros.workbooks.check import check_deferred
from roros.workbooks.kinds import CannotUndo, Change, Preview, Staged

REGISTER_LOCKS = 7302  # advisory lock class for registers; the ledger has its own
MAX_CHANGES_SHOWN = 500
HAS_LINES = re.compile(r"(\w+?)(?:_id)? (\S+) has ledger lines")  # as the database says it


@dataclass(frozen=True)
class Register:
    """A database table that staged rows become rows of.

    `select` is a SELECT over the staged tables (`{stage_<sheet>}`) whose columns are `key` and `columns`.
    Rows of the table that `scope` (a WHERE condition over the table, may use %(year)s and the staged tables) picks and
    the file lacks are removed; without a scope nothing is ever removed.
    """

    table: str
    label: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    select: str
    scope: str = ""
    labels: Mapping[str, Text] = field(default_factory=dict)  # what people call the columns, in the preview

    @property
    def fields(self) -> tuple[str, ...]:
        """All columns that the import owns, key first."""
        return (*self.key, *self.columns)


@dataclass(frozen=True)
class RowChange:
    """One row of a register before and after, as JSON objects of the owned columns."""

    register: Register
    key: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class RegisterTarget:
    """The target of kinds whose sheets are registers. Registers are written in order and undone in reverse."""

    registers: tuple[Register, ...]

    def lock(self, staged: Staged) -> None:
        """This will hold off other imports into the same tables until the transaction ends."""
        lock_tables(sorted({register.table for register in self.registers}))

    def base(self, staged: Staged) -> dict[str, Any]:
        """This will digest what the import would change: another standing row gives another digest."""
        return {"changes": _digest(self._changes(staged))}

    def preview(self, staged: Staged) -> Preview:
        """This will list every row that would be new, changed or gone."""
        changes = self._changes(staged)
        new = sum(change.before is None for change in changes)
        removed = sum(change.after is None for change in changes)
        return Preview(
            new=new,
            changed=len(changes) - new - removed,
            removed=removed,
            base={"changes": _digest(changes)},
            changes=tuple(_shown(change) for change in changes[:MAX_CHANGES_SHOWN]),
        )

    def commit(self, staged: Staged, run: ImportRun, by: User | None) -> None:
        """This will write the changes and remember each row's before and after."""
        with history.because(_("Innlesing av %(file)s") % {"file": run.file_name}, by=by, run=run.pk):
            for register in self.registers:
                # Compared register by register, for a later one may read what an earlier one wrote.
                for change in _compare(register, staged):
                    _write(register, change.key, change.after)
                    ImportChange.objects.create(
                        run=run, table=register.table, key=change.key, before=change.before, after=change.after
                    )

    def undo(self, run: ImportRun, by: User | None) -> None:
        """This will put every row back as it was before the run; raises CannotUndo when one was changed since."""
        by_table = {register.table: register for register in self.registers}
        lock_tables(sorted(by_table))
        reason = _("Angret innlesing av %(file)s") % {"file": run.file_name}
        try:
            with transaction.atomic(), history.because(reason, by=by, run=run.pk):
                for change in run.changes.order_by("-id"):
                    register = by_table[change.table]
                    if _read(register, change.key) != change.after:
                        raise CannotUndo("changed-since", _changed_since(register, change.key, run))
                    _write(register, change.key, change.before)
                check_deferred()
        except IntegrityError as error:
            raise CannotUndo("in-use", _in_use(run, str(error))) from error

    def _changes(self, staged: Staged) -> list[RowChange]:
        return [change for register in self.registers for change in _compare(register, staged)]


def lock_tables(tables: Sequence[str]) -> None:
    """This will take one advisory lock per table, in the order given, until the transaction ends."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [REGISTER_LOCKS, table])


def _compare(register: Register, staged: Staged) -> list[RowChange]:
    """Staged rows against the table's, as JSON so that one piece of code serves every register."""
    tables = {f"stage_{name}": staged.table(name) for name in _stage_names(register, staged)}
    select = register.select.format(**tables)
    fields = ", ".join(register.fields)
    key = ", ".join(register.key)
    gone = f"WHERE {register.scope.format(**tables)}" if register.scope else "WHERE false"
    sql = f"""
        WITH staged AS (SELECT {key}, to_jsonb(s) AS row FROM (
                 SELECT {fields} FROM jsonb_populate_recordset(NULL::{register.table},
                     (SELECT coalesce(jsonb_agg(to_jsonb(rows)), '[]') FROM ({select}) rows))) s),
             standing AS (SELECT {key}, to_jsonb(s) AS row FROM (SELECT {fields} FROM {register.table}) s),
             in_scope AS (SELECT {key} FROM {register.table} {gone})
        SELECT standing.row, staged.row FROM staged LEFT JOIN standing USING ({key})
            WHERE standing.row IS DISTINCT FROM staged.row
        UNION ALL
        SELECT standing.row, NULL FROM in_scope JOIN standing USING ({key}) LEFT JOIN staged USING ({key})
            WHERE staged.row IS NULL
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"year": staged.year})
        rows = [(_json(before), _json(after)) for before, after in cursor.fetchall()]
    changes = [
        RowChange(register, {name: (after or before or {})[name] for name in register.key}, before, after)
        for before, after in rows
    ]
    return sorted(changes, key=lambda change: json.dumps(change.key, sort_keys=True))


def _stage_names(register: Register, staged: Staged) -> list[str]:
    return [name for name in staged.sheet_names if f"{{stage_{name}}}" in register.select + register.scope]


def _json(value: Any) -> dict[str, Any] | None:
    # Django leaves jsonb of a raw query as text.
    row: dict[str, Any] | None = json.loads(value) if isinstance(value, str) else value
    return row


def _read(register: Register, key: dict[str, Any]) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(s) FROM (SELECT {', '.join(register.fields)} FROM {register.table}"
            f" WHERE {_where(register)}) s",
            key,
        )
        row = cursor.fetchone()
    return None if row is None else _json(row[0])


def _write(register: Register, key: dict[str, Any], row: dict[str, Any] | None) -> None:
    """Make the row with that key be `row`; None removes it."""
    fields = ", ".join(register.fields)
    values = {"row": json.dumps(row), **key}
    source = f"SELECT {fields} FROM jsonb_populate_record(NULL::{register.table}, %(row)s::jsonb)"
    with connection.cursor() as cursor:
        if row is None:
            cursor.execute(f"DELETE FROM {register.table} WHERE {_where(register)}", values)
            return
        if register.columns:
            names = ", ".join(register.columns)
            cursor.execute(
                f"UPDATE {register.table} SET ({names}) = ROW(new.{', new.'.join(register.columns)})"
                f" FROM ({source}) new WHERE {_where(register, register.table)}",
                values,
            )
            if cursor.rowcount:
                return
        cursor.execute(f"INSERT INTO {register.table} ({fields}) {source}", values)


def _where(register: Register, table: str = "") -> str:
    prefix = f"{table}." if table else ""
    return " AND ".join(f"{prefix}{name} = %({name})s" for name in register.key)


def _digest(changes: list[RowChange]) -> str:
    text = json.dumps([[c.register.table, c.before, c.after] for c in changes], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(change: RowChange) -> Change:
    fields = change.register.columns
    before, after = change.before or {}, change.after or {}
    moved = [name for name in fields if before.get(name) != after.get(name)]
    return Change(
        key=f"{change.register.label} {' · '.join(str(value) for value in change.key.values())}",
        before=", ".join(_field(change.register, name, before[name]) for name in moved if name in before),
        after=", ".join(_field(change.register, name, after[name]) for name in moved if name in after),
    )


def _field(register: Register, name: str, value: Any) -> str:
    """One field of a row as people read it: "Vedtatt totalt: 306 000 000"."""
    if isinstance(value, bool):
        value = _("ja") if value else _("nei")
    elif isinstance(value, float):
        number = Decimal(repr(value)).normalize()
        exponent = number.as_tuple().exponent
        value = format_amount(number, decimals=max(0, -exponent) if isinstance(exponent, int) else 0)
    elif value is None or value == "":
        value = "–"
    return f"{register.labels.get(name, name)}: {value}"


def _in_use(run: ImportRun, refusal: str) -> str:
    reason = _("Innlesing %(run)s kan ikke angres, for noe den la inn, er i bruk.") % {"run": run.pk}
    if found := HAS_LINES.search(refusal):
        lines = _("%(what)s %(code)s har linjer i hovedboken.") % {"what": found[1].capitalize(), "code": found[2]}
        reason = f"{reason} {lines}"
    return f"{reason} {_('Angre først de senere innlesingene som bruker det.')}"


def _changed_since(register: Register, key: dict[str, Any], run: ImportRun) -> str:
    return _(
        "Innlesing %(run)s kan ikke angres: %(register)s %(key)s er endret etterpå. "
        "Angre først den senere innlesingen som endret den."
    ) % {"run": run.pk, "register": register.label, "key": " · ".join(str(value) for value in key.values())}
