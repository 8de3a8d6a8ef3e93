"""The log of every register: who changed what, from what, when and why, over all tracked models at once.

What a page shows is found and cut by the database, however long the history is. A room keeps a register out of the
log for those who may not see its rows with `restrict`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pghistory
from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from roros import access, history
from roros.history import ChangeKind, Names, Version
from roros.models import User

PAGE_SIZE = 50
MOST_EXPORTED = 20_000
SYSTEM = "systemet"  # whoever changed a row without being known: raw SQL, or a command line without a user
QUOTED = frozenset('"\\')  # letters that a row written as text has twice
Register = type[models.Model]

_readers: dict[Register, access.Predicate] = {}


def restrict(model: Register, allowed: access.Predicate) -> None:
    """This will show the register's history to nobody else than those whom the predicate lets in."""
    _readers[model] = allowed


def tracked_models() -> list[Register]:
    """This will return every model whose history the database keeps."""
    return [
        model
        for model in apps.get_models()
        if not issubclass(model, pghistory.models.Event) and pghistory.core.event_models(tracks_model=model)
    ]


def registers_for(user: access.Someone) -> list[Register]:
    """This will return the registers whose history the user may see, by room and name."""
    if not access.may_see_history(user):
        return []
    allowed = [model for model in tracked_models() if _readers.get(model, access.may_see_history)(user)]
    return sorted(allowed, key=lambda model: (room_of(model), title_of(model)))


def name_of(model: Register) -> str:
    """This will return what an address calls a register."""
    return model._meta.label_lower


def title_of(model: Register) -> str:
    """This will return what people call a register."""
    return str(capfirst(model._meta.verbose_name_plural or ""))


def room_of(model: Register) -> str:
    """This will return what people call the room that a register belongs to."""
    return str(apps.get_app_config(model._meta.app_label).verbose_name)


@dataclass(frozen=True)
class LogFilter:
    """Which changes: of which registers, by whom, in which days, and a text in the row or its reason."""

    registers: Sequence[Register]
    person: str = ""  # the key of a user, or SYSTEM
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    text: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Entry:
    """One change of one row."""

    when: datetime.datetime
    who: str  # empty when the database does not know
    reason: str
    run: int | None  # the import run that changed it
    kind: ChangeKind
    register: str
    room: str
    row: str
    differences: tuple[tuple[str, str, str], ...]  # label of a field, before, after

    @property
    def before(self) -> str:
        """This will return what stood in the fields that changed."""
        return self._told(1)

    @property
    def after(self) -> str:
        """This will return what came in the fields that changed."""
        return self._told(2)

    def _told(self, place: int) -> str:
        missing = (place == 1 and self.kind is ChangeKind.INSERT) or (place == 2 and self.kind is ChangeKind.DELETE)
        return "" if missing else "; ".join(f"{one[0]}: {one[place]}" for one in self.differences)


def count(wanted: LogFilter) -> int:
    """This will count the changes that the filter lets through."""
    if not wanted.registers:
        return 0
    parts, values = _parts(wanted, "SELECT count(*) AS found FROM {table} e WHERE {condition}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT sum(found) FROM ({' UNION ALL '.join(parts)}) counted", values)
        return int(cursor.fetchone()[0])


def entries(wanted: LogFilter, *, offset: int = 0, limit: int = PAGE_SIZE) -> list[Entry]:
    """This will return a page of changes, newest first."""
    if not wanted.registers:
        return []
    newest = (
        "(SELECT {place} AS place, e.pgh_id, e.pgh_created_at AS at FROM {table} e WHERE {condition}"
        " ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT %(reach)s)"
    )
    parts, values = _parts(wanted, newest)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT place, pgh_id FROM ({' UNION ALL '.join(parts)}) found"
            " ORDER BY at DESC, place, pgh_id DESC LIMIT %(limit)s OFFSET %(offset)s",
            {**values, "reach": offset + limit, "limit": limit, "offset": offset},
        )
        found = [(wanted.registers[place], event) for place, event in cursor.fetchall()]
    return _told(found)


def all_entries(wanted: LogFilter, *, limit: int = MOST_EXPORTED, at_once: int = 1000) -> Iterator[Entry]:
    """This will return the changes for a file, some at a time."""
    for offset in range(0, limit, at_once):
        some = entries(wanted, offset=offset, limit=min(at_once, limit - offset))
        yield from some
        if len(some) < at_once:
            return


def people_in_log() -> list[User]:
    """This will return everybody with an account, for the choice of a person."""
    return list(User.objects.order_by("first_name", "last_name", "username"))


def _parts(wanted: LogFilter, template: str) -> tuple[list[str], dict[str, Any]]:
    """The same question to the event table of each register, and the values that all of them share."""
    conditions, values = _condition(wanted)
    tables = [history.events_of(model).model._meta.db_table for model in wanted.registers]
    parts = [
        template.format(place=place, table=connection.ops.quote_name(table), condition=conditions)
        for place, table in enumerate(tables)
    ]
    return parts, values


def _condition(wanted: LogFilter) -> tuple[str, dict[str, Any]]:
    conditions, values = ["true"], dict[str, Any]()
    if wanted.person == SYSTEM:
        conditions.append("e.pgh_context->>'user' IS NULL")
    elif wanted.person:
        conditions.append("e.pgh_context->>'user' = %(person)s")
        values["person"] = wanted.person
    if wanted.kind:
        conditions.append("e.pgh_label = %(kind)s")
        values["kind"] = wanted.kind
    if wanted.first_day is not None:
        conditions.append("e.pgh_created_at >= %(from)s")
        values["from"] = _midnight(wanted.first_day)
    if wanted.last_day is not None:
        conditions.append("e.pgh_created_at < %(until)s")
        values["until"] = _midnight(wanted.last_day + datetime.timedelta(days=1))
    for place, word in enumerate(wanted.text.split()):
        conditions.append(
            f"(e.pgh_context->>'reason' ILIKE %(word{place})s OR EXISTS (SELECT FROM jsonb_each_text(to_jsonb(e)) cell"
            f" WHERE cell.key NOT LIKE 'pgh\\_%%' AND cell.value ILIKE %(word{place})s))"
        )
        if not set(word) & QUOTED:
            conditions.append(f"e::text ILIKE %(word{place})s")  # far cheaper, and lets nothing through but some more
        values[f"word{place}"] = f"%{_literal(word)}%"
    return " AND ".join(conditions), values


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _told(found: Sequence[tuple[Register, int]]) -> list[Entry]:
    """The changes in words: each is compared with the version before it."""
    wanted: dict[Register, list[int]] = {}
    for model, event in found:
        wanted.setdefault(model, []).append(event)
    before = _events_before(wanted)
    conditions = {
        model: Q(pgh_id__in=[*events, *(before[model, event] for event in events if (model, event) in before)])
        for model, events in wanted.items()
    }
    versions = {(version.model, version.event): version for version in history.versions(conditions)}
    shown = list(versions.values())
    users, names = history.people(shown), history.all_related_names(shown)
    return [
        _entry(versions[key], versions.get((key[0], before.get(key, -1))), users, names)
        for key in found
        if key in versions
    ]


def _events_before(wanted: dict[Register, list[int]]) -> dict[tuple[Register, int], int]:
    """The change of the same row before each of the changes; nothing for the first one of a row."""
    models_ = list(wanted)
    if not models_:
        return {}
    parts = []
    for place, model in enumerate(models_):
        events = history.events_of(model)
        earlier = (
            events.filter(pgh_obj_id=models.OuterRef("pgh_obj_id"), pgh_id__lt=models.OuterRef("pgh_id"))
            .order_by("-pgh_id")
            .values("pgh_id")[:1]
        )
        parts.append(
            events.filter(pgh_id__in=wanted[model])
            .order_by()
            .values_list(models.Value(place, models.IntegerField()), "pgh_id", models.Subquery(earlier))
        )
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(models_[place], event): earlier for place, event, earlier in rows if earlier is not None}


def _entry(version: Version, before: Version | None, users: dict[int, str], names: Names) -> Entry:
    one, other = (before, version) if version.kind is ChangeKind.UPDATE else (None, version)
    differing = history.differences(one, other, names)
    if version.kind is ChangeKind.DELETE:
        differing = [(label, after, before_) for label, before_, after in differing]
    return Entry(
        when=version.when,
        who=users.get(version.told.get("user", 0), ""),
        reason=version.told.get("reason", ""),
        run=version.told.get("run"),
        kind=version.kind,
        register=title_of(version.model),
        room=room_of(version.model),
        row=_row_name(version, names),
        differences=tuple(differing),
    )


def _row_name(version: Version, names: Names) -> str:
    """What the row is called: one among many of an owner is told with its owner."""
    row = version.model(**version.values)
    told = getattr(row, "told_as", "")
    if not told:
        return str(row)
    owner = next(field for field in version.model._meta.concrete_fields if isinstance(field, models.ForeignKey))
    key = version.values[owner.attname]
    return f"{names.get((version.model, owner.name), {}).get(key, key)}: {told}"
