"""Where ledger files go: which months they take over, what they are compared with, and what adoption forbids."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from budget.actions.chart import adopt_original_budget
from budget.audit import figure_errors
from budget.models import ActiveSlice, Balance
from roros.actions import ActionRefused
from roros.models import ImportRun
from roros.workbooks import engine
from roros.workbooks.kinds import CannotUndo
from roros.workbooks.results import findings_of
from tests.ledger_world import LINES, Line, figures, imported, ledger_file, received

pytestmark = pytest.mark.usefixtures("world")
State = ImportRun.State

ONE: Line = ("1000", "1200", "101000", "", 1, "10.00")


def month(line: Line, number: int, amount: str = "") -> Line:
    return (*line[:4], number, amount or line[5])


def test_a_file_takes_over_every_month_from_its_first_through_its_last() -> None:
    first = imported(ledger_file([month(ONE, 1), month(ONE, 2), month(ONE, 3), month(ONE, 4)]))
    run = imported(ledger_file([month(ONE, 2, "5.00"), month(ONE, 4, "5.00")]))
    supplied = dict(ActiveSlice.objects.values_list("period", "import_run_id"))
    assert supplied == {1: first.pk, 2: run.pk, 3: run.pk, 4: run.pk}
    assert (run.changed, run.removed) == (2, 1)
    assert Balance.objects.get(period=13).actual == Decimal("20.00")
    assert figure_errors() == []


def test_accounts_and_budget_do_not_touch_each_other() -> None:
    imported(ledger_file())
    imported(ledger_file(), "budsjett")
    both = Balance.objects.get(period=13, ansvar="1000")
    assert (both.actual, both.original, both.lines) == (Decimal("210.50"), Decimal("210.50"), 4)
    assert ActiveSlice.objects.count() == 6


def test_identical_lines_are_kept_and_told() -> None:
    run = engine.prepare(received(ledger_file([ONE, ONE])))
    (finding,) = findings_of(run)
    assert (finding.code, finding.severity, finding.row, finding.params) == (
        "identical-line",
        "warning",
        6,
        {"first_row": "5"},
    )
    engine.commit(run, by=None)
    assert Balance.objects.get(period=1).actual == Decimal("20.00")
    assert Balance.objects.get(period=1).lines == 2


def test_one_line_of_two_alike_taken_out_is_a_change() -> None:
    imported(ledger_file([ONE, ONE, month(ONE, 1, "-10.00")]))
    run = imported(ledger_file([ONE]))
    assert (run.changed, run.new, run.removed) == (1, 0, 0)
    assert Balance.objects.get(period=1).lines == 1
    assert figure_errors() == []


def test_a_key_moved_to_a_later_month_leaves_nothing_behind() -> None:
    imported(ledger_file([ONE, month(ONE, 6, "1.00")]))
    imported(ledger_file([month(ONE, 1, "1.00"), month(ONE, 3), month(ONE, 6, "1.00")]))
    assert [balance.actual for balance in Balance.objects.order_by("period")][:6] == [
        *[Decimal("1.00")] * 2,
        *[Decimal("11.00")] * 3,
        Decimal("12.00"),
    ]
    assert figure_errors() == []


def test_lines_that_sum_to_nothing_keep_their_key() -> None:
    imported(ledger_file([ONE, month(ONE, 1, "-10.00")]))
    assert Balance.objects.get(period=13).actual == 0
    assert Balance.objects.get(period=13).lines == 2


def test_unplaced_codes_stand_beside_the_areas_and_the_sum_is_the_files() -> None:
    run = engine.prepare(received(ledger_file([*LINES, ("7777", "1200", "101000", "", 1, "5.00")])))
    groups = run.preview["groups"]
    assert [(group["label"], group["code"]) for group in groups][-1] == ("", "7777")
    assert sum(Decimal(group["after"]) for group in groups) == Decimal("-945.00")
    assert run.sheets[0]["control_total"] == "-945.00"


def adopt() -> None:
    adopt_original_budget(year=2021, adopted_on=date(2020, 12, 17), case_number="20/854", body="Kommunestyret", by=None)


def test_an_adopted_budget_admits_no_other_file_and_no_undo() -> None:
    run = imported(ledger_file(), "budsjett")
    adopt()
    before = figures()
    other = engine.prepare(received(ledger_file([ONE]), "budsjett"))
    (finding,) = findings_of(other)
    assert (finding.code, finding.params) == ("budget-adopted", {"year": "2021", "case": "20/854"})
    with pytest.raises(CannotUndo, match="er vedtatt og kan ikke endres"):
        engine.undo(run, by=None)
    assert figures() == before


def test_an_adopted_budget_read_in_again_changes_nothing() -> None:
    imported(ledger_file(), "budsjett")
    adopt()
    assert engine.prepare(received(ledger_file(), "budsjett")).state == State.UNCHANGED


def test_a_budget_is_adopted_once_and_only_when_there_is_one() -> None:
    with pytest.raises(ActionRefused, match="ikke lest inn noe opprinnelig budsjett"):
        adopt()
    imported(ledger_file(), "budsjett")
    adopt()
    with pytest.raises(ActionRefused, match="allerede vedtatt"):
        adopt()
