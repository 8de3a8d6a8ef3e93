"""Which models keep every version of their rows, read through `roros.history`; and the number a form is stale by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


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


def version_field() -> models.PositiveIntegerField[int, int]:
    """This will return the column that a database trigger raises at each change: so a form can tell it is stale."""
    return models.PositiveIntegerField(default=1, db_default=1, editable=False)
