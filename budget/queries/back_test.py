"""How far the two proposals would have been off: each method put to a year that is over, period by period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from budget.models import Forecast
from budget.queries.forecasts import Proposal, proposals
from budget.queries.years import FigureYear
from roros.numbers import deviation_percent, round_half_away
from roros.periods import CLOSING, Period

PERIODS = (4, 8)  # what is reported during the year
METHODS = tuple(Forecast.Method)


@dataclass(frozen=True)
class Trial:
    """What one method proposed for a unit, or a sum of units, and how the year ended."""

    method: Forecast.Method
    period: int
    proposed: Decimal
    outcome: Decimal
    revised: Decimal  # of the whole year

    @property
    def miss(self) -> Decimal:
        """This will return proposal minus outcome: negative is spent more than the proposal said."""
        return self.proposed - self.outcome

    @property
    def percent(self) -> Decimal | None:
        """This will return the miss in percent of the revised budget; None when that is 0."""
        return deviation_percent(self.miss, self.revised)


@dataclass(frozen=True)
class UnitTrials:
    """A virksomhet in the test: a trial per period and method; none where the method has nothing to go by."""

    code: str
    name: str
    rammeomrade: int
    rammeomrade_name: str
    operational: bool
    outcome: Decimal
    revised: Decimal
    trials: Mapping[tuple[int, Forecast.Method], Trial]

    @property
    def deviation(self) -> Decimal:
        """This will return how the year ended: revised budget minus accounts."""
        return self.revised - self.outcome


@dataclass(frozen=True)
class Score:
    """How one method did at one period, over the units where both methods propose something."""

    method: Forecast.Method
    period: int
    units: int
    mean_absolute: Decimal | None  # kroner per unit
    absolute_percent: Decimal | None  # Σ |miss| / Σ |revised budget|
    bias: Decimal | None  # mean miss: negative is that the year ended dearer than proposed
    services: Trial  # the sum of all driftsområder; the other method where this one has nothing
    everything: Trial  # with central income and finance


@dataclass(frozen=True)
class BackTest:
    """Both methods put to one year. `lacking` says what is not read in where it cannot be done."""

    year: int
    units: Sequence[UnitTrials]
    scores: Sequence[Score]
    periods: Sequence[int]
    lacks_outcome: bool = False
    lacks_budget: bool = False
    lacks_last_year: bool = False

    @property
    def is_done(self) -> bool:
        """This will return whether there is anything to tell."""
        return bool(self.scores)

    @cached_property
    def left_out(self) -> list[UnitTrials]:
        """This will return the services that one of the methods could not propose for."""
        wanted = {(score.period, score.method) for score in self.scores}
        return [unit for unit in self.units if unit.operational and not wanted <= unit.trials.keys()]

    @cached_property
    def worst(self) -> UnitTrials | None:
        """This will return the service that ended furthest over its budget; None when none was, or two were alike."""
        over = sorted((unit for unit in self.units if unit.operational and unit.deviation < 0), key=_deviation)
        if self.lacks_budget or not over or (len(over) > 1 and over[0].deviation == over[1].deviation):
            return None
        return over[0]

    def score(self, period: int, method: Forecast.Method) -> Score | None:
        """This will return how a method did at a period; None when it could not be tried."""
        return next((score for score in self.scores if (score.period, score.method) == (period, method)), None)


def back_test(year: int, years: Mapping[int, FigureYear], periods: Sequence[int] = PERIODS) -> BackTest:
    """This will put both methods to a year that is over, in one query per period.

    What they propose at each period is compared with the accounts of the whole year. A method is left out where it
    cannot be tried at all: rest-budsjett without a budget, sesong without the year before.
    """
    this, last = years.get(year), years.get(year - 1)
    is_over = this is not None and Period(year, this.last_actual or 1).rollup_number == CLOSING
    lacks = {
        "lacks_outcome": not is_over,
        "lacks_budget": not (this and this.has_budget),
        "lacks_last_year": not (last and last.has_actuals),
    }
    if not is_over:
        return BackTest(year, (), (), periods, **lacks)
    tried = {period: proposals(year, period) for period in periods}
    codes = {code: unit for found in tried.values() for code, unit in found.items() if unit.outcome or unit.is_alive}
    units = [_unit(code, unit, tried) for code, unit in codes.items()]
    methods = [method for method in METHODS if any(key[1] is method for unit in units for key in unit.trials)]
    scores = [_score(units, period, method, methods) for period in periods for method in methods]
    return BackTest(year, units, scores, periods, **lacks)


def _unit(code: str, unit: Proposal, tried: Mapping[int, Mapping[str, Proposal]]) -> UnitTrials:
    revised = unit.revised_year or Decimal(0)
    trials = {}
    for period, found in tried.items():
        for method in METHODS:
            proposed = found[code].by_method(method) if code in found else None
            if proposed is not None:
                trials[period, method] = Trial(method, period, proposed, unit.outcome, revised)
    return UnitTrials(
        code, unit.name, unit.rammeomrade, unit.rammeomrade_name, unit.operational, unit.outcome, revised, trials
    )


def _score(
    units: Sequence[UnitTrials], period: int, method: Forecast.Method, methods: Sequence[Forecast.Method]
) -> Score:
    comparable = [
        unit.trials[period, method]
        for unit in units
        if unit.operational and all((period, each) in unit.trials for each in methods)
    ]
    count = len(comparable)
    absolute = sum((abs(trial.miss) for trial in comparable), Decimal(0))
    return Score(
        method=method,
        period=period,
        units=count,
        mean_absolute=round_half_away(absolute / count, 2) if count else None,
        absolute_percent=deviation_percent(absolute, sum((abs(trial.revised) for trial in comparable), Decimal(0))),
        bias=round_half_away(sum((trial.miss for trial in comparable), Decimal(0)) / count, 2) if count else None,
        services=_sum((unit for unit in units if unit.operational), period, method),
        everything=_sum(units, period, method),
    )


def _sum(units: Iterable[UnitTrials], period: int, method: Forecast.Method) -> Trial:
    """The units as one: a unit that the method cannot propose for counts with the other, as a leader would choose."""
    chosen = []
    for unit in units:
        found = unit.trials.get((period, method)) or next(
            (unit.trials[period, other] for other in METHODS if (period, other) in unit.trials), None
        )
        if found is not None:
            chosen.append(found)
    return Trial(
        method,
        period,
        sum((trial.proposed for trial in chosen), Decimal("0.00")),
        sum((trial.outcome for trial in chosen), Decimal("0.00")),
        sum((trial.revised for trial in chosen), Decimal("0.00")),
    )


def _deviation(unit: UnitTrials) -> Decimal:
    return unit.deviation
