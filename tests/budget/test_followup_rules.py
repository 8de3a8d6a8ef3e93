"""Raw SQL against amendments, the original budget, closed periods and entries: each rule is broken, and refuses."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError

from budget.models import Amendment, BudgetYear, PeriodEvent, PeriodException
from roros.actions import act_as
from roros.models import ImportRun, Role, User
from tests.budget.followup_sql import (
    ADOPT,
    CLOSED,
    COPY,
    DAY,
    OPEN,
    committed,
    draft,
    entry_at_last,
    everything,
    import_run,
    line,
    refused,
    run_sql,
    undone,
)
from tests.people import person

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def kari(loaded: None) -> User:
    """Somebody from økonomi."""
    return person(Role.OKONOMI)


class TestAmendments:
    """What was decided stays as it was decided, and nets to zero."""

    @pytest.mark.parametrize("amounts", [(), (5,), (5, -4), (-1, -1)])
    def test_unbalanced_draft_is_not_adopted(self, amounts: tuple[int, ...]) -> None:
        made = draft("2021-900", *amounts)
        refused("adopted_amendment_nets_to_zero", COPY.format(made.pk), ADOPT.format(made.pk))

    @pytest.mark.parametrize(
        "lines",
        [
            [{"amount": 6, "art": "111500"}, {"amount": -6}],
            [{"amount": 5, "art": "118000"}, {"amount": -5}],
            [{"amount": 5, "art": "111500", "period": 6}, {"amount": -5, "period": 6}],
            [{"amount": 5, "art": "111500"}, {"amount": -5}, {"amount": 1, "art": "118000"}, {"amount": -1}],
            [{"amount": 0, "art": "111500"}],
            [{"amount": 5}, {"amount": -5, "art": "111500"}],
        ],
    )
    def test_nothing_but_what_was_drafted_is_adopted(self, lines: list[dict[str, object]]) -> None:
        made = draft("2021-900", 5, -5)
        written = [line(amendment=made.pk, **keys) for keys in lines]  # type: ignore[arg-type]
        refused("adopted_amendment_is_what_was_drafted", *written, ADOPT.format(made.pk))

    def test_draft_without_its_lines_in_the_ledger_is_not_adopted(self) -> None:
        refused("adopted_amendment_is_what_was_drafted", ADOPT.format(draft("2021-900", 5, -5).pk))

    def test_balanced_draft_is_adopted_as_it_was_drafted(self) -> None:
        made = draft("2021-900", 5, -3, -2)
        assert run_sql(COPY.format(made.pk), ADOPT.format(made.pk)) == 1

    def test_amendment_of_one_year_takes_no_line_of_another(self) -> None:
        made = draft("2021-900", 5, -5)
        refused("ledger_amendment_is_open", line(amendment=made.pk, year=2022))

    @pytest.fixture(params=["vedtatt", "avvist"])
    def decided(self, request: pytest.FixtureRequest) -> Amendment:
        """An amendment that was adopted or rejected, with its draft lines."""
        made = draft("2021-900", 5, -5)
        if request.param == "vedtatt":
            run_sql(COPY.format(made.pk), ADOPT.format(made.pk))
        else:
            run_sql(f"UPDATE budget_amendment SET status = 'avvist' WHERE id = {made.pk}")
        made.refresh_from_db()
        return made

    @pytest.mark.parametrize(
        "change",
        [
            *(
                f"SET {field} = '{value}'"
                for field, value in (
                    *(("number", "2021-901"), ("text", "Noe annet"), ("background", "Noe annet")),
                    *(("case_number", "2/21"), ("body", "Formannskapet"), ("decided_on", "2021-01-01")),
                    *(("status", "forslag"), ("status", "innstilt"), ("status", "angret")),
                )
            ),
            "SET year = 2022",
            "SET import_run_id = (SELECT min(id) FROM roros_importrun)",
            "SET created_by_id = NULL, created_at = now() + interval '1 day'",
        ],
    )
    def test_decided_amendment_never_changes(self, decided: Amendment, change: str) -> None:
        refused(self.rule(decided), f"UPDATE budget_amendment {change} WHERE id = {decided.pk}")

    def test_adopted_is_not_rejected_nor_rejected_adopted(self, decided: Amendment) -> None:
        other = "avvist" if decided.status == "vedtatt" else "vedtatt"
        refused(self.rule(decided), f"UPDATE budget_amendment SET status = '{other}' WHERE id = {decided.pk}")

    def test_decided_amendment_is_never_deleted(self, decided: Amendment) -> None:
        refused(self.rule(decided), f"DELETE FROM budget_amendment WHERE id = {decided.pk}")

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE budget_amendmentline SET amount = amount + 1 WHERE amendment_id = {0}",
            "UPDATE budget_amendmentline SET note = 'Noe annet' WHERE amendment_id = {0}",
            "UPDATE budget_amendmentline SET period = 6 WHERE amendment_id = {0}",
            "UPDATE budget_amendmentline SET amendment_id = {1} WHERE amendment_id = {0} AND place = 1",
            "UPDATE budget_amendmentline SET amendment_id = {0}, place = 9 WHERE amendment_id = {1} AND place = 1",
            "DELETE FROM budget_amendmentline WHERE amendment_id = {0}",
            "INSERT INTO budget_amendmentline"
            " (amendment_id, place, ansvar_id, tjeneste_id, art_id, prosjekt_id, period, amount)"
            " VALUES ({0}, 9, '1000', '1200', '101000', '', 5, 1)",
        ],
    )
    def test_lines_of_a_decided_amendment_never_change(self, decided: Amendment, change: str) -> None:
        other = draft("2021-902", 7, -7)
        refused("decided_amendment_is_immutable", change.format(decided.pk, other.pk))

    def test_adopted_amendment_gets_no_further_ledger_lines(self, decided: Amendment) -> None:
        refused("ledger_amendment_is_open", line(amendment=decided.pk))

    def test_imported_amendment_is_withdrawn_only_with_its_import(self) -> None:
        refused("adopted_amendment_is_immutable", "UPDATE budget_amendment SET status = 'angret'")

    def test_open_draft_changes_freely(self) -> None:
        made = draft("2021-900", 5, -5)
        lines = f"WHERE amendment_id = {made.pk}"
        assert run_sql(f"UPDATE budget_amendmentline SET amount = amount * 2 {lines}") == 2
        assert run_sql(f"DELETE FROM budget_amendmentline {lines}") == 2
        assert run_sql(f"DELETE FROM budget_amendment WHERE id = {made.pk}") == 1

    @staticmethod
    def rule(decided: Amendment) -> str:
        """The rule that a change of it breaks."""
        return "adopted_amendment_is_immutable" if decided.status == "vedtatt" else "decided_amendment_is_immutable"


class TestOriginalBudget:
    """The budget of December is what it was."""

    @pytest.fixture(autouse=True)
    def adopted(self, loaded: None) -> None:
        """An entry in the budget of 2021, and then the council adopts it."""
        self.entry = import_run("foring")
        run_sql(line(kind="budsjett", run=self.entry), committed(self.entry))
        BudgetYear.objects.create(year=2021, adopted_on=DAY, case_number="1/20", body="Kommunestyret")

    def test_entry_does_not_change_it(self) -> None:
        run = import_run("foring")
        refused("original_budget_is_immutable", line(kind="budsjett", run=run), committed(run))

    def test_run_that_becomes_an_entry_on_the_way_does_not_change_it(self) -> None:
        run = import_run("budsjett")
        refused("original_budget_is_immutable", line(kind="budsjett", run=run), entry_at_last(run))

    def test_entry_in_it_is_not_undone(self) -> None:
        refused("original_budget_is_immutable", undone(self.entry))

    @pytest.mark.parametrize(
        "change",
        [
            "DELETE FROM budget_activeslice WHERE kind = 'budsjett'",
            "UPDATE budget_activeslice SET period = 12 WHERE kind = 'budsjett' AND period = 1",
            "UPDATE budget_activeslice SET import_run_id = (SELECT min(id) FROM roros_importrun)"
            " WHERE kind = 'budsjett'",
            "DELETE FROM budget_budgetyear",
            "UPDATE budget_budgetyear SET year = 2022",
        ],
    )
    def test_neither_its_files_nor_its_adoption_change(self, change: str) -> None:
        refused("original_budget_is_immutable", change)

    def test_entry_in_the_accounts_is_another_matter(self) -> None:
        run = import_run("foring")
        assert run_sql(line(kind="regnskap", run=run), committed(run)) == 1


class TestClosedPeriods:
    """Nothing is written in a closed month, whichever way, unless the one who acts has an exception."""

    @pytest.fixture(autouse=True)
    def closed(self, kari: User) -> None:
        """An entry and an amendment in January, then January is closed."""
        self.kari = kari
        self.entry = import_run("foring")
        run_sql(line(kind="regnskap", period=CLOSED, run=self.entry), committed(self.entry))
        made = draft("2021-910", 5, -5, period=CLOSED)
        self.amending = import_run("budsjettendringer")
        run_sql(
            f"UPDATE budget_amendment SET import_run_id = {self.amending} WHERE id = {made.pk}",
            COPY.format(made.pk),
            committed(self.amending),
            ADOPT.format(made.pk),
        )
        PeriodEvent.objects.create(year=2021, period=CLOSED, closed=True, by=kari)

    def except_kari(self) -> None:
        """Let Kari in, and say that it is she who acts."""
        PeriodException.objects.create(
            year=2021, period=CLOSED, user=self.kari, until=datetime.date(2099, 1, 1), reason="Sent bilag"
        )
        act_as(self.kari)

    @pytest.mark.parametrize(
        "change",
        [
            "INSERT INTO budget_activeslice (kind, year, period, import_run_id)"
            " SELECT 'budsjett', 2020, 1, import_run_id FROM budget_activeslice WHERE kind = 'budsjett' LIMIT 1",
            "UPDATE budget_activeslice SET import_run_id = import_run_id WHERE period = 1",
            "UPDATE budget_activeslice SET period = 9 WHERE period = 1 AND kind = 'regnskap'",
            "UPDATE budget_activeslice SET period = 1, year = 2020 WHERE period = 2 AND kind = 'regnskap'",
            "DELETE FROM budget_activeslice WHERE period = 1",
        ],
    )
    def test_no_file_takes_over_or_leaves_a_closed_month(self, change: str) -> None:
        PeriodEvent.objects.create(year=2020, period=1, closed=True, by=self.kari)
        refused("period_is_closed", change)

    @pytest.mark.parametrize("kind", ["regnskap", "budsjett"])
    def test_nothing_is_entered_in_a_closed_month(self, kind: str) -> None:
        run = import_run("foring")
        refused("period_is_closed", line(kind=kind, period=CLOSED, run=run), committed(run))
        assert run_sql(line(kind=kind, period=OPEN, run=run), committed(run)) == 1

    def test_run_that_becomes_an_entry_on_the_way_writes_nothing_there(self) -> None:
        run = import_run("regnskap")
        refused("period_is_closed", line(kind="regnskap", period=CLOSED, run=run), entry_at_last(run))

    def test_month_that_is_closed_before_an_entry_is_committed_refuses_it(self) -> None:
        run = import_run("foring")
        run_sql(line(kind="regnskap", period=OPEN, run=run))
        PeriodEvent.objects.create(year=2021, period=OPEN, closed=True, by=self.kari)
        refused("period_is_closed", committed(run))

    def test_no_amendment_is_adopted_in_a_closed_month(self) -> None:
        made = draft("2021-911", 5, -5, period=CLOSED)
        refused("period_is_closed", COPY.format(made.pk), ADOPT.format(made.pk))

    def test_no_entry_in_a_closed_month_is_undone(self) -> None:
        refused("period_is_closed", undone(self.entry))

    def test_no_amendment_in_a_closed_month_is_withdrawn_with_its_import(self) -> None:
        refused("period_is_closed", undone(self.amending), "UPDATE budget_amendment SET status = 'angret'")

    @pytest.mark.parametrize("kind", ["regnskap", "budsjett"])
    def test_import_that_supplies_a_closed_month_is_not_undone_in_name_only(self, kind: str) -> None:
        run = ImportRun.objects.get(kind=kind).pk
        refused("undone_import_supplies_nothing", undone(run))
        refused("period_is_closed", f"DELETE FROM budget_activeslice WHERE import_run_id = {run}", undone(run))

    def test_exception_lets_one_person_in_and_nobody_else(self) -> None:
        run = import_run("foring")
        entered = (line(kind="regnskap", period=CLOSED, run=run), committed(run))
        self.except_kari()
        act_as(None)
        refused("period_is_closed", *entered)
        act_as(person(Role.OKONOMI, name="per"))
        refused("period_is_closed", *entered)
        act_as(self.kari)
        assert run_sql(*entered) == 1
        assert run_sql(undone(self.entry)) == 1
        assert run_sql("UPDATE budget_activeslice SET import_run_id = import_run_id WHERE period = 1") == 2

    def test_exception_that_ran_out_lets_nobody_in(self) -> None:
        self.except_kari()
        PeriodException.objects.update(until=datetime.date(2021, 1, 1))
        run = import_run("foring")
        refused("period_is_closed", line(kind="regnskap", period=CLOSED, run=run), committed(run))

    def test_month_that_was_opened_again_is_open(self) -> None:
        PeriodEvent.objects.create(year=2021, period=CLOSED, closed=False, reason="Bilag mangler", by=self.kari)
        assert run_sql(undone(self.entry)) == 1

    @pytest.mark.parametrize("reason", ["''", "NULL"])
    def test_opening_says_why(self, reason: str) -> None:
        before = everything()
        with pytest.raises(IntegrityError):
            run_sql(f"INSERT INTO budget_periodevent (year, period, closed, reason) VALUES (2021, 1, false, {reason})")
        assert everything() == before


class TestEntries:
    """The lines of an entry count once."""

    def test_entry_holds_no_lines_of_an_amendment(self) -> None:
        run, made = import_run("foring"), draft("2021-900", 5, -5)
        refused("entry_counts_once", line(run=run, amendment=made.pk), committed(run))

    def test_entry_supplies_no_month_as_a_file(self) -> None:
        run = import_run("foring")
        refused("entry_counts_once", f"UPDATE budget_activeslice SET import_run_id = {run} WHERE period = 2")

    def test_file_that_supplies_months_does_not_become_an_entry(self) -> None:
        run = import_run("regnskap")
        run_sql(
            f"INSERT INTO budget_activeslice (kind, year, period, import_run_id) VALUES ('regnskap', 2021, 9, {run})"
        )
        refused("entry_counts_once", entry_at_last(run))
