"""Budget amendments from draft to decision: what the actions do and what they refuse."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from budget.actions.amendments import (
    adopt_amendment,
    correct_amendment,
    delete_draft,
    recommend_amendment,
    reject_amendment,
    save_draft,
    start_draft,
)
from budget.amendment_balance import Balance, DraftLine, balance_of
from budget.audit import figure_errors
from budget.models import Amendment, AmendmentLine, Art, LedgerLine, PeriodEvent
from budget.models import Balance as StandingBalance
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import DataVersion, Role, User
from roros.workbooks import engine
from tests import ledger_world
from tests.people import person

Status = Amendment.Status
DECISION: dict[str, Any] = {
    "body": "Kommunestyret",
    "case_number": "77/21",
    "decided_on": datetime.date(2021, 10, 21),
    "comment": "",
}

DOUBLED = (
    "INSERT INTO budget_ledgerline (kind, ansvar_id, tjeneste_id, art_id, prosjekt_id, year, period, amount,"
    " amendment_id) SELECT 'endring', ansvar_id, tjeneste_id, art_id, prosjekt_id, 2021, period, 2 * amount,"
    " amendment_id FROM budget_amendmentline WHERE amendment_id = %s"
)


def line(ansvar: str, amount: str, *, art: str = "101000", period: int = 6, pk: int | None = None) -> DraftLine:
    tjeneste = {"1000": "1200", "9000": "8000"}.get(ansvar, "2530")
    return DraftLine(ansvar, tjeneste, art, "", period, Decimal(amount), pk=pk)


EVEN = [line("1000", "-40.50"), line("3100", "40.50", period=9)]


def draft(by: User, lines: Sequence[DraftLine] = EVEN) -> Amendment:
    return start_draft(year=2021, text="Flytting til sykehjemmet", background="", lines=lines, by=by)


def decided(amendment: Amendment, action: Any = adopt_amendment, **changes: Any) -> Amendment:
    by = changes.pop("by", None)
    done: Amendment = action(amendment=amendment, seen=changes.pop("seen", amendment.version), by=by, **DECISION)
    return done


@pytest.fixture
def okonomi(loaded: None) -> User:
    return person(Role.OKONOMI, name="okonomi")


def test_a_draft_gets_the_next_number_and_moves_nothing(okonomi: User) -> None:
    before, version = ledger_world.amounts(), DataVersion.objects.get().version
    first, second = draft(okonomi), draft(okonomi)
    assert (first.number, second.number) == ("2021-002", "2021-003")
    assert (first.status, first.created_by) == (Status.PROPOSED, okonomi)
    assert [row.place for row in first.draft_lines.order_by("place")] == [1, 2]
    shown = "\n".join(row for row in ledger_world.amounts().splitlines() if "2021-00" not in row)
    assert shown == "\n".join(row for row in before.splitlines() if "2021-00" not in row)
    assert DataVersion.objects.get().version > version


def test_adoption_moves_exactly_the_balances(okonomi: User) -> None:
    def amended() -> dict[tuple[Any, ...], Decimal]:
        rows = StandingBalance.objects.values_list("period", "ansvar_id", "tjeneste_id", "art_id", "amended")
        return {row[:4]: row[4] for row in rows}

    amendment, before = draft(okonomi), amended()
    done = decided(amendment, by=okonomi)
    moved = {
        key: amount - before.get(key, Decimal(0))
        for key, amount in amended().items()
        if amount != before.get(key, Decimal(0))
    }
    expected = {(period, "1000", "1200", "101000"): Decimal("-40.50") for period in range(6, 14)}
    expected |= {(period, "3100", "2530", "101000"): Decimal("40.50") for period in range(9, 14)}
    assert moved == expected
    assert (done.status, done.case_number, done.body) == (Status.ADOPTED, "77/21", "Kommunestyret")
    assert LedgerLine.objects.filter(amendment=done, kind="endring").count() == 2
    step = done.steps.get()
    assert (step.status, step.body, step.by) == (Status.ADOPTED, "Kommunestyret", okonomi)
    assert figure_errors() == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line("1000", "-40.50"), line("3100", "40")], "Drift går ikke opp: tatt 0,50 kr mer enn gitt."),
        (
            [line("1000", "-10"), line("3100", "10", art="023000")],
            "Drift går ikke opp: tatt 10,00 kr mer enn gitt. Investering går ikke opp: gitt 10,00 kr mer enn tatt.",
        ),
        ([], "2021-002 har ingen linjer."),
    ],
)
@pytest.mark.parametrize("action", [adopt_amendment, recommend_amendment])
def test_an_amendment_that_does_not_add_up_is_refused(
    okonomi: User, lines: list[DraftLine], words: str, action: Any
) -> None:
    Art.objects.create(code="023000", name="Vedlikehold, nybygg", kostra_art="230")
    amendment, before = draft(okonomi, lines), ledger_world.figures()
    with pytest.raises(ActionRefused) as refused:
        decided(amendment, action, by=okonomi)
    assert words in str(refused.value)
    assert ledger_world.figures() == before


def test_investment_lines_net_by_themselves(okonomi: User) -> None:
    Art.objects.create(code="023000", name="Vedlikehold, nybygg", kostra_art="230")
    own = [line("1000", "-10", art="023000"), line("3100", "10", art="023000")]
    assert balance_of((one.art, one.amount) for one in [*EVEN, *own]) == Balance()
    assert decided(draft(okonomi, [*EVEN, *own]), by=okonomi).status == Status.ADOPTED


def test_a_closed_month_refuses_adoption_and_says_so(okonomi: User) -> None:
    amendment = draft(okonomi)
    PeriodEvent.objects.create(year=2021, period=9, closed=True, reason="Rapportert", by=okonomi)
    with pytest.raises(ActionRefused, match=r"[Ss]eptember 2021 ble lukket"):
        decided(amendment, by=okonomi)
    amendment.refresh_from_db()
    assert amendment.status == Status.PROPOSED
    assert not LedgerLine.objects.filter(amendment=amendment).exists()


def test_a_code_that_does_not_exist_that_year_is_refused(okonomi: User) -> None:
    amendment = draft(okonomi, [line("3999", "-40"), line("3100", "40")])
    with pytest.raises(ActionRefused, match="ikke plassert i dette året"):
        decided(amendment, by=okonomi)


def test_the_second_to_save_is_told(okonomi: User) -> None:
    amendment = draft(okonomi)
    words: dict[str, Any] = {"text": "Ny tekst", "background": "", "reason": "Nytt tall", "by": okonomi}
    standing = list(amendment.draft_lines.order_by("place"))
    lines = [line("1000", "-50", pk=standing[0].pk), line("3100", "50", period=9, pk=standing[1].pk)]
    saved = save_draft(amendment=amendment, lines=lines, seen=amendment.version, **words)
    assert saved.version == amendment.version + 1
    with pytest.raises(ChangedMeanwhile, match="Ingenting er lagret"):
        save_draft(amendment=amendment, lines=EVEN, seen=amendment.version, **words)
    with pytest.raises(ChangedMeanwhile):
        decided(amendment, by=okonomi)
    with pytest.raises(ChangedMeanwhile):
        decided(amendment, reject_amendment, by=okonomi)


def test_lines_alone_raise_the_version_and_history_names_the_line(okonomi: User) -> None:
    amendment = draft(okonomi)
    first, second = amendment.draft_lines.order_by("place")
    lines = [line("3100", "41", period=9, pk=second.pk), line("1000", "-41")]
    saved = save_draft(
        amendment=amendment,
        text=amendment.text,
        background="",
        lines=lines,
        seen=amendment.version,
        reason="Endret beløp",
        by=okonomi,
    )
    assert saved.version == amendment.version + 1
    assert list(saved.draft_lines.order_by("place").values_list("place", "amount")) == [
        (2, Decimal(41)),
        (3, Decimal(-41)),
    ]
    changes = history.changes_of(second)
    assert [(change.label, change.before, change.after, change.who, change.reason) for change in changes][:1] == [
        ("linje 2: Beløp", "40,5", "41", "okonomi", "Endret beløp")
    ]
    assert not AmendmentLine.objects.filter(pk=first.pk).exists()


def test_recommended_may_be_changed_and_adopted(okonomi: User) -> None:
    amendment = decided(draft(okonomi), recommend_amendment, by=okonomi)
    assert amendment.status == Status.RECOMMENDED
    with pytest.raises(ActionRefused, match="allerede innstilt"):
        decided(amendment, recommend_amendment, by=okonomi)
    with pytest.raises(ActionRefused, match="kan ikke slettes"):
        delete_draft(amendment=amendment, seen=amendment.version, reason="Nei", by=okonomi)
    done = decided(amendment, by=okonomi)
    assert [step.status for step in done.steps.order_by("id")] == [Status.RECOMMENDED, Status.ADOPTED]


def test_rejected_is_kept_and_never_changes(okonomi: User) -> None:
    amendment = decided(draft(okonomi), reject_amendment, by=okonomi)
    before = ledger_world.figures()
    for attempt in (
        lambda: decided(amendment, by=okonomi),
        lambda: delete_draft(amendment=amendment, seen=amendment.version, reason="Nei", by=okonomi),
        lambda: save_draft(
            amendment=amendment, text="x", background="", lines=EVEN, seen=amendment.version, reason="x", by=okonomi
        ),
    ):
        with pytest.raises(ActionRefused, match="er avvist og kan ikke endres"):
            attempt()
    for change in (
        lambda: Amendment.objects.filter(pk=amendment.pk).update(text="Annet"),
        lambda: Amendment.objects.filter(pk=amendment.pk).update(status=Status.PROPOSED),
        lambda: amendment.draft_lines.update(amount=1),
        lambda: amendment.draft_lines.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert ledger_world.figures() == before


def test_adopted_never_changes_through_the_models(okonomi: User) -> None:
    amendment = decided(draft(okonomi), by=okonomi)
    before = ledger_world.figures()
    for change in (
        lambda: Amendment.objects.filter(pk=amendment.pk).update(text="Annet"),
        lambda: Amendment.objects.filter(pk=amendment.pk).update(status=Status.REJECTED),
        lambda: Amendment.objects.filter(pk=amendment.pk).update(status=Status.WITHDRAWN),
        lambda: amendment.draft_lines.update(amount=1),
        lambda: amendment.draft_lines.all().delete(),
        lambda: LedgerLine.objects.filter(amendment=amendment).delete(),
        lambda: amendment.steps.update(comment="Annet"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(ActionRefused, match="er vedtatt og kan ikke endres"):
        decided(amendment, by=okonomi)
    assert ledger_world.figures() == before


def test_raw_sql_cannot_adopt_other_lines_than_the_drafted(okonomi: User) -> None:
    amendment = draft(okonomi)

    def force() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(DOUBLED, [amendment.pk])
            cursor.execute(
                "UPDATE budget_amendment SET status = 'vedtatt', body = 'x', case_number = 'x', decided_on = now()"
                " WHERE id = %s",
                [amendment.pk],
            )

    with pytest.raises(IntegrityError) as caught:
        force()
    assert caught.value.__cause__.diag.constraint_name == "adopted_amendment_is_what_was_drafted"  # type: ignore[union-attr]


def test_a_deleted_draft_leaves_its_history(okonomi: User) -> None:
    amendment = draft(okonomi)
    key = amendment.pk
    with pytest.raises(ChangedMeanwhile):
        delete_draft(amendment=amendment, seen=99, reason="Feil", by=okonomi)
    delete_draft(amendment=amendment, seen=amendment.version, reason="Laget ved en feil", by=okonomi)
    assert not Amendment.objects.filter(pk=key).exists()
    assert {change.reason for change in history.changes_of(Amendment(pk=key))} == {"Nytt utkast", "Laget ved en feil"}
    with pytest.raises(ChangedMeanwhile, match="slettet"):
        decided(Amendment(pk=key, year=2021), seen=1, by=okonomi)


def test_a_correction_takes_back_what_was_adopted(okonomi: User) -> None:
    adopted = Amendment.objects.get(number="2021-001")
    start = ledger_world.amounts().split("lines:")[0]
    correction = correct_amendment(amendment=adopted, by=okonomi)
    assert correction.text == "Retter 2021-001: Justering"
    assert sorted(correction.draft_lines.values_list("ansvar_id", "amount")) == [
        ("1000", Decimal("25.00")),
        ("3100", Decimal("-25.00")),
    ]
    assert ledger_world.amounts().split("lines:")[0] == start
    decided(correction, by=okonomi)
    assert set(StandingBalance.objects.values_list("amended", flat=True)) == {Decimal(0)}
    with pytest.raises(ActionRefused, match="Bare en vedtatt"):
        correct_amendment(amendment=draft(okonomi), by=okonomi)


def test_an_import_cannot_take_the_number_of_a_draft(okonomi: User) -> None:
    draft(okonomi)
    run = ledger_world.received(
        ledger_world.amendments_file([("2021-002", ledger_world.MOVE[1])]), "budsjettendringer", by=okonomi
    )
    engine.prepare(run)
    assert [finding["code"] for finding in run.findings] == ["amendment-drafted"]
