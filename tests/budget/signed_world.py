"""A round of the small municipality that is ready to be signed: explained, forecast, delivered, approved, assured."""

from __future__ import annotations

import datetime
from decimal import Decimal

from budget.models import Explanation, Forecast, Measure, Round, RoundTask, TaskStep
from budget.queries.limits import unit_figures
from roros.models import Role, User
from tests.people import person

DEADLINE = datetime.date(2021, 9, 10)


def director(name: str = "dagny") -> User:
    """A kommunedirektør with a name."""
    user = person(Role.KOMMUNEDIREKTOR, name=name)
    user.first_name, user.last_name = name.capitalize(), "Direktør"
    user.save()
    return user


def ready_round(
    *, year: int = 2021, period: int = 8, amount: int = 5, percent: str = "1.0", assured: bool = True
) -> Round:
    """A round with a task for each unit that has figures, everything said and assured."""
    kind = {4: Round.Kind.FIRST_TERTIAL, 8: Round.Kind.SECOND_TERTIAL, 13: Round.Kind.ANNUAL}.get(
        period, Round.Kind.MONTH
    )
    reporting = Round.objects.create(
        year=year,
        kind=kind,
        period=period,
        limit_amount=Decimal(amount),
        limit_percent=Decimal(percent),
        **{f"{who}_deadline": DEADLINE for who in ("leader", "chief", "economy", "director")},
    )
    for unit in unit_figures(reporting).values():
        task = RoundTask.objects.create(
            round=reporting,
            virksomhet_id=unit.virksomhet,
            rammeomrade_id=unit.rammeomrade,
            state=RoundTask.State.ASSURED if assured else RoundTask.State.APPROVED,
        )
        for state in (RoundTask.State.DELIVERED, RoundTask.State.APPROVED, RoundTask.State.ASSURED):
            TaskStep.objects.create(task=task, state=state)
        Forecast.objects.create(
            round=reporting,
            virksomhet_id=unit.virksomhet,
            method=Forecast.Method.REMAINING_BUDGET,
            proposed=unit.revised_year - unit.deviation,
            amount=unit.revised_year - unit.deviation,
        )
        for node in unit.required:
            Explanation.objects.create(
                round=reporting,
                level=node.level.value,
                code=node.code,
                kind=Explanation.Kind.REAL,
                cause=f"Mer **vikar** enn ventet ved {node.name} <script>alert(1)</script>",
                measure="Ny turnus",
                expected_effect=Decimal("1000"),
                revised=node.revised,
                actual=node.actual,
            )
    first = RoundTask.objects.filter(round=reporting).order_by("virksomhet_id")[0]
    Measure.objects.create(
        year=year,
        virksomhet_id=first.virksomhet_id,
        title="Ny turnus",
        owner="enhetsleder",
        expected_effect=Decimal("1000"),
    )
    return reporting
