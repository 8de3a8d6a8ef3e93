"""A municipality that reports: three virksomheter, one of them over the limits, and the people who take part."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from budget.actions.explanations import Words, save_explanation
from budget.actions.forecasts import make_forecast
from budget.actions.rounds import Terms, move_task, open_round
from budget.models import Balance, Explanation, Forecast, Round, RoundTask
from budget.queries.rounds import Step
from roros.models import Role, User
from tests.budget.figures import balance, chart, organisation, supply
from tests.people import person

DAY = datetime.date(2021, 5, 14)
TERMS = Terms(
    Decimal(500_000),
    Decimal(3),
    DAY,
    DAY + datetime.timedelta(days=5),
    DAY + datetime.timedelta(days=8),
    DAY + datetime.timedelta(days=12),
)
UNIT, LARGE = ("virksomhet", "110"), ("ansvar", "1100")  # over the limit: the virksomhet and one of its two ansvar
SMALL = ("ansvar", "1101")  # within it


def build() -> None:
    """Figures through April 2021: 110 is 1 000 000 kr over, all of it in ansvar 1100; 120 and 210 are within."""
    organisation(("1100", "110", 1), ("1101", "110", 1), ("1200", "120", 1), ("2100", "210", 2))
    chart()
    for ansvar, revised, actual in (
        ("1100", 4_000_000, 5_000_000),
        ("1101", 1_000_000, 1_000_000),
        ("1200", 3_000_000, 2_900_000),
        ("2100", 9_000_000, 9_100_000),
    ):
        balance(ansvar, actual=actual, original=revised, period=4)
        balance(ansvar, actual=actual * 2, original=revised * 2, period=8)
        balance(ansvar, actual=actual * 3, original=revised * 3, period=13)
    supply()


def people() -> dict[str, User]:
    """Everybody who may come to the pages, by who they are."""
    found = {
        "leader": person(Role.VIRKSOMHETSLEDER, name="liv", virksomhet="110"),
        "other-leader": person(Role.VIRKSOMHETSLEDER, name="per", virksomhet="120"),
        "chief": person(Role.KOMMUNALSJEF, name="knut", rammeomrade=1),
        "other-chief": person(Role.KOMMUNALSJEF, name="anne", rammeomrade=2),
        "economy": person(Role.OKONOMI, name="olav"),
        "director": person(Role.KOMMUNEDIREKTOR, name="kari"),
        "admin": person(Role.ADMINISTRATOR, name="ada"),
        "auditor": person(Role.REVISOR, name="reidar"),
        "politician": person(Role.POLITIKER, name="pernille"),
        "hr": person(Role.HR, name="helle"),
        "nobody": person(name="ingen"),
    }
    for who, user in found.items():
        user.first_name, user.email = user.username.capitalize(), f"{who}@roros.example"
        user.save()
    return found


def opened(by: User, kind: Round.Kind = Round.Kind.FIRST_TERTIAL, period: int = 4) -> Round:
    """A round."""
    return open_round(year=2021, kind=kind, period=period, terms=TERMS, close=False, by=by)


def task_of(reporting: Round, virksomhet: str = "110") -> RoundTask:
    """The task of a virksomhet as it stands."""
    return RoundTask.objects.select_related("round", "virksomhet").get(round=reporting, virksomhet=virksomhet)


def words(cause: str = "Strømmen ble **dyr**.") -> Words:
    """Something said of a deviation."""
    return Words(Explanation.Kind.REAL, cause, "Mindre vedlikehold.", "Senker varmen.", Decimal(200_000))


def explain(task: RoundTask, *nodes: tuple[str, str], by: User, cause: str = "Strømmen ble **dyr**.") -> None:
    """Say something of nodes that nothing was said of."""
    for node in nodes:
        save_explanation(task=task, node=node, words=words(cause), seen=None, by=by)


def forecast(task: RoundTask, *, by: User) -> None:
    """Take the forecast that the system proposes."""
    make_forecast(
        round=task.round,
        virksomhet=task.virksomhet_id,
        method=Forecast.Method.REMAINING_BUDGET,
        amount=None,
        reason="",
        by=by,
    )


def ready(task: RoundTask, *, by: User) -> None:
    """Do all that a unit must do before it delivers."""
    if task.virksomhet_id == "110":
        explain(task, UNIT, LARGE, by=by)
    forecast(task, by=by)


def step(task: RoundTask, step: Step, *, by: User, comment: str = "") -> RoundTask:
    """Take a task one step on from where it stands."""
    standing = task_of(task.round, task.virksomhet_id)
    return move_task(task=standing, step=step, comment=comment, seen=standing.version, by=by)


def bring_to(task: RoundTask, state: str, people: dict[str, User]) -> RoundTask:
    """Walk a task of 110 to a state."""
    ready(task, by=people["leader"])
    ways = {
        "kladd": (),
        "levert": (Step.DELIVER,),
        "returnert": (Step.DELIVER, Step.RETURN),
        "godkjent": (Step.DELIVER, Step.APPROVE),
        "kvalitetssikret": (Step.DELIVER, Step.APPROVE, Step.ASSURE),
    }
    who = {Step.DELIVER: "leader", Step.APPROVE: "chief", Step.RETURN: "chief", Step.ASSURE: "economy"}
    for one in ways[state]:
        step(task, one, by=people[who[one]], comment="Skriv mer" if one is Step.RETURN else "")
    return task_of(task.round, task.virksomhet_id)


def late_posting(ansvar: str, amount: int) -> None:
    """Post something in April after all."""
    for row in Balance.objects.filter(ansvar=ansvar, year=2021, period__gte=4):
        row.actual += amount
        row.save()


def signed_in(user: User) -> Client:
    """A browser with somebody signed in."""
    client = Client()
    client.force_login(user)
    return client


def task_url(task: RoundTask, name: str = "round_task", *node: str) -> str:
    """An address of a task."""
    return reverse(f"budget:{name}", args=[task.round_id, task.virksomhet_id, *node])
