"""What has changed since a round was signed: its tables against another round's, or the same made now."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from budget.exports.registers import decisions_file
from budget.freeze import table_of
from budget.models import Round, StatusWord
from budget.queries.decisions import CLOSED, newest_decisions
from budget.queries.late_postings import LatePosting, late_postings
from budget.queries.limits import is_over
from budget.queries.rounds import title_of
from budget.queries.signed import frozen_tables, rows_of_csv, signed_rounds
from budget.queries.years import figure_years
from roros.periods import Period

Rows = list[dict[str, str]]
Key = tuple[str, ...]

MONTHS, UNITS, FORECASTS = "regnskap-maneder", "virksomheter", "prognoser"
PROJECTS, DECISIONS, AMENDMENTS = "investeringer-register", "verbalvedtak", "budsjettendringer"
TABLES = (MONTHS, UNITS, FORECASTS, PROJECTS, DECISIONS, AMENDMENTS)
LATE_PROJECT = "Forsinket"


@dataclass(frozen=True)
class Side:
    """One side of a comparison: the tables of a signed round, or the same tables as they are now."""

    reporting: Round
    at: datetime.datetime
    is_now: bool
    as_of: datetime.date  # the day that deadlines are measured against
    tables: Mapping[str, Rows]

    @property
    def title(self) -> str:
        """This will name the side: "2. tertial 2021", or "nå"."""
        return _("nå") if self.is_now else title_of(self.reporting)

    @property
    def period(self) -> Period:
        """This will return how far the figures of the side reach."""
        return Period(self.reporting.year, self.reporting.period)


@dataclass(frozen=True)
class UnitChange:
    """A virksomhet then and now, measured against the limits of the first round."""

    code: str
    name: str
    before: Decimal | None  # the deviation
    after: Decimal | None
    was_over: bool
    is_over: bool

    @property
    def difference(self) -> Decimal | None:
        """This will return how the deviation moved: negative is for the worse."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class ForecastMove:
    """A forecast that was changed."""

    virksomhet: str
    ansvar: str
    name: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """This will return how the expected expense moved: positive is more expense."""
        return self.after - self.before


@dataclass(frozen=True)
class ProjectChange:
    """A project whose status is another, or that is new or gone ("")."""

    code: str
    name: str
    before: str
    after: str

    @property
    def became_late(self) -> bool:
        """This will return whether the project was not delayed, and is."""
        return self.after == LATE_PROJECT != self.before


@dataclass(frozen=True)
class DecisionChange:
    """A decision whose status is another, or that passed its deadline."""

    number: str
    title: str
    before: str
    after: str
    was_overdue: bool
    is_overdue: bool

    @property
    def was_closed(self) -> bool:
        """This will return whether nothing more was expected of it since."""
        closed = _closed()
        return self.after in closed and self.before not in closed


@dataclass(frozen=True)
class AmendmentSince:
    """An amendment that was adopted since."""

    number: str
    text: str
    body: str
    case_number: str
    decided_on: str  # ISO
    moved: Decimal


@dataclass(frozen=True)
class ChangedSince:
    """Everything that differs between two sides."""

    before: Side
    after: Side
    late: Sequence[LatePosting] = field(default=())
    units: Sequence[UnitChange] = field(default=())
    forecasts: Sequence[ForecastMove] = field(default=())
    projects: Sequence[ProjectChange] = field(default=())
    decisions: Sequence[DecisionChange] = field(default=())
    amendments: Sequence[AmendmentSince] = field(default=())

    @property
    def same_year(self) -> bool:
        """This will return whether both sides are of one year, so that postings and forecasts can be compared."""
        return self.before.reporting.year == self.after.reporting.year

    @cached_property
    def moved(self) -> list[UnitChange]:
        """This will return the units whose deviation is another; one without figures has none."""
        return [unit for unit in self.units if (unit.before or 0) != (unit.after or 0)]

    @cached_property
    def new_reds(self) -> list[UnitChange]:
        """This will return the units that crossed the limits, the worst first."""
        found = [unit for unit in self.units if unit.is_over and not unit.was_over]
        return sorted(found, key=lambda unit: (unit.after or Decimal(0), unit.code))

    @cached_property
    def no_longer_red(self) -> list[UnitChange]:
        """This will return the units that are not over the limits any more."""
        return [unit for unit in self.units if unit.was_over and not unit.is_over]

    @property
    def is_empty(self) -> bool:
        """This will return whether nothing has changed."""
        parts = (self.late, self.units, self.forecasts, self.projects, self.decisions, self.amendments)
        return not any(parts)


def changes_between(before: Round, after: Round | None, *, signed: Sequence[Round] | None = None) -> ChangedSince:
    """This will compare a signed round with another signed round, or with now when there is none.

    Late postings are what differs at the same period: the earlier of the two. Forecasts that are not signed are
    nobody's business yet, so "now" has those of the newest signed round; `signed` are the rounds, if they are read.
    """
    first = _signed(before)
    second = _now(before, first, signed_rounds() if signed is None else signed) if after is None else _signed(after)
    same_year = first.reporting.year == second.reporting.year
    return ChangedSince(
        before=first,
        after=second,
        late=_late(first, second) if same_year else (),
        units=unit_changes(first, second),
        forecasts=forecast_moves(first, second) if same_year else (),
        projects=project_changes(first, second),
        decisions=decision_changes(first, second),
        amendments=amendments_since(first, second) if same_year else (),
    )


def since_last_signed() -> ChangedSince | None:
    """This will compare the round that was signed last with now; None while no round is signed."""
    signed = signed_rounds()
    return changes_between(signed[0], None, signed=signed) if signed else None


def unit_changes(before: Side, after: Side) -> list[UnitChange]:
    """This will return the units whose deviation is another, in the order of the organisation."""
    then, since = _keyed(before, UNITS, "kode"), _keyed(after, UNITS, "kode")
    limits = before.reporting
    found = []
    for key in _in_order(then, since):
        old, new = then.get(key), since.get(key)
        change = UnitChange(
            key[0],
            (new or old or {})["navn"],
            _decimal(old, "avvik"),
            _decimal(new, "avvik"),
            _passes(old, limits),
            _passes(new, limits),
        )
        if (change.before or 0) != (change.after or 0) or change.was_over != change.is_over:
            found.append(change)
    return found


def forecast_moves(before: Side, after: Side) -> list[ForecastMove]:
    """This will return the forecasts that moved, the largest move first."""
    then, since = _keyed(before, FORECASTS, "virksomhet", "ansvar"), _keyed(after, FORECASTS, "virksomhet", "ansvar")
    found = []
    for key in then.keys() & since.keys():
        old, new = Decimal(then[key]["prognose"]), Decimal(since[key]["prognose"])
        if old != new:
            row = since[key]
            found.append(ForecastMove(row["virksomhet"], row["ansvar"], row["navn"], old, new))
    return sorted(found, key=lambda move: (-abs(move.difference), move.virksomhet, move.ansvar))


def project_changes(before: Side, after: Side) -> list[ProjectChange]:
    """This will return the projects with another status, new ones and those that are gone; delayed ones first."""
    then, since = _keyed(before, PROJECTS, "prosjektnr"), _keyed(after, PROJECTS, "prosjektnr")
    found = []
    for key in _in_order(then, since):
        old, new = then.get(key), since.get(key)
        name = (new or old or {})["prosjekt"]
        change = ProjectChange(key[0], name, old["status"] if old else "", new["status"] if new else "")
        if old is None or new is None or change.before != change.after:
            found.append(change)
    return sorted(found, key=lambda change: not change.became_late)


def decision_changes(before: Side, after: Side) -> list[DecisionChange]:
    """This will return the decisions with another status, and those that passed their deadline."""
    then, since = _keyed(before, DECISIONS, "nr", "ar"), _keyed(after, DECISIONS, "nr", "ar")
    found = []
    for key in _in_order(then, since):
        old, new = then.get(key), since.get(key)
        if new is None:
            continue  # the other side is of another year
        change = DecisionChange(
            new["nr"],
            new["tittel"],
            old["status"] if old else "",
            new["status"],
            _is_overdue(old, before),
            _is_overdue(new, after),
        )
        if old is None or change.before != change.after or change.was_overdue != change.is_overdue:
            found.append(change)
    return found


def amendments_since(before: Side, after: Side) -> list[AmendmentSince]:
    """This will return the amendments that were adopted since, with what they moved."""
    known = {row["endringsnr"] for row in before.tables[AMENDMENTS]}
    found: dict[str, list[dict[str, str]]] = {}
    for row in after.tables[AMENDMENTS]:
        if row["endringsnr"] not in known:
            found.setdefault(row["endringsnr"], []).append(row)
    return [
        AmendmentSince(
            number,
            text=lines[0]["tekst"],
            body=lines[0]["organ"],
            case_number=lines[0]["saksnr"],
            decided_on=lines[0]["vedtaksdato"],
            moved=sum((max(Decimal(line["belop"]), Decimal(0)) for line in lines), Decimal(0)),
        )
        for number, lines in found.items()
    ]


# -- the two sides


def _signed(reporting: Round) -> Side:
    as_of = Period(reporting.year, reporting.period).ends_on
    moment = reporting.signed_at or timezone.now()
    return Side(reporting, moment, is_now=False, as_of=as_of, tables=frozen_tables(reporting, TABLES))


def _now(before: Round, first: Side, signed: Sequence[Round]) -> Side:
    """The tables of the round's year as they are now: months through its own period, all else as far as there is."""
    years = figure_years()
    known = years.get(before.year)
    newest = max(before.period, known.last_period if known and known.has_actuals else 0)
    today = Round(
        year=before.year,
        kind=Round.Kind.MONTH,
        period=newest,
        limit_amount=before.limit_amount,
        limit_percent=before.limit_percent,
    )
    tables: dict[str, Rows] = {name: [] for name in TABLES}
    for name, reporting in ((MONTHS, before), (UNITS, today), (PROJECTS, today), (AMENDMENTS, today)):
        table = table_of(reporting, name, years)
        tables[name] = rows_of_csv(table.to_csv()) if table else []
    decisions = newest_decisions() or []
    as_of = max([Period(before.year, newest).ends_on, *(row.status_date for row in decisions if row.status_date)])
    of_year = [row for row in decisions if row.year == before.year]
    tables[DECISIONS] = rows_of_csv(decisions_file(of_year, as_of).to_csv())
    later = [one for one in signed if one.year == before.year]
    tables[FORECASTS] = (
        first.tables[FORECASTS]
        if not later or later[0].pk == before.pk
        else frozen_tables(later[0], [FORECASTS])[FORECASTS]
    )
    return Side(today, timezone.now(), is_now=True, as_of=as_of, tables=tables)


def _keyed(side: Side, table: str, *names: str) -> dict[Key, dict[str, str]]:
    return {tuple(row[name] for name in names): row for row in side.tables[table]}


def _late(before: Side, after: Side) -> list[LatePosting]:
    until = min(before.period.rollup_number, after.period.rollup_number)
    return late_postings(
        before.tables[MONTHS],
        after.tables[MONTHS],
        year=before.reporting.year,
        until=until,
        between=(before.at, None if after.is_now else after.at),
    )


def _in_order(then: Mapping[Key, object], since: Mapping[Key, object]) -> list[Key]:
    """Keys as the first side lists them, then those that only the second has."""
    return [*then, *(key for key in since if key not in then)]


def _decimal(row: Mapping[str, str] | None, name: str) -> Decimal | None:
    return Decimal(row[name]) if row and row[name] else None


def _passes(row: Mapping[str, str] | None, limits: Round) -> bool:
    off, revised = _decimal(row, "avvik"), _decimal(row, "revidert_budsjett")
    return off is not None and revised is not None and is_over(off, revised, limits.limit_amount, limits.limit_percent)


def _is_overdue(row: Mapping[str, str] | None, side: Side) -> bool:
    if not row or not row["frist"] or row["status"] in _closed():
        return False
    return datetime.date.fromisoformat(row["frist"]) < side.as_of


def _closed() -> set[str]:
    return {str(StatusWord(word).label) for word in CLOSED}
