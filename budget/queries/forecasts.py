"""What units are expected to end the year at: what the system proposes, and what was said in each round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from budget.models import Forecast, Round
from budget.queries.rounds import title_of
from budget.queries.scope import scope
from budget.selection import Selection
from roros.numbers import deviation, round_half_away
from roros.periods import CLOSING, Period

LEAST_SHARE = 10  # a profile with less than a tenth of an even year's share behind it is none


@dataclass(frozen=True)
class Proposal:
    """Kroner for the whole year as the system proposes them; None where a method has nothing to go by."""

    remaining_budget: Decimal | None
    season: Decimal | None
    actual: Decimal | None  # to date; None without accounts
    revised_year: Decimal | None  # None without a budget
    name: str = ""
    through: int | None = None  # the last period with accounts, at most the one asked for
    revised: Decimal | None = None  # to date
    last_year: Decimal = Decimal(0)
    last_year_to_date: Decimal = Decimal(0)
    outcome: Decimal = Decimal(0)  # the accounts of all periods of the year: the answer, once the year is over
    rammeomrade: int = 0  # the one with most of its ansvar
    rammeomrade_name: str = ""
    operational: bool = True

    def by_method(self, method: str) -> Decimal | None:
        """This will return what one of the methods proposes."""
        return {Forecast.Method.REMAINING_BUDGET: self.remaining_budget, Forecast.Method.SEASON: self.season}[
            Forecast.Method(method)
        ]

    @property
    def is_alive(self) -> bool:
        """This will return whether the unit has a budget or accounts this year."""
        return bool(self.revised_year or self.actual)


def remaining_budget(actual: Decimal | None, revised: Decimal | None, year: Decimal | None) -> Decimal | None:
    """This will return actual to date and what is left of the year's revised budget after it."""
    if actual is None or revised is None or year is None:
        return None
    return round_half_away(actual + (year - revised), 2)


def season(actual: Decimal | None, last_to_date: Decimal, last_year: Decimal, period: int) -> Decimal | None:
    """This will return actual to date scaled by last year's profile: × last year's total / last year's to date.

    None where the profile says nothing: no accounts this year; last year has 0 to date; its total and its sum to date
    have different signs, or this year's sum to date has another sign than last year's (a net expense does not follow a
    net income); or less than a tenth of an even share of last year was booked by then, so that one late invoice would
    be multiplied. Rounded to øre once, at the end.
    """
    if actual is None or not last_to_date:
        return None
    if last_year * last_to_date < 0 or actual * last_to_date < 0:
        return None
    if abs(last_to_date) * 12 * LEAST_SHARE < abs(last_year) * min(period, 12):
        return None
    return round_half_away(actual * last_year / last_to_date, 2)


def proposals(year: int, period: int, virksomhet: str | None = None) -> dict[str, Proposal]:
    """This will return what the system proposes for each virksomhet through a period of the year, in one query.

    Last year is shown in this year's organisation. To date is through the last period with accounts, at most the one
    asked for, so that a month that nobody has read in yet is taken from the budget. From December on it is the year.
    """
    return _proposals("p.virksomhet_id", "roros_virksomhet", year, period, virksomhet)


def ansvar_proposals(year: int, period: int, virksomhet: str) -> dict[str, Proposal]:
    """This will return what the system proposes for each ansvar of a virksomhet, as `proposals` does."""
    return _proposals("b.ansvar_id", "roros_ansvar", year, period, virksomhet)


def standing(reporting: Round) -> dict[str, Forecast]:
    """This will return the newest forecast of each virksomhet in the round."""
    return {found.virksomhet_id: found for found in _newest(Forecast.objects.filter(round=reporting, ansvar=None))}


def standing_in(rounds: Collection[Round]) -> dict[int, dict[str, Decimal]]:
    """This will return the newest amount of each virksomhet in each of the rounds, in one query."""
    amounts: dict[int, dict[str, Decimal]] = {each.pk: {} for each in rounds}
    for found in _newest(Forecast.objects.filter(round__in=rounds, ansvar=None)):
        amounts[found.round_id][found.virksomhet_id] = found.amount
    return amounts


def forecasts_of(reporting: Round, virksomhet: str) -> QuerySet[Forecast]:
    """This will select every forecast of a virksomhet and its ansvar in the round, the newest first."""
    made = Forecast.objects.filter(round=reporting, virksomhet=virksomhet).order_by("-id")
    return made.select_related("ansvar", "made_by")


def earlier_forecasts(reporting: Round, virksomhet: str, ansvar: str | None = None) -> QuerySet[Forecast]:
    """This will select the forecast of the unit that stood in the last round before this one that year."""
    earlier = Forecast.objects.filter(
        round__year=reporting.year, round__period__lt=reporting.period, virksomhet=virksomhet, ansvar=ansvar
    )
    return earlier.select_related("round").order_by("-round__period", "-round_id", "-id")[:1]


@dataclass(frozen=True)
class AnsvarRow:
    """An ansvar of a virksomhet in a round: what the system proposes, and what its leader has said, if anything."""

    code: str
    proposal: Proposal
    forecast: Decimal | None


def ansvar_rows(reporting: Round, virksomhet: str) -> list[AnsvarRow]:
    """This will return the ansvar of a virksomhet with the proposals and the standing forecasts, in two queries."""
    made = Forecast.objects.filter(round=reporting, virksomhet=virksomhet, ansvar__isnull=False)
    said = dict(made.order_by("ansvar_id", "-id").distinct("ansvar_id").values_list("ansvar_id", "amount"))
    found = ansvar_proposals(reporting.year, reporting.period, virksomhet)
    return [AnsvarRow(code, proposal, said.get(code)) for code, proposal in found.items()]


def _newest(forecasts: QuerySet[Forecast]) -> QuerySet[Forecast]:
    return forecasts.order_by("round_id", "virksomhet_id", "-id").distinct("round_id", "virksomhet_id")


@dataclass(frozen=True)
class MunicipalForecast:
    """The sum of what the units expect, of the newest signed round. Only units with a forecast are in either sum."""

    round: str  # "2. tertial 2021"
    period: int
    revised: Decimal
    forecast: Decimal
    units: int
    missing: int  # units with figures this year that made no forecast

    @cached_property
    def deviation(self) -> Decimal:
        """This will return the revised budget of the year minus the forecast."""
        return deviation(self.revised, self.forecast)


def signed_rounds(year: int) -> QuerySet[Round]:
    """This will return the rounds of the year that are signed, the newest first: what every reader may see."""
    return Round.objects.filter(year=year).exclude(state=Round.State.OPEN).order_by("-period", "-id")


def forecast_of_municipality(year: int) -> MunicipalForecast | None:
    """This will return what the newest signed round expects of the year; None when no signed round has forecasts."""
    newest = signed_rounds(year).filter(forecasts__ansvar=None, forecasts__isnull=False).first()
    if newest is None:
        return None
    return total(newest, standing_in([newest])[newest.pk], proposals(year, newest.period))


def total(reporting: Round, amounts: Mapping[str, Decimal], units: Mapping[str, Proposal]) -> MunicipalForecast:
    """This will sum the forecasts of a round beside the budgets of the same units."""
    said = [code for code in amounts if code in units]
    return MunicipalForecast(
        round=title_of(reporting),
        period=reporting.period,
        revised=_sum(units[code].revised_year for code in said),
        forecast=_sum(amounts[code] for code in said),
        units=len(said),
        missing=sum(unit.is_alive and code not in amounts for code, unit in units.items()),
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), Decimal("0.00"))


def _proposals(key: str, register: str, year: int, period: int, virksomhet: str | None) -> dict[str, Proposal]:
    held = scope(Selection(year, period=Period(year, period).rollup_number, virksomhet=virksomhet))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH reach AS (
                SELECT max(s.period) FILTER (WHERE s.kind = 'regnskap' AND s.period <= %(period)s) AS last,
                       coalesce(bool_or(s.kind = 'budsjett'), FALSE) AS budgeted
                FROM budget_activeslice s WHERE s.year = %(year)s),
            reached AS MATERIALIZED (
                SELECT last IS NOT NULL AS has_accounts, budgeted,
                       CASE WHEN last >= 12 THEN {CLOSING} ELSE coalesce(last, %(period)s) END AS through
                FROM reach)
            SELECT {key}, n.name, r.number, r.name, r.operational, count(DISTINCT b.ansvar_id),
                   has_accounts, through, budgeted,
                   coalesce(sum(b.actual) FILTER (WHERE b.year = %(year)s AND b.period = through), 0.00),
                   coalesce(sum(b.original + b.amended) FILTER (WHERE b.year = %(year)s AND b.period = through), 0.00),
                   coalesce(sum(b.original + b.amended) FILTER (WHERE b.year = %(year)s AND b.period = 13), 0.00),
                   coalesce(sum(b.actual) FILTER (WHERE b.year = %(last_year)s AND b.period = through), 0.00),
                   coalesce(sum(b.actual) FILTER (WHERE b.year = %(last_year)s AND b.period = 13), 0.00),
                   coalesce(sum(b.actual) FILTER (WHERE b.year = %(year)s AND b.period = 13), 0.00)
            FROM reached CROSS JOIN {held.source}
                 JOIN {register} n ON n.code = {key} JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id
            WHERE b.year IN (%(year)s, %(last_year)s) AND b.period IN (through, 13) AND {held.condition}
            GROUP BY {key}, n.name, r.number, has_accounts, through, budgeted
            ORDER BY {key}, count(DISTINCT b.ansvar_id) DESC, r.number
            """,
            held.parameters,
        )
        records = cursor.fetchall()
    return _gathered(records)


def _gathered(records: Iterable[tuple[Any, ...]]) -> dict[str, Proposal]:
    """One proposal per code, under the rammeområde that holds most of its ansvar, in the organisation's order."""
    heads: dict[str, _Head] = {}
    sums: dict[str, list[Decimal]] = {}
    for code, *rest in records:
        amounts = rest[8:]
        heads.setdefault(code, _Head(*rest[:8]))
        sums[code] = [a + b for a, b in zip(sums[code], amounts, strict=True)] if code in sums else amounts
    in_order = sorted(heads, key=lambda code: (heads[code].rammeomrade, code))
    return {code: _proposal(heads[code], *sums[code]) for code in in_order}


class _Head(NamedTuple):
    """What is not a sum in a record of the query."""

    name: str
    rammeomrade: int
    rammeomrade_name: str
    operational: bool
    ansvar: int
    has_accounts: bool
    through: int
    budgeted: bool


def _proposal(
    head: _Head,
    to_date: Decimal,
    revised_to_date: Decimal,
    year: Decimal,
    last_to_date: Decimal,
    last_year: Decimal,
    outcome: Decimal,
) -> Proposal:
    actual = to_date if head.has_accounts else None
    revised, revised_year = (revised_to_date, year) if head.budgeted else (None, None)
    return Proposal(
        remaining_budget=remaining_budget(actual, revised, revised_year),
        season=season(actual, last_to_date, last_year, head.through),
        actual=actual,
        revised_year=revised_year,
        name=head.name,
        through=head.through if head.has_accounts else None,
        revised=revised,
        last_year=last_year,
        last_year_to_date=last_to_date,
        outcome=outcome,
        rammeomrade=head.rammeomrade,
        rammeomrade_name=head.rammeomrade_name,
        operational=head.operational,
    )
