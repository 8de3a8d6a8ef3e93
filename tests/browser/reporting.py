"""A reporting round with units at every step: missing words, late postings, returned, approved and assured."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db.models import F

from budget.actions.explanations import Words, save_explanation
from budget.actions.forecasts import make_forecast
from budget.actions.rounds import Terms, move_task, open_round
from budget.models import Explanation, Forecast, Round, RoundTask
from budget.queries.limits import unit_figures
from budget.queries.rounds import Step
from roros.models import User

PERIOD = 10
WORDS = Words(
    Explanation.Kind.REAL,
    "Strømprisen steg **70 prosent**.\n\n- Skolene bruker mest\n- Se [saken](https://roros.kommune.no/)",
    "Vedlikehold utsettes.",
    "Senker temperaturen i helgene.",
    Decimal(200_000),
)
WALKED = {  # how far each has come; the last one has a comment that says what must be put right
    "330": (Step.DELIVER, Step.APPROVE, Step.ASSURE),
    "310": (Step.DELIVER, Step.APPROVE),
    "320": (Step.DELIVER,),
    "230": (Step.DELIVER, Step.RETURN),
}


def make_open_round(by: User) -> None:
    """This will open a round past its first deadline and take some units along."""
    first = datetime.date(2021, 11, 12)
    days = [first + datetime.timedelta(days=after) for after in (0, 3, 5, 9)]
    terms = Terms(Decimal(500_000), Decimal(3), *days)
    reporting = open_round(year=2021, kind=Round.Kind.MONTH, period=PERIOD, terms=terms, close=False, by=by)
    units = unit_figures(reporting)
    for code, steps in WALKED.items():
        task = RoundTask.objects.select_related("round", "virksomhet").get(round=reporting, virksomhet=code)
        for node in units[code].required:
            save_explanation(task=task, node=node.key, words=WORDS, seen=None, by=by)
        make_forecast(
            round=reporting,
            virksomhet=code,
            method=Forecast.Method.REMAINING_BUDGET,
            amount=None,
            reason="",
            by=by,
        )
        for step in steps:
            comment = "Skriv hva dere gjør med det." if step is Step.RETURN else ""
            task = move_task(task=task, step=step, comment=comment, seen=task.version, by=by)
    # As if 120 000 kr was booked after one of them was explained.
    Explanation.objects.filter(round=reporting, code="320").update(actual=F("actual") - 120_000)
