"""What the rounds of a year expect of it, as far as a user may see: per rammeområde and virksomhet, with sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.conf import settings

from budget.models import Round, RoundTask
from budget.queries.forecasts import Proposal, standing_in
from roros import access
from roros.numbers import deviation, deviation_percent


@dataclass(frozen=True)
class RoundForecasts:
    """The forecasts of one round that a user may see, by virksomhet."""

    reporting: Round
    amounts: Mapping[str, Decimal]
    is_draft: bool
    is_part: bool  # the user sees only some units of it


def visible_forecasts(year: int, user: access.Someone, units: Mapping[str, Proposal]) -> list[RoundForecasts]:
    """This will return the rounds of the year with forecasts that the user may see, the newest first.

    What is signed everybody may read who may read figures; of an open round each sees the own units, and those who
    may read every draft see all of it.
    """
    rounds = list(Round.objects.filter(year=year).order_by("-period", "-id"))
    sees_all, may_draft = access.may_see_all_drafts(user), access.may_follow_up(user)
    if not may_draft:
        rounds = [each for each in rounds if each.state != Round.State.OPEN]
    amounts = standing_in(rounds) if rounds else {}
    drafts = [each.pk for each in rounds if each.state == Round.State.OPEN]
    areas: dict[tuple[int, str], int] = {}
    if drafts and not sees_all:
        tasks = RoundTask.objects.filter(round__in=drafts).values_list("round_id", "virksomhet_id", "rammeomrade_id")
        areas = {(number, code): area for number, code, area in tasks}
    found = []
    for each in rounds:
        seen = amounts[each.pk]
        is_part = each.pk in drafts and not sees_all
        if is_part:
            seen = {
                code: amount
                for code, amount in seen.items()
                if access.may_see_drafts_of(
                    user,
                    virksomhet=code,
                    rammeomrade=areas.get((each.pk, code), units[code].rammeomrade if code in units else -1),
                )
            }
        if seen:
            found.append(RoundForecasts(each, seen, each.pk in drafts, is_part))
    return found


@dataclass(frozen=True)
class UnitForecast:
    """What a virksomhet, or a sum of them, expects; the round before beside it. None where nothing was said."""

    code: str
    name: str
    revised: Decimal | None
    forecast: Decimal | None
    previous: Decimal | None
    is_alive: bool = True

    @property
    def deviation(self) -> Decimal | None:
        """This will return the revised budget of the year minus the forecast: negative is more than budgeted."""
        return deviation(self.revised, self.forecast)

    @property
    def percent(self) -> Decimal | None:
        """This will return the deviation in percent of the revised budget; None when that is 0."""
        return deviation_percent(self.deviation, self.revised)

    @property
    def moved(self) -> Decimal | None:
        """This will return how far the forecast went from the one before: negative is dearer."""
        return deviation(self.previous, self.forecast)

    @property
    def over_limit(self) -> bool:
        """This will return whether more is expected to be spent than budgeted, by at least both limits."""
        expected = self.deviation
        if expected is None or self.revised is None or -expected < settings.DEVIATION_LIMIT_AMOUNT:
            return False
        return -expected * 100 >= abs(self.revised) * settings.DEVIATION_LIMIT_PERCENT


@dataclass(frozen=True)
class AreaForecasts:
    """A rammeområde and its virksomheter."""

    total: UnitForecast
    operational: bool
    units: Sequence[UnitForecast]


@dataclass(frozen=True)
class Outlook:
    """What a round expects of the year, per rammeområde. A sum is known when all that is alive in it is."""

    areas: Sequence[AreaForecasts]

    @cached_property
    def services(self) -> UnitForecast:
        """This will return the sum of the driftsområder."""
        return add_forecasts(unit for area in self.areas if area.operational for unit in area.units)

    @cached_property
    def everything(self) -> UnitForecast:
        """This will return the sum of all units."""
        return add_forecasts(self.units)

    @cached_property
    def said(self) -> UnitForecast:
        """This will return the sum of the units that made a forecast."""
        return add_forecasts(unit for unit in self.units if unit.forecast is not None)

    @cached_property
    def units(self) -> list[UnitForecast]:
        """This will return every virksomhet in the order of the organisation."""
        return [unit for area in self.areas for unit in area.units]

    @cached_property
    def missing(self) -> list[UnitForecast]:
        """This will return the units with figures this year that made no forecast."""
        return [unit for unit in self.units if unit.is_alive and unit.forecast is None]


def outlook(
    shown: RoundForecasts, before: RoundForecasts | None, units: Mapping[str, Proposal], *, only_said: bool = False
) -> Outlook:
    """This will set the forecasts of a round beside the budgets and the round before; `only_said` drops other units."""
    areas: dict[int, list[tuple[Proposal, UnitForecast]]] = {}
    for code, unit in units.items():
        said = shown.amounts.get(code)
        if said is None and (only_said or not unit.is_alive):
            continue
        row = UnitForecast(
            code, unit.name, unit.revised_year, said, before.amounts.get(code) if before else None, unit.is_alive
        )
        areas.setdefault(unit.rammeomrade, []).append((unit, row))
    return Outlook(
        [
            AreaForecasts(
                replace(
                    add_forecasts(row for _unit, row in found), code=str(number), name=found[0][0].rammeomrade_name
                ),
                found[0][0].operational,
                [row for _unit, row in found],
            )
            for number, found in sorted(areas.items())
        ]
    )


def add_forecasts(rows: Iterable[UnitForecast]) -> UnitForecast:
    """This will sum units before any rounding; a sum is None where one of them has figures and no forecast."""
    rows = [row for row in rows if row.is_alive or row.forecast is not None]

    def total_of(name: str) -> Decimal | None:
        values = [getattr(row, name) for row in rows]
        return sum(values, Decimal("0.00")) if values and None not in values else None

    return UnitForecast("", "", total_of("revised"), total_of("forecast"), total_of("previous"))
