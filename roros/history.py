"""History of registers: who changed what, from what, when and why; kept by triggers in the database.

    @roros.tracking.tracked()
    class Project(models.Model): ...                         # migrations get an event table and its triggers
                                                             # `told_as` names one row among many of an owner

    with history.because(reason, by=user): project.save()    # forms, commands and imports say why
    history.changes_of(project)                              # for `components/history.html`
    history.as_of(Project, datetime.date(2021, 8, 31))       # the rows as they stood that evening
    history.version_of({Project: Q(pgh_obj_id=code)})        # a mark that moves with every change: for optimistic locks

The signed-in user of a web request is known without `because`. No code path can skip the triggers: raw SQL and
COPY are recorded too, without a user.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pghistory
from django.db import connection, models
from django.db.models import Q, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from roros.models import User
from roros.numbers import format_amount

NOTHING = "–"
Names = dict[tuple[type[models.Model], str], dict[Any, str]]  # of the rows that a foreign key of a model points to


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
    row: str = ""  # the key of the row


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
            if not outside and connection.in_atomic_block and not _is_broken():
                _forget()


def changes_of(*rows: models.Model, only: Sequence[str] = ()) -> list[Change]:
    """This will return every change of the rows, newest first; with `only`, changes of those fields and no others."""
    keys: dict[type[models.Model], list[Any]] = {}
    for row in rows:
        keys.setdefault(type(row), []).append(row.pk)
    return changes_among({model: Q(pgh_obj_id__in=pks) for model, pks in keys.items()}, only=only)


def changes_among(
    conditions: Mapping[type[models.Model], Q], *, only: Sequence[str] = (), limit: int | None = None
) -> list[Change]:
    """This will return every change of the rows that ever met the conditions, removed rows too, newest first.

    All models are read with one query. A condition must not change in a row's life: a foreign key to its owner.
    """
    found = versions(conditions)
    users = people(found)
    names = _related_names(found)
    standing: dict[tuple[type[models.Model], str], Version] = {}
    changes: list[Change] = []
    for version in found:
        before = standing.get((version.model, version.key))
        standing[version.model, version.key] = version
        changes += _between(before, version, users, names, only)
    return changes[::-1][:limit]


def as_of(model: type[models.Model], moment: datetime.date | datetime.datetime) -> models.QuerySet[Any]:
    """This will return the rows as they stood at a moment, or at the end of a day: events with the model's fields."""
    if not isinstance(moment, datetime.datetime):
        moment = timezone.make_aware(
            datetime.datetime.combine(moment + datetime.timedelta(days=1), datetime.time.min)
        ) - datetime.timedelta(microseconds=1)
    last = (
        events_of(model)
        .filter(pgh_created_at__lte=moment)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
        .values("pgh_id")
    )
    return events_of(model).filter(pgh_id__in=last).exclude(pgh_label=ChangeKind.DELETE)


def version_of(conditions: Mapping[type[models.Model], Q]) -> str:
    """This will return a mark that differs after any change of the rows; a form holds it to see if it was overtaken."""
    parts = [
        events_of(model).filter(condition).order_by().values_list("pgh_id") for model, condition in conditions.items()
    ]
    marks = [
        part.annotate(place=Value(place, models.IntegerField())).values_list("place").annotate(models.Max("pgh_id"))
        for place, part in enumerate(parts)
    ]
    return "-".join(f"{place}.{last}" for place, last in sorted(marks[0].union(*marks[1:], all=True)))


def _is_broken() -> bool:
    """Whether a statement failed: the transaction takes no more, and its roll-back forgets the reason as well."""
    session = connection.connection
    failed: bool = session is None or session.get_transaction_status() == TRANSACTION_STATUS_INERROR
    return failed or connection.needs_rollback


def _forget() -> None:
    """The rest of the transaction is not done for the reason that was told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )


class _Decoder(json.JSONDecoder):
    """Amounts are never floats, not even on their way through JSON."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class _Values(JSONObject):
    """The fields of an event as one JSON object."""

    output_field = models.JSONField(decoder=_Decoder)


@dataclass(frozen=True)
class Version:
    """One row as it stood after one change, or before it was removed."""

    model: type[models.Model]
    event: int  # the key of the change among those of the model
    key: str
    kind: ChangeKind
    when: datetime.datetime
    told: dict[str, Any]
    values: dict[str, Any]


def events_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """This will return the events of a tracked model."""
    found = pghistory.core.event_models(tracks_model=model)
    if not found:
        raise LookupError(f"{model._meta.label} is not tracked")
    events: models.QuerySet[Any] = found[0]._default_manager.all()
    return events


def _tracked_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    kept = {field.attname for field in events_of(model).model._meta.fields}
    return [field for field in model._meta.concrete_fields if field.attname in kept]


def versions(conditions: Mapping[type[models.Model], Q]) -> list[Version]:
    """This will return every version of the rows, oldest first; the tables of all models in one query."""
    models_ = list(conditions)
    if not models_:
        return []
    parts = [
        events_of(model)
        .filter(conditions[model])
        .order_by()
        .values_list(
            Value(place, models.IntegerField()),
            "pgh_id",
            Cast("pgh_obj_id", models.TextField()),
            Cast("pgh_label", models.TextField()),
            "pgh_created_at",
            "pgh_context",
            _Values(
                **{field.attname: field.attname for field in _tracked_fields(model)},
            ),
        )
        for place, model in enumerate(models_)
    ]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [
        Version(models_[place], event, key, ChangeKind(label), when, context or {}, _typed(models_[place], values))
        for place, event, key, label, when, context, values in sorted(rows, key=lambda row: (row[4], row[0], row[1]))
    ]


def _typed(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no dates; the fields do."""
    typed: dict[str, Any] = {}
    for field in _tracked_fields(model):
        holder = field.target_field if isinstance(field, models.ForeignKey) else field
        typed[field.attname] = holder.to_python(values[field.attname])
    return typed


def _between(
    before: Version | None,
    after: Version,
    users: Mapping[int, str],
    names: Names,
    only: Sequence[str],
) -> list[Change]:
    common: dict[str, Any] = {
        "when": after.when,
        "who": users.get(after.told.get("user", 0), ""),
        "reason": after.told.get("reason", ""),
        "run": after.told.get("run"),
        "kind": after.kind,
        "row": after.key,
    }
    named = _named(after)
    if after.kind is not ChangeKind.UPDATE or before is None:
        if only:
            return []
        label = " ".join(filter(None, (str(capfirst(after.model._meta.verbose_name or "")), named)))
        word = _("fjernet") if after.kind is ChangeKind.DELETE else _("lagt til")
        return [Change(label=label, before="", after=word, **common)]
    return [
        Change(label=": ".join(filter(None, (named, label))), before=old, after=new, **common)
        for label, old, new in differences(before, after, names, only=only)
    ]


def differences(
    before: Version | None, after: Version | None, names: Names, *, only: Sequence[str] = ()
) -> list[tuple[str, str, str]]:
    """This will tell, for each field that differs, its label and its two values as people read them.

    Against None, for a row that was added or removed, these are the fields that hold something.
    """
    one = after or before
    if one is None:
        return []
    model = one.model
    told = []
    for field in _tracked_fields(model):
        if isinstance(field, models.AutoField):
            continue  # a number that means nothing to people
        old, new = (None if version is None else version.values[field.attname] for version in (before, after))
        if None in (before, after) and one.values[field.attname] == field.get_default():
            continue  # a row that was added or removed is told by what somebody filled in
        if old != new and (not only or field.name in only):
            words = names.get((model, field.name), {})
            was, became = _shown(field, old, words), _shown(field, new, words)
            if (was, became) != (NOTHING, NOTHING):
                told.append((_label(field), was, became))
    return told


# Fields whose names say enough in code, but not to people.
_LABELS = {
    "created_at": gettext_lazy("opprettet"),
    "created_by": gettext_lazy("opprettet av"),
    "granted_by": gettext_lazy("gitt av"),
    "holds_since": gettext_lazy("gjelder fortsatt fra"),
    "import_run": gettext_lazy("innlesing"),
    "kind": gettext_lazy("slag"),
    "column": gettext_lazy("kolonne"),
    "opened_by": gettext_lazy("åpnet av"),
    "published_by": gettext_lazy("publisert av"),
    "recorded_at": gettext_lazy("registrert"),
    "recorded_by": gettext_lazy("registrert av"),
    "seen": gettext_lazy("lest som"),
    "signed_by": gettext_lazy("signert av"),
    "use": gettext_lazy("brukes som"),
    "written_by": gettext_lazy("skrevet av"),
}


def _label(field: models.Field[Any, Any]) -> str:
    """What people call a field; a key to another register is called as that is, if nothing else is said."""
    said: Any = field.verbose_name
    if said == field.name.replace("_", " "):
        related = field.related_model._meta.verbose_name if isinstance(field, models.ForeignKey) else said
        said = _LABELS.get(field.name, related)
    return str(capfirst(str(said)))


def _named(version: Version) -> str:
    """What tells the row from others of its owner: the model's own `told_as`, which must ask for nothing."""
    return str(getattr(version.model(**version.values), "told_as", ""))


def _related_names(versions: Sequence[Version]) -> Names:
    """The names of rows that foreign keys pointed to: one query per foreign key that ever changed."""
    names: Names = {}
    for model in {version.model for version in versions}:
        for field in _tracked_fields(model):
            if not isinstance(field, models.ForeignKey):
                continue
            seen: dict[str, set[Any]] = {}
            for version in versions:
                if version.model is model:
                    seen.setdefault(version.key, set()).add(version.values[field.attname])
            keys = set().union(*(values for values in seen.values() if len(values) > 1)) - {None}
            if keys:
                target = field.target_field.attname
                rows = field.related_model._default_manager.filter(**{f"{target}__in": keys})
                names[model, field.name] = {getattr(row, target): str(row) for row in rows}
    return names


def all_related_names(versions: Sequence[Version]) -> Names:
    """This will return the names of all rows that foreign keys point to: one query per model they point to."""
    fields: dict[type[models.Model], list[tuple[type[models.Model], models.ForeignKey[Any, Any]]]] = {}
    for model in {version.model for version in versions}:
        for field in _tracked_fields(model):
            if isinstance(field, models.ForeignKey):
                fields.setdefault(field.related_model, []).append((model, field))
    names: Names = {}
    for related, pointing in fields.items():
        keys = {
            version.values[field.attname] for model, field in pointing for version in versions if version.model is model
        } - {None}
        rows = {row.pk: str(row) for row in related._default_manager.filter(pk__in=keys)} if keys else {}
        names |= {(model, field.name): rows for model, field in pointing}
    return names


def people(versions: Sequence[Version]) -> dict[int, str]:
    """This will return the names of those who made the versions."""
    keys: set[int] = {version.told["user"] for version in versions if version.told.get("user")}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)} if keys else {}


def _shown(field: models.Field[Any, Any], value: Any, names: Mapping[Any, str]) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(field, models.ForeignKey):
        return names.get(value, str(value))
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
