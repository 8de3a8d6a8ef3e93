"""The reporting rounds: which there are, how far the units have come, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from budget.models import Forecast, Round, RoundTask, TaskStep
from budget.queries.explanations import NodeText, explanations_of, texts_of
from budget.queries.limits import UnitFigures, unit_figures
from roros import access
from roros.models import Role, RoleAssignment
from roros.numbers import format_amount
from roros.periods import MONTHS

HeldRow = tuple[str | None, int | None]  # virksomhet, rammeområde

State = RoundTask.State
WRITABLE = frozenset({State.DRAFT, State.RETURNED})  # the unit has it: texts and forecast may change
MOST_NAMES = 5  # named one by one in a sentence
LAST_WITH_FORECAST = 11  # from December on the year is known


def title_of(reporting: Round) -> str:
    """This will name a round: "2. tertial 2021", "Månedsrapport mars 2021"."""
    if reporting.kind == Round.Kind.MONTH:
        return f"{reporting.get_kind_display()} {MONTHS[min(reporting.period, 12) - 1]} {reporting.year}"
    return f"{reporting.get_kind_display()} {reporting.year}"


def needs_forecast(reporting: Round) -> bool:
    """This will say whether each unit must say how the year will end."""
    return reporting.period <= LAST_WITH_FORECAST


def newest_round(year: int | None = None) -> Round | None:
    """This will return the round that reports the latest period, of one year or of all; None when there is none."""
    rounds = Round.objects.all() if year is None else Round.objects.filter(year=year)
    return rounds.order_by("-year", "-period", "-id").first()


def tasks_of(reporting: Round) -> list[RoundTask]:
    """This will return what each virksomhet must do in a round, in the order of the organisation."""
    tasks = RoundTask.objects.filter(round=reporting).select_related("virksomhet", "rammeomrade")
    return list(tasks.order_by("rammeomrade_id", "virksomhet_id"))


def visible_tasks(reporting: Round, user: access.Someone) -> list[RoundTask]:
    """This will return the tasks of a round that the user may read."""
    return [
        task
        for task in tasks_of(reporting)
        if access.may_see_drafts_of(user, virksomhet=task.virksomhet_id, rammeomrade=task.rammeomrade_id)
    ]


def steps_of(task: RoundTask) -> QuerySet[TaskStep]:
    """This will select the steps of a task, the first one first."""
    return TaskStep.objects.filter(task=task).select_related("by").order_by("id")


def task_of(reporting: Round, virksomhet: str) -> RoundTask | None:
    """This will return the task of a virksomhet in a round; None when the round was opened without it."""
    return RoundTask.objects.filter(round=reporting, virksomhet=virksomhet).first()


# -- the steps of a task


class Step(StrEnum):
    """What can be done with a task; the value is what the form sends."""

    DELIVER = "lever"
    APPROVE = "godkjenn"
    RETURN = "returner"
    ASSURE = "kvalitetssikre"

    @property
    def leads_to(self) -> RoundTask.State:
        """This will return the state after the step."""
        return {
            Step.DELIVER: State.DELIVERED,
            Step.APPROVE: State.APPROVED,
            Step.RETURN: State.RETURNED,
            Step.ASSURE: State.ASSURED,
        }[self]


@dataclass(frozen=True)
class Holders:
    """Which virksomheter have a leader and which rammeområder a kommunalsjef; what has none falls to økonomi."""

    led: frozenset[str]
    headed: frozenset[int]

    @classmethod
    def read(cls) -> Holders:
        """This will read who holds what today."""
        return cls.of(cls.rows())

    @staticmethod
    def rows() -> QuerySet[RoleAssignment, HeldRow]:
        """This will select the virksomhet and the rammeområde of each who leads one today."""
        return RoleAssignment.objects.filter(
            user__is_active=True, role__in=(Role.VIRKSOMHETSLEDER, Role.KOMMUNALSJEF)
        ).values_list("virksomhet_id", "rammeomrade_id")

    @classmethod
    def of(cls, held: Iterable[HeldRow]) -> Holders:
        """This will gather the rows."""
        held = list(held)
        led = {unit for unit, _area in held if unit is not None}
        return cls(frozenset(led), frozenset(area for _unit, area in held if area is not None))


def steps_open_to(user: access.Someone, task: RoundTask, holders: Holders) -> list[Step]:
    """This will return what the user may do with a task of an open round as it stands.

    The leader delivers (økonomi on behalf), the kommunalsjef approves or returns (økonomi where there is none), økonomi
    assures what was approved and may return anything that was delivered.
    """
    is_economy = access.may_run_rounds(user)
    approves = access.may_approve(user, rammeomrade=task.rammeomrade_id) or (
        is_economy and task.rammeomrade_id not in holders.headed
    )
    state = task.state
    allowed = {
        Step.DELIVER: state in WRITABLE and access.may_explain(user, virksomhet=task.virksomhet_id),
        Step.APPROVE: state == State.DELIVERED and approves,
        Step.ASSURE: state == State.APPROVED and is_economy,
        Step.RETURN: (state == State.DELIVERED and approves) or (state not in WRITABLE and is_economy),
    }
    return [step for step, may in allowed.items() if may]


def may_write(user: access.Someone, task: RoundTask) -> bool:
    """This will say whether the user may write the texts and the forecast of a task as it stands."""
    return task.state in WRITABLE and access.may_explain(user, virksomhet=task.virksomhet_id)


def delivery_obstacles(row: TaskRow) -> list[str]:
    """This will list what a unit lacks before it can deliver: explanations over the limit, and a forecast."""
    found = [
        _("%(node)s har brukt %(amount)s kr mer enn budsjettert og må forklares.")
        % {"node": f"{text.node.code} {text.node.name}", "amount": format_amount(-text.node.deviation)}
        for text in row.texts
        if text.is_missing
    ]
    if not row.has_forecast and needs_forecast(row.task.round):
        found.append(_("Prognosen for året mangler."))
    return found


# -- how far the units have come


@dataclass(frozen=True)
class Progress:
    """How many tasks have come how far; each counts also as having passed what is before."""

    total: int
    delivered: int
    approved: int
    assured: int

    @classmethod
    def of(cls, states: Iterable[str]) -> Progress:
        """This will count states."""
        states = list(states)

        def reached(*wanted: str) -> int:
            return sum(state in wanted for state in states)

        return cls(
            len(states),
            reached(State.DELIVERED, State.APPROVED, State.ASSURED),
            reached(State.APPROVED, State.ASSURED),
            reached(State.ASSURED),
        )


def rounds_with_progress(user: access.Someone) -> list[tuple[Round, Progress]]:
    """This will return every round, the newest first, with how far the tasks that the user may read have come."""
    own = Q()
    if not access.may_see_all_drafts(user):
        own = Q(tasks__virksomhet_id__in=access.led_virksomheter(user)) | Q(
            tasks__rammeomrade_id__in=access.headed_rammeomrader(user)
        )

    def count(*states: str) -> Count:
        return Count("tasks", filter=own & Q(tasks__state__in=states) if own else Q(tasks__state__in=states))

    rounds = Round.objects.annotate(
        total=count(*State.values),
        delivered=count(State.DELIVERED, State.APPROVED, State.ASSURED),
        approved=count(State.APPROVED, State.ASSURED),
        assured=count(State.ASSURED),
    ).order_by("-year", "-period", "-id")
    return [(found, Progress(found.total, found.delivered, found.approved, found.assured)) for found in rounds]


@dataclass(frozen=True)
class TaskRow:
    """A task in the overview: the figures of its unit, and what it has said of them."""

    task: RoundTask
    unit: UnitFigures | None  # None when the unit has no figures any more
    texts: tuple[NodeText, ...]
    has_forecast: bool
    step: TaskStep | None  # the newest one

    @property
    def required(self) -> int:
        """This will return how many nodes must be explained."""
        return sum(text.node.over_limit for text in self.texts)

    @property
    def missing(self) -> int:
        """This will return how many of those are not."""
        return sum(text.is_missing for text in self.texts)

    @property
    def moved(self) -> list[NodeText]:
        """This will return the explained nodes whose figures have changed since."""
        return [text for text in self.texts if text.has_moved]

    @property
    def moved_by(self) -> Decimal | None:
        """This will return by how much: of the unit itself if it is explained, else of its ansvar; None for nothing."""
        moved = self.moved
        return sum((text.moved for text in (moved[:1] if _is_unit(moved) else moved)), Decimal(0)) if moved else None


def _is_unit(texts: Sequence[NodeText]) -> bool:
    return bool(texts) and texts[0].node.level.value == "virksomhet"


def task_rows(reporting: Round, tasks: Sequence[RoundTask]) -> list[TaskRow]:
    """This will return the tasks with figures, texts, forecast and newest step, in four queries however many."""
    figures = unit_figures(reporting)
    texts = explanations_of(reporting)
    forecasts = set(
        Forecast.objects.filter(round=reporting, ansvar=None).values_list("virksomhet_id", flat=True).distinct()
    )
    newest = TaskStep.objects.filter(task__in=tasks).order_by("task_id", "-id").distinct("task_id")
    steps = {step.task_id: step for step in newest.select_related("by")}
    rows = []
    for task in tasks:
        unit = figures.get(task.virksomhet_id)
        nodes = tuple(texts_of(unit, texts)) if unit else ()
        rows.append(TaskRow(task, unit, nodes, task.virksomhet_id in forecasts, steps.get(task.pk)))
    return rows


def signing_obstacles(reporting: Round, rows: Sequence[TaskRow] | None = None) -> list[str]:
    """This will list what must be done before the round can be signed; empty when nothing is left.

    `rows` are those of every task of the round, for a caller that has read them.
    """
    if reporting.state != Round.State.OPEN:
        return [_("%(round)s er signert fra før.") % {"round": title_of(reporting)}]
    rows = task_rows(reporting, tasks_of(reporting)) if rows is None else rows
    if not rows:
        return [_("Runden har ingen virksomheter.")]
    found = []
    waiting = [row.task.virksomhet.name for row in rows if row.task.state != State.ASSURED]
    if waiting:
        found.append(_("Ikke kvalitetssikret: %(names)s.") % {"names": _some(waiting)})
    unexplained = [row.task.virksomhet.name for row in rows if row.missing]
    if unexplained:
        found.append(_("Avvik over grensen uten forklaring: %(names)s.") % {"names": _some(unexplained)})
    return found


def _some(names: Sequence[str]) -> str:
    """The names, or the first of them and how many more there are."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    left = len(names) - MOST_NAMES + 1
    return _("%(names)s og %(left)s til") % {"names": ", ".join(names[: MOST_NAMES - 1]), "left": left}
