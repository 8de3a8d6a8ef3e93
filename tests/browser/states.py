"""Imports in every state that a page can show, made from the December lines of the demo."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.utils import timezone

from budget.actions.locks import close_periods, grant_exception
from budget.actions.measures import save_measure
from budget.actions.signing import publish_round, sign_round
from budget.models import ActiveLine, Measure
from roros.models import ImportRun, User
from roros.workbooks import engine
from tests.browser.drafts import make_drafts
from tests.browser.reporting import make_open_round
from tests.budget.signed_world import ready_round
from tests.ledger_world import Line, ledger_file

State = ImportRun.State
UNKNOWN_ANSVAR = "6999"


def december() -> list[Line]:
    """This will return the lines of December 2021 as the demo has them."""
    columns = ("ansvar_id", "tjeneste_id", "art_id", "prosjekt_id", "period", "amount")
    lines = ActiveLine.objects.filter(kind="regnskap", year=2021, period=12).order_by(*columns).values_list(*columns)
    return [(*codes, period, str(amount)) for *codes, period, amount in lines]


def with_changes(lines: list[Line]) -> list[Line]:
    """This will return the lines with some changed, some gone and one more."""
    changed = [(*line[:5], "12345.67") if place % 50 == 0 else line for place, line in enumerate(lines[7:])]
    return [*changed, (*lines[0][:5], "99.00")]


def with_errors(lines: list[Line]) -> list[Line]:
    """This will return the lines with three codes that nobody knows."""
    first, second, third, *rest = lines
    return [
        (UNKNOWN_ANSVAR, *first[1:]),
        (second[0], "9876", *second[2:]),
        (*third[:2], "199999", *third[3:]),
        *rest,
    ]


def make(by: User) -> None:
    """This will leave one import in each state; `run` finds them."""
    lines = december()
    ready = ledger_file(with_changes(lines))

    def received(content: bytes, name: str) -> ImportRun:
        return engine.receive(kind="regnskap", content=content, file_name=name, year=None, by=by)

    engine.carry_through(
        engine.receive(
            kind="budsjett",
            content=ledger_file(lines[:40], year=2022),
            file_name="budsjett-2022.xlsx",
            year=None,
            by=by,
        ),
        by=by,
    )  # a budget that waits for the council
    undone = received(ready, "regnskap-angret.xlsx")
    engine.carry_through(undone, by=by)
    engine.undo(undone, by=by)
    engine.prepare(received(ready, "regnskap-desember.xlsx"))
    engine.prepare(received(ledger_file(with_errors(lines)), "regnskap-med-feil.xlsx"))
    engine.prepare(received(ledger_file(lines), "regnskap-likt.xlsx"))
    discarded = received(ready, "regnskap-forkastet.xlsx")
    engine.prepare(discarded)
    engine.discard(discarded)
    received(ready, "regnskap-venter.xlsx")
    failed = received(ready, "regnskap-stoppet.xlsx")
    ImportRun.objects.filter(pk=failed.pk).update(
        state=State.FAILED, notice="Innlesingen stoppet fordi tjeneren ble startet på nytt. Ingenting er lagret."
    )
    close_periods(year=2020, periods=[1], reason="Regnskapet for 2020 er avlagt", by=by)
    grant_exception(year=2020, period=1, user=by, until=timezone.localdate(), reason="Bilag som kom for sent", by=by)
    make_drafts(by)
    for title, deadline, status in (
        ("Nattsenking av varmen i skolebyggene", datetime.date(2021, 10, 1), Measure.Status.UNDER_WAY),
        ("Reforhandle strømavtalen", None, Measure.Status.DROPPED),
    ):
        measure = Measure(year=2021, virksomhet_id="650", title=title, owner="Driftsleder", status=status)
        measure.deadline, measure.expected_effect = deadline, Decimal(400_000)
        save_measure(measure=measure, seen=None, reason="Vedtatt i 1. tertial", by=by)


def sign_rounds(by: User) -> None:
    """This will leave a published round, one that is signed, and one that waits for the signature."""
    published, signed, _ready = (ready_round(period=period, amount=500_000, percent="3.0") for period in (3, 5, 6))
    for reporting in (published, signed):
        sign_round(round=reporting, by=by)
    publish_round(round=published, by=by)
    make_open_round(by)


def run(state: State) -> int:
    """This will return the number of the newest import of accounts in a state."""
    return ImportRun.objects.filter(kind="regnskap", state=state).latest("pk").pk
