"""Amendments from a file: stored whole, adopted, never changed; undone with the import that brought them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from budget.audit import figure_errors
from budget.models import Amendment, Balance
from roros.models import ImportRun
from roros.workbooks import engine
from roros.workbooks.results import findings_of
from tests.ledger_world import MOVE, Line, amendments_file, figures, imported, ledger_file, received

pytestmark = pytest.mark.usefixtures("world")
State = ImportRun.State
KIND = "budsjettendringer"
SECOND: tuple[str, list[Line]] = (
    "2021-002",
    [("1000", "1200", "118000", "", 9, "-7.50"), ("3200", "2530", "101000", "", 10, "7.50")],
)


def prepared(*moves: tuple[str, list[Line]], text: str = "Justering") -> ImportRun:
    return engine.prepare(received(amendments_file(moves, text=text), KIND))


def codes(run: ImportRun) -> list[str]:
    return [finding.code for finding in findings_of(run)]


def test_amendments_are_adopted_and_move_the_revised_budget() -> None:
    imported(ledger_file(), "budsjett")
    run = imported(amendments_file([MOVE, SECOND]), KIND)
    assert (run.new, run.rows) == (4, 4)
    assert list(Amendment.objects.adopted().order_by("number").values_list("number", "case_number", "body")) == [
        ("2021-001", "51/21", "Kommunestyret"),
        ("2021-002", "51/21", "Kommunestyret"),
    ]
    june = Balance.objects.get(year=2021, period=6, ansvar="1000", art="101000")
    assert (june.original, june.amended) == (Decimal("210.50"), Decimal("-25.00"))
    assert Balance.objects.get(year=2021, period=13, ansvar="3200").amended == Decimal("7.50")
    assert figure_errors() == []


def test_preview_shows_the_revised_budget_before_and_after() -> None:
    imported(ledger_file(), "budsjett")
    run = prepared(MOVE)
    assert run.state == State.READY
    assert [(group["label"], group["before"], group["after"], group["new"]) for group in run.preview["groups"]] == [
        ("1 Stab", "210.50", "185.50", 1),
        ("3 Helse og omsorg", "940.25", "965.25", 1),
    ]
    assert run.preview["changes"] == [{"key": "2021-001", "before": "", "after": "25.00"}]


def test_only_new_numbers_are_brought_by_a_longer_file() -> None:
    first = imported(amendments_file([MOVE]), KIND)
    run = imported(amendments_file([MOVE, SECOND]), KIND)
    assert run.new == 2
    assert Amendment.objects.get(number="2021-001").import_run_id == first.pk
    assert figure_errors() == []


def test_the_same_file_twice_changes_nothing() -> None:
    imported(amendments_file([MOVE]), KIND)
    assert prepared(MOVE).state == State.UNCHANGED


@pytest.mark.parametrize(
    ("moves", "text"),
    [
        ((("2021-001", [*MOVE[1], ("1000", "1200", "101000", "", 7, "0.00")]),), "Justering"),
        (
            (("2021-001", [("1000", "1200", "101000", "", 6, "-26.00"), ("3100", "2530", "111500", "", 6, "26.00")]),),
            "Justering",
        ),
        ((MOVE,), "En annen tekst"),
    ],
)
def test_an_adopted_amendment_is_not_changed_by_a_file(moves: tuple[tuple[str, list[Line]], ...], text: str) -> None:
    imported(amendments_file([MOVE]), KIND)
    run = prepared(*moves, text=text)
    assert (run.state, codes(run)) == (State.REFUSED, ["amendment-adopted"])


def test_unbalanced_amendment_is_refused() -> None:
    run = prepared(
        ("2021-001", [("1000", "1200", "101000", "", 6, "-25.00"), ("3100", "2530", "111500", "", 6, "24.99")])
    )
    assert run.state == State.REFUSED
    (finding,) = findings_of(run)
    assert (finding.code, finding.value, finding.params["total"]) == ("amendment-unbalanced", "2021-001", "-0.01")


def test_undo_withdraws_and_restores() -> None:
    imported(ledger_file(), "budsjett")
    before = figures()
    run = imported(amendments_file([MOVE]), KIND)
    engine.undo(run, by=None)
    assert figures() == before
    assert list(Amendment.objects.values_list("status", flat=True)) == ["angret"]
    assert figure_errors() == []
    imported(amendments_file([MOVE]), KIND)
    assert Amendment.objects.adopted().count() == 1


def test_undoing_the_first_of_two_leaves_the_second() -> None:
    first = imported(amendments_file([MOVE]), KIND)
    imported(amendments_file([SECOND]), KIND)
    engine.undo(first, by=None)
    assert list(Amendment.objects.adopted().values_list("number", flat=True)) == ["2021-002"]
    assert figure_errors() == []
