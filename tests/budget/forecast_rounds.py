"""Rounds with forecasts for tests: opened, forecast for, and signed as the database demands it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from budget.actions.forecasts import make_forecast
from budget.models import Forecast, Round, RoundTask, SignedFile, SignedReport
from roros.models import Plassering, Role, User
from tests.people import give

KINDS = {4: Round.Kind.FIRST_TERTIAL, 8: Round.Kind.SECOND_TERTIAL, 13: Round.Kind.ANNUAL}


def somebody(*roles: Role, name: str, rammeomrade: int | None = None, virksomhet: str | None = None) -> User:
    """This will return the user of that name, made with the roles the first time."""
    found = User.objects.filter(username=name).first()
    return found or give(User.objects.create(username=name), *roles, rammeomrade=rammeomrade, virksomhet=virksomhet)


def economist() -> User:
    """This will return somebody of økonomi, who may forecast for every unit."""
    return somebody(Role.OKONOMI, name="okonom")


def open_round(period: int = 8, year: int = 2021, *, tasks: bool = True) -> Round:
    """This will open a round with a task for every virksomhet."""
    day = datetime.date(year, min(period + 1, 12), 20)
    made = Round.objects.create(
        year=year,
        kind=KINDS.get(period, Round.Kind.MONTH),
        period=period,
        limit_amount=500_000,
        limit_percent=3,
        leader_deadline=day,
        chief_deadline=day,
        economy_deadline=day,
        director_deadline=day,
    )
    if tasks:
        placed = Plassering.objects.in_year(year).order_by("virksomhet_id", "rammeomrade_id")
        for placement in placed.distinct("virksomhet_id"):
            RoundTask.objects.create(
                round=made, virksomhet_id=placement.virksomhet_id, rammeomrade_id=placement.rammeomrade_id
            )
    return made


def say(
    reporting: Round, amounts: Mapping[str, Decimal | int | None], *, by: User | None = None, reason: str = "Fordi"
) -> list[Forecast]:
    """This will forecast for some virksomheter; None is what the system proposes."""
    return [
        make_forecast(
            round=reporting,
            virksomhet=code,
            method=Forecast.Method.REMAINING_BUDGET,
            amount=None if amount is None else Decimal(amount),
            reason="" if amount is None else reason,
            by=by or economist(),
        )
        for code, amount in amounts.items()
    ]


def sign(reporting: Round) -> Round:
    """This will sign the round: every task assured, a report with a file."""
    RoundTask.objects.filter(round=reporting).update(state=RoundTask.State.ASSURED)
    report = SignedReport.objects.create(round=reporting, signed_by=economist(), signed_name="Direktør")
    content = b"rapport"
    SignedFile.objects.create(
        report=report,
        name="rapport.html",
        title="Rapport",
        media_type="text/html",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    reporting.state, reporting.signed_at = Round.State.SIGNED, timezone.now()
    reporting.save()
    return reporting
