"""How do the climate measures stand?"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from climate.models import Measure


@dataclass(frozen=True)
class MeasureRow:
    """One measure as it stands."""

    id: int
    number: int
    title: str
    sector: str
    responsible_role: str
    deadline: datetime.date | None
    cost: Decimal | None
    effect_tonnes: Decimal | None
    status: str
    status_on: datetime.date | None
    today: datetime.date

    @property
    def is_late(self) -> bool:
        """This will say whether it is told to be late, or was not done by its deadline when its status was told."""
        if self.status == Measure.Status.DONE:
            return False
        past = self.deadline is not None and self.deadline < (self.status_on or self.today)
        return past or self.status == Measure.Status.DELAYED


def measures() -> list[MeasureRow]:
    """This will return every measure in order."""
    return [measure_row(row) for row in Measure.objects.order_by("number")]


def measure_row(row: Measure) -> MeasureRow:
    """This will return one measure as it stands today."""
    return MeasureRow(
        row.pk,
        row.number,
        row.title,
        row.sector,
        row.responsible_role,
        row.deadline,
        row.cost,
        row.effect_tonnes,
        row.status,
        row.status_on,
        timezone.localdate(),
    )
