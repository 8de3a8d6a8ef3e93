"""History of registers: who changed what, from what, when and why; kept by triggers in the database.

    @history.tracked()
    class Project(models.Model): ...                         # migrations get an event table and its triggers

    with history.because(reason, by=user): project.save()    # forms, commands and imports say why
    history.changes_of(project)                              # for `components/history.html`
    history.as_of(Project, datetime.date(2021, 8, 31))       # the rows as they stood that evening

The signed-in user of a web request is known without `because`. No code path can skip the triggers: raw SQL and
COPY are recorded too, without a user.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import pghistory
from django.db import connection, models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from roros.models import User
from roros.numbers import format_amount

M = TypeVar("M", bound=models.Model)
NOTHING = "–"


class ChangeKind(StrEnum):
    """What happened to the row."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True)
class Change:
    """One field of one row that got another value; a new or removed row is one change without a field."""

    when: datetime.datetime
    who: str  # empty when the database does not know: a command line, raw SQL
    reason: str
    label: str  # of the field; of the row when it was added or removed
    before: str
    after: str
    kind: ChangeKind = ChangeKind.UPDATE
    run: int | None = None  # the import run that changed it


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[type[M]], type[M]]:
    """This will keep every version of the model's rows in an event table that nothing may change or empty."""

    def decorate(model: type[M]) -> type[M]:
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude),
            obj_field=pghistory.ObjForeignKey(related_name="+"),
        )(model)
        return model

    return decorate


@contextmanager
def because(reason: str, *, by: User | None = None, run: int | None = None) -> Iterator[None]:
    """This will record the reason (and the user, outside a web request) on every tracked change made inside."""
    told = {"reason": reason, "user": by.pk if by else None, "run": run}
    told = {name: value for name, value in told.items() if value}
    with pghistory.context() as context:
        outside = dict(context.metadata)
        context.metadata.update(told)
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(outside)
            if not outside and connection.in_atomic_block and not connection.needs_rollback:
                _forget()


def changes_of(*rows: models.Model, only: Sequence[str] = ()) -> list[Change]:
    """This will return every change of the rows, newest first; with `only`, changes of those fields and no others."""
    changes: list[Change] = []
    for model, keys in _by_model(rows).items():
        changes += _changes(model, _events(model).filter(pgh_obj_id__in=keys), only)
    return sorted(changes, key=lambda change: change.when, reverse=True)


def changes_where(model: type[models.Model], **conditions: Any) -> list[Change]:
    """This will return every change of the rows that ever met the conditions, removed rows too; newest first.

    The conditions must not change in a row's life: a foreign key to its owner, a year.
    """
    return sorted(
        _changes(model, _events(model).filter(**conditions), ()), key=lambda change: change.when, reverse=True
    )


def as_of(model: type[models.Model], moment: datetime.date | datetime.datetime) -> models.QuerySet[Any]:
    """This will return the rows as they stood at a moment, or at the end of a day: events with the model's fields."""
    if not isinstance(moment, datetime.datetime):
        moment = timezone.make_aware(
            datetime.datetime.combine(moment + datetime.timedelta(days=1), datetime.time.min)
        ) - datetime.timedelta(microseconds=1)
    last = (
        _events(model)
        .filter(pgh_created_at__lte=moment)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values("pgh_id")
    )
    return _events(model).filter(pgh_id__in=last).exclude(pgh_label=ChangeKind.DELETE)


def _forget() -> None:
    """The rest of the transaction is not done for the reason that was told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )


def _events(model: type[models.Model]) -> models.QuerySet[Any]:
    found = pghistory.core.event_models(tracks_model=model)
    if not found:
        raise LookupError(f"{model._meta.label} is not tracked")
    events: models.QuerySet[Any] = found[0]._default_manager.all()
    return events


def _by_model(rows: Iterable[models.Model]) -> dict[type[models.Model], list[Any]]:
    keys: dict[type[models.Model], list[Any]] = {}
    for row in rows:
        keys.setdefault(type(row), []).append(row.pk)
    return keys


def _changes(model: type[models.Model], events: models.QuerySet[Any], only: Sequence[str]) -> list[Change]:
    versions = list(events.order_by("pgh_id"))
    fields = [field for field in _tracked_fields(model, versions) if not only or field.name in only]
    names = _related_names(fields, versions)
    users = _users(versions)
    standing: dict[Any, Any] = {}
    changes: list[Change] = []
    for version in versions:
        before = standing.get(version.pgh_obj_id)
        standing[version.pgh_obj_id] = version
        changes += _between(model, before, version, fields, names, users, whole=not only)
    return changes


def _between(
    model: type[models.Model],
    before: Any,
    after: Any,
    fields: Sequence[models.Field[Any, Any]],
    names: dict[str, dict[Any, str]],
    users: dict[int, str],
    *,
    whole: bool,
) -> list[Change]:
    told = after.pgh_context or {}
    common = {
        "when": after.pgh_created_at,
        "who": users.get(told.get("user", 0), ""),
        "reason": told.get("reason", ""),
        "run": told.get("run"),
    }
    kind = ChangeKind(after.pgh_label)
    if kind is not ChangeKind.UPDATE or before is None:
        row = str(capfirst(model._meta.verbose_name or ""))
        added = kind is not ChangeKind.DELETE
        return [
            Change(label=row, before="", after=_("lagt til") if added else _("fjernet"), kind=kind, **common)
        ] * whole
    return [
        Change(
            label=str(capfirst(field.verbose_name)),
            before=_shown(field, getattr(before, field.attname), names),
            after=_shown(field, getattr(after, field.attname), names),
            kind=kind,
            **common,
        )
        for field in fields
        if getattr(before, field.attname) != getattr(after, field.attname)
    ]


def _tracked_fields(model: type[models.Model], versions: Sequence[Any]) -> list[models.Field[Any, Any]]:
    if not versions:
        return []
    kept = {field.attname for field in versions[0]._meta.fields}
    return [field for field in model._meta.concrete_fields if field.attname in kept]


def _related_names(fields: Sequence[models.Field[Any, Any]], versions: Sequence[Any]) -> dict[str, dict[Any, str]]:
    """The names of the rows that foreign keys point to, with one query per foreign key."""
    names: dict[str, dict[Any, str]] = {}
    for field in fields:
        if isinstance(field, models.ForeignKey):
            keys = {getattr(version, field.attname) for version in versions} - {None}
            if len(keys) > 1:
                target = field.target_field.attname
                rows = field.related_model._default_manager.filter(**{f"{target}__in": keys})
                names[field.name] = {getattr(row, target): str(row) for row in rows}
    return names


def _users(versions: Sequence[Any]) -> dict[int, str]:
    keys: set[int] = {version.pgh_context["user"] for version in versions if (version.pgh_context or {}).get("user")}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)} if keys else {}


def _shown(field: models.Field[Any, Any], value: Any, names: dict[str, dict[Any, str]]) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(field, models.ForeignKey):
        return names.get(field.name, {}).get(value, str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("ja") if value else _("nei")
    if isinstance(value, Decimal):
        return format_amount(value, decimals=_decimals(value))
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "d.m.Y H:i")
    if isinstance(value, datetime.date):
        return date_format(value, "d.m.Y")
    return str(value)


def _decimals(value: Decimal) -> int:
    """As many decimals as the value needs: øre only where there are øre."""
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
