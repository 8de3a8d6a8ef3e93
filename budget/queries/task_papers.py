"""All that lies in the folder of one virksomhet in a round, in one query: its page asks for nothing twice."""

from __future__ import annotations

from dataclasses import dataclass

from budget.models import Forecast, RoundTask, TaskStep
from budget.queries.explanations import NodeText, by_node, texts_before, texts_in, texts_of
from budget.queries.forecasts import earlier_forecasts, forecasts_of
from budget.queries.limits import UnitFigures
from budget.queries.rounds import Holders, steps_of
from roros.together import read_together


@dataclass(frozen=True)
class TaskPapers:
    """The texts of a task, its forecasts, its steps from the first one, and who holds the roles today."""

    texts: list[NodeText]
    forecasts: list[Forecast]  # of the unit and its ansvar, the newest first
    earlier_forecast: Forecast | None  # what stood in the round before
    steps: list[TaskStep]
    holders: Holders


def papers_of(task: RoundTask, unit: UnitFigures | None) -> TaskPapers:
    """This will read the papers of a task; a unit without figures this year has no texts."""
    reporting, virksomhet = task.round, task.virksomhet_id
    said, before, made, earlier, steps, holders = read_together(
        texts_in(reporting, [unit] if unit else []),
        texts_before(reporting, [unit] if unit else []),
        forecasts_of(reporting, virksomhet),
        earlier_forecasts(reporting, virksomhet),
        steps_of(task),
        Holders.rows(),
    )
    return TaskPapers(
        texts=texts_of(unit, by_node(said), by_node(before)) if unit else [],
        forecasts=made,
        earlier_forecast=earlier[0] if earlier else None,
        steps=steps,
        holders=Holders.of(holders),
    )
