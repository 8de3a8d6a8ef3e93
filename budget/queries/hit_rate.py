"""How well it was guessed: every forecast of a signed round against the accounts of the year, once it is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import connection

from budget.models import Round
from budget.queries.rounds import title_of
from roros.numbers import deviation_percent


@dataclass(frozen=True)
class Hit:
    """A forecast and what the year became: of a virksomhet, or the sum of those that made one in the round."""

    forecast: Decimal
    outcome: Decimal
    revised: Decimal  # the year's revised budget, as it ended

    @property
    def miss(self) -> Decimal:
        """This will return forecast minus accounts: negative is that more was spent than forecast."""
        return self.forecast - self.outcome

    @property
    def percent(self) -> Decimal | None:
        """This will return the miss in percent of the revised budget; None when that is 0."""
        return deviation_percent(self.miss, self.revised)

    @property
    def expected(self) -> Decimal:
        """This will return the deviation that was expected: revised budget minus forecast."""
        return self.revised - self.forecast

    @property
    def became(self) -> Decimal:
        """This will return the deviation that it became."""
        return self.revised - self.outcome


@dataclass(frozen=True)
class UnitHits:
    """The forecasts of a virksomhet in one year, by round."""

    code: str
    name: str
    by_round: dict[int, Hit]


@dataclass(frozen=True)
class RoundHits:
    """What a round expected of the year, and what it became: the sum of the units with a forecast."""

    round: int
    year: int
    period: int
    title: str
    total: Hit
    mean_absolute: Decimal  # kroner per unit


@dataclass(frozen=True)
class HitRate:
    """Every signed forecast of every finished year, the newest year first."""

    rounds: Sequence[RoundHits]
    units: dict[int, list[UnitHits]]  # by year

    def of(self, year: int) -> list[RoundHits]:
        """This will return the rounds of one year, the first one first."""
        return [found for found in self.rounds if found.year == year]

    @cached_property
    def years(self) -> list[int]:
        """This will return the finished years with forecasts, the newest first."""
        return sorted(self.units, reverse=True)


def hit_rate() -> HitRate:
    """This will set every standing forecast of the signed rounds beside the accounts of its year, in one query.

    A year is over when the accounts through December are read in. Each year is shown in its own organisation.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH over AS (
                SELECT year FROM budget_activeslice WHERE kind = 'regnskap' GROUP BY year HAVING max(period) >= 12),
            said AS (
                SELECT DISTINCT ON (f.round_id, f.virksomhet_id)
                       r.id AS round, r.year, r.kind, r.period, f.virksomhet_id AS unit, f.amount
                FROM budget_forecast f JOIN budget_round r ON r.id = f.round_id JOIN over ON over.year = r.year
                WHERE r.state <> 'apen' AND f.ansvar_id IS NULL
                ORDER BY f.round_id, f.virksomhet_id, f.id DESC),
            booked AS (
                SELECT b.year, b.ansvar_id, sum(b.actual) AS actual, sum(b.original + b.amended) AS revised
                FROM budget_balance b
                WHERE b.period = 13 AND b.year IN (SELECT year FROM said) GROUP BY b.year, b.ansvar_id),
            ended AS (
                SELECT b.year, p.virksomhet_id AS unit, sum(b.actual) AS actual, sum(b.revised) AS revised
                FROM booked b CROSS JOIN LATERAL (
                    SELECT q.virksomhet_id FROM roros_plassering q
                    WHERE q.ansvar_id = b.ansvar_id AND q.from_year <= b.year ORDER BY q.from_year DESC LIMIT 1) p
                GROUP BY b.year, p.virksomhet_id)
            SELECT s.round, s.year, s.kind, s.period, s.unit, v.name, s.amount,
                   coalesce(e.actual, 0.00), coalesce(e.revised, 0.00)
            FROM said s JOIN roros_virksomhet v ON v.code = s.unit
                 LEFT JOIN ended e ON e.year = s.year AND e.unit = s.unit
            ORDER BY s.year DESC, s.period, s.round, s.unit COLLATE "C"
            """
        )
        records = cursor.fetchall()
    heads: dict[int, tuple[int, str, int]] = {}
    hits: dict[int, list[Hit]] = {}
    units: dict[int, dict[str, UnitHits]] = {}
    for number, year, kind, period, code, name, amount, outcome, revised in records:
        hit = Hit(amount, outcome, revised)
        heads[number] = (year, kind, period)
        hits.setdefault(number, []).append(hit)
        units.setdefault(year, {}).setdefault(code, UnitHits(code, name, {})).by_round[number] = hit
    rounds = [_round(number, *heads[number], found) for number, found in hits.items()]
    return HitRate(rounds, {year: sorted(found.values(), key=_code) for year, found in units.items()})


def add(hits: Iterable[Hit]) -> Hit:
    """This will sum forecasts and what became of them."""
    hits = list(hits)
    return Hit(
        sum((hit.forecast for hit in hits), Decimal("0.00")),
        sum((hit.outcome for hit in hits), Decimal("0.00")),
        sum((hit.revised for hit in hits), Decimal("0.00")),
    )


def _round(number: int, year: int, kind: str, period: int, hits: Sequence[Hit]) -> RoundHits:
    absolute = sum((abs(hit.miss) for hit in hits), Decimal(0)) / len(hits)
    title = title_of(Round(year=year, kind=kind, period=period))
    return RoundHits(number, year, period, title, add(hits), absolute)


def _code(unit: UnitHits) -> str:
    return unit.code
