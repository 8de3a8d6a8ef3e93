"""How does the municipality stand against its targets and against others?"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection

from budget.models import Indicator, IndicatorTarget, IndicatorValue
from roros.numbers import round_half_away
from roros.periods import CLOSING

_ASCII = str.maketrans("æøåäöéü", "aoaaoeu")
_GROUPS = ("kostragruppe", "gjennomsnitt", "landet", "fylket", "kostra", "snitt")


@dataclass(frozen=True)
class Target:
    """What the council has decided for a year."""

    direction: str  # "min" or "maks"
    value: Decimal
    decision: str

    def distance(self, value: Decimal) -> Decimal:
        """This will return how far a value is on the right side of the target; negative when it is not reached."""
        return value - self.value if self.direction == IndicatorTarget.Direction.AT_LEAST else self.value - value

    def is_met(self, value: Decimal) -> bool:
        """This will say whether a value reaches the target; reaching it exactly is enough."""
        return self.distance(value) >= 0


@dataclass(frozen=True)
class FromLedger:
    """What the ledger gives for an indicator, and what it lacks for the value to be whole."""

    value: Decimal | None
    lacks: str = ""  # "premium" (premieavvik), "fund" (no line on KOSTRA art 540), "income", or "" when it suffices
    result: Decimal | None = None  # kroner over the line
    income: Decimal | None = None  # kroner under the line

    @property
    def suffices(self) -> bool:
        """This will say whether the ledger holds everything that the indicator is made of."""
        return not self.lacks


@dataclass(frozen=True)
class ValueRow:
    """One reported value."""

    id: int
    municipality: str
    year: int
    value: Decimal
    note: str
    is_own: bool
    is_group: bool


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator in one year: own value, last year's, target, the others."""

    code: str
    name: str
    unit: str
    formula: str
    description: str
    year: int
    own: ValueRow | None
    last_year: ValueRow | None
    target: Target | None
    others: tuple[ValueRow, ...]  # as reported for the same year
    history: tuple[ValueRow, ...]  # own values, all years in order
    computed: FromLedger | None = None  # None when no formula is set
    values: tuple[ValueRow, ...] = ()  # everybody's, all years, the newest first

    @property
    def is_met(self) -> bool | None:
        """This will say whether the target is reached; None without a target or a value."""
        return None if self.target is None or self.own is None else self.target.is_met(self.own.value)

    @property
    def distance(self) -> Decimal | None:
        """This will return how far the value is on the right side of the target."""
        return None if self.target is None or self.own is None else self.target.distance(self.own.value)


def indicator_code(name: str) -> str:
    """This will return the code of an indicator with that name, as the importer makes it too."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(_ASCII)).strip("-")[:120].strip("-")


def indicator_years() -> list[int]:
    """This will return the years that have values, the newest first."""
    return list(IndicatorValue.objects.values_list("year", flat=True).distinct().order_by("-year"))


def indicators(year: int, *, code: str | None = None) -> list[IndicatorRow]:
    """This will return every indicator as it stands in a year, in order."""
    found = Indicator.objects.order_by("place", "name")
    if code is not None:
        found = found.filter(code=code)
    wanted = list(found)
    codes = [indicator.code for indicator in wanted]
    values: dict[str, list[ValueRow]] = defaultdict(list)
    for value in IndicatorValue.objects.filter(indicator_id__in=codes).order_by("place", "municipality", "year"):
        values[value.indicator_id].append(_value_row(value))
    targets = {
        target.indicator_id: Target(target.direction, target.value, target.decision)
        for target in IndicatorTarget.objects.filter(indicator_id__in=codes, year=year)
    }
    ledger = _ledger(year) if any(indicator.formula for indicator in wanted) else None
    return [_row(indicator, year, values[indicator.code], targets.get(indicator.code), ledger) for indicator in wanted]


def reported_values(years: tuple[int, ...]) -> list[tuple[IndicatorValue, Target | None]]:
    """This will return the values of some years as the report lists them; the target stands beside the own value."""
    targets = {
        (target.indicator_id, target.year): Target(target.direction, target.value, target.decision)
        for target in IndicatorTarget.objects.filter(year__in=years)
    }
    rows = (
        IndicatorValue.objects.filter(year__in=years)
        .select_related("indicator")
        .order_by("indicator__place", "indicator__name", "place", "municipality", "year")
    )
    return [
        (row, targets.get((row.indicator_id, row.year)) if row.municipality == settings.MUNICIPALITY_NAME else None)
        for row in rows
    ]


def _row(
    indicator: Indicator, year: int, values: list[ValueRow], target: Target | None, ledger: Ledger | None
) -> IndicatorRow:
    own = {value.year: value for value in values if value.is_own}
    return IndicatorRow(
        code=indicator.code,
        name=indicator.name,
        unit=indicator.unit,
        formula=indicator.formula,
        description=indicator.description,
        year=year,
        own=own.get(year),
        last_year=own.get(year - 1),
        target=target,
        others=tuple(value for value in values if value.year == year and not value.is_own),
        history=tuple(own[known] for known in sorted(own)),
        computed=compute(indicator.formula, ledger) if indicator.formula and ledger is not None else None,
        values=tuple(sorted(values, key=lambda value: -value.year)),
    )


def _value_row(value: IndicatorValue) -> ValueRow:
    return ValueRow(
        value.pk,
        value.municipality,
        value.year,
        value.value,
        value.note,
        value.municipality == settings.MUNICIPALITY_NAME,
        value.municipality.lower().startswith(_GROUPS),
    )


@dataclass(frozen=True)
class Ledger:
    """The sums of a year's accounts that formulas are made of, in kroner; income is positive here."""

    income: Decimal  # brutto driftsinntekter: KOSTRA arts 600 to 899
    result: Decimal  # netto driftsresultat: all but transfers to and from funds
    to_fund: Decimal | None  # KOSTRA art 540; None when no line stands there
    has_premium: bool  # whether premieavvik (KOSTRA functions 170 to 173) is booked
    lines: int


def _ledger(year: int) -> Ledger:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(-sum(b.actual) FILTER (WHERE a.kostra_art BETWEEN '600' AND '899'), 0),
                   coalesce(-sum(b.actual) FILTER (WHERE NOT (a.kostra_art BETWEEN '530' AND '589'
                                                              OR a.kostra_art BETWEEN '930' AND '989')), 0),
                   sum(b.actual) FILTER (WHERE a.kostra_art = '540'),
                   coalesce(bool_or(t.kostra_funksjon BETWEEN '170' AND '173'), false), count(*)
            FROM budget_balance b JOIN budget_art a ON a.code = b.art_id
                 JOIN budget_tjeneste t ON t.code = b.tjeneste_id
            WHERE b.year = %s AND b.period = %s
            """,
            [year, CLOSING],
        )
        return Ledger(*cursor.fetchone())


def compute(formula: str, ledger: Ledger) -> FromLedger:
    """This will return what the ledger gives for a formula: percent with one decimal, or 1000 kr."""
    if formula == Indicator.Formula.TO_FUND:
        if ledger.to_fund is None:
            return FromLedger(None, "fund")
        return FromLedger(round_half_away(ledger.to_fund / 1000, 0), result=ledger.to_fund)
    if not ledger.income:
        return FromLedger(None, "income")
    percent = round_half_away(ledger.result * 100 / ledger.income, 1)
    return FromLedger(percent, "" if ledger.has_premium else "premium", ledger.result, ledger.income)
