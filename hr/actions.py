"""What may change in the hr room, beside what the importers bring."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from budget.actions.registers import remove_row, save_row
from hr.models import Cover, SickLeave
from hr.queries.sick_leave import read_cells, read_covers
from hr.suppression import hide
from roros.models import User
from roros.workbooks.registers import lock_tables

__all__ = ["keep_covers", "remove_row", "remove_sick_leave", "save_row", "save_sick_leave"]


def keep_covers() -> None:
    """This will remember what must be hidden beside small groups now; call it in the transaction that moves days.

    A choice that was made is never taken back: see `hr.models.Cover`.
    """
    cells, _names = read_cells()
    kept = read_covers()
    needed = hide(cells, limit=settings.SMALL_GROUP, covers=kept).covers
    Cover.objects.bulk_create(
        [Cover(year=year, level=level, code=code) for year, level, code in sorted(needed - kept)], ignore_conflicts=True
    )


@transaction.atomic
def save_sick_leave(*, row: SickLeave, seen: int | None, reason: str, by: User) -> None:
    """This will store the days of one unit and quarter; raises what `save_row` raises."""
    lock_tables([SickLeave._meta.db_table])
    save_row(row=row, seen=seen, reason=reason, by=by)
    keep_covers()


@transaction.atomic
def remove_sick_leave(*, row: SickLeave, seen: int | None, reason: str, by: User) -> None:
    """This will remove the days of one unit and quarter; the history stays. Raises what `remove_row` raises."""
    lock_tables([SickLeave._meta.db_table])
    remove_row(row=row, seen=seen, reason=reason, by=by)
    keep_covers()
