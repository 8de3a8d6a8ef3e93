"""The register of measures: what units do to keep their budgets, what it was to give and what it gave."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from budget.models import Measure
from roros import access
from roros.models import Plassering, Virksomhet

Status = Measure.Status
OPEN = frozenset({Status.PLANNED, Status.UNDER_WAY})


@dataclass(frozen=True)
class MeasureFilter:
    """Which measures; empty means all."""

    year: int | None = None
    virksomhet: str = ""
    status: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class MeasureRow:
    """A measure as it stands on a day. Effects are kroner saved: positive is good for the budget."""

    pk: int
    year: int
    title: str
    description: str
    virksomhet: str
    virksomhet_name: str
    owner: str
    status: Status
    deadline: datetime.date | None
    expected_effect: Decimal
    realised_effect: Decimal | None
    is_overdue: bool

    @property
    def counts(self) -> bool:
        """This will return whether the measure is in the sums: not when it was dropped."""
        return self.status is not Status.DROPPED


@dataclass(frozen=True)
class MeasureSums:
    """What the measures were to give and have given, without those that were dropped."""

    expected: Decimal
    realised: Decimal  # of those that say what they gave
    reported: int  # how many do
    counted: int


def is_overdue(status: str, deadline: datetime.date | None, today: datetime.date) -> bool:
    """This will say whether the deadline has passed and the measure is neither carried out nor dropped."""
    return deadline is not None and deadline < today and status in OPEN


def readable_by(user: access.Someone) -> QuerySet[Measure]:
    """This will return the measures that the user may read: a leader's own, and those in a kommunalsjef's area.

    A measure is told to others in the report, when the round is signed.
    """
    if access.may_see_all_drafts(user):
        return Measure.objects.all()
    placed = Plassering.objects.filter(
        Q(to_year=None) | Q(to_year__gte=OuterRef("year")),
        virksomhet=OuterRef("virksomhet"),
        rammeomrade__in=access.headed_rammeomrader(user),
        from_year__lte=OuterRef("year"),
    )
    return Measure.objects.filter(Q(virksomhet__in=access.led_virksomheter(user)) | Exists(placed))


def measures(
    wanted: MeasureFilter | None = None,
    *,
    among: QuerySet[Measure] | None = None,
    today: datetime.date | None = None,
) -> list[MeasureRow]:
    """This will return the measures of the filter, those with the nearest deadline first, in one query."""
    wanted, today = wanted or MeasureFilter(), today or timezone.localdate()
    held = Measure.objects.all() if among is None else among
    found = held.select_related("virksomhet").order_by("deadline", "virksomhet_id", "pk")
    if wanted.year is not None:
        found = found.filter(year=wanted.year)
    if wanted.virksomhet:
        found = found.filter(virksomhet=wanted.virksomhet)
    if wanted.status:
        found = found.filter(status=wanted.status)
    rows = [measure_row(each, today) for each in found]
    return [row for row in rows if row.is_overdue] if wanted.overdue else rows


def measure_row(measure: Measure, today: datetime.date) -> MeasureRow:
    """This will return a measure as it stands on a day."""
    return MeasureRow(
        pk=measure.pk,
        year=measure.year,
        title=measure.title,
        description=measure.description,
        virksomhet=measure.virksomhet_id,
        virksomhet_name=measure.virksomhet.name,
        owner=measure.owner,
        status=Status(measure.status),
        deadline=measure.deadline,
        expected_effect=measure.expected_effect,
        realised_effect=measure.realised_effect,
        is_overdue=is_overdue(measure.status, measure.deadline, today),
    )


def sums(rows: Iterable[MeasureRow]) -> MeasureSums:
    """This will add up expected and realised effects."""
    counted = [row for row in rows if row.counts]
    realised = [row.realised_effect for row in counted if row.realised_effect is not None]
    return MeasureSums(
        expected=sum((row.expected_effect for row in counted), Decimal("0.00")),
        realised=sum(realised, Decimal("0.00")),
        reported=len(realised),
        counted=len(counted),
    )


def measure_years(among: QuerySet[Measure]) -> list[int]:
    """This will return the years with measures, the newest first."""
    return list(among.order_by("-year").values_list("year", flat=True).distinct())


def units_with_measures(among: QuerySet[Measure]) -> list[Virksomhet]:
    """This will return the virksomheter that have measures, in code order."""
    return list(Virksomhet.objects.filter(code__in=among.values("virksomhet")).order_by("code"))
