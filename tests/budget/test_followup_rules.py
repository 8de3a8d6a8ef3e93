"""Raw SQL against the rules of the reporting cycle: every one of them is broken here, refuses, and changes nothing."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from budget.models import (
    Amendment,
    AmendmentLine,
    AmendmentStep,
    BudgetYear,
    Explanation,
    Forecast,
    Measure,
    PeriodEvent,
    PeriodException,
    Reminder,
    Round,
    RoundTask,
    SignedFile,
    SignedReport,
    TaskStep,
)
from roros.actions import act_as
from roros.models import ImportRun, Role, StoredFile, User
from tests.ledger_world import figures
from tests.people import person

pytestmark = pytest.mark.usefixtures("loaded")

DAY = datetime.date(2021, 6, 17)
CLOSED, OPEN = 1, 5  # months of 2021
LINE = (
    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount,"
    " import_run_id, amendment_id, sheet_row)"
    " VALUES ('{kind}', {year}, {period}, '1000', '1200', '{art}', '', {amount}, {run}, {amendment}, 1)"
)
SHOWN = (
    *("budget_amendment", "budget_amendmentline", "budget_amendmentstep", "budget_budgetyear"),
    *("budget_round", "budget_roundtask", "budget_taskstep", "budget_reminder", "budget_explanation"),
    *("budget_forecast", "budget_measure", "budget_periodevent", "budget_periodexception"),
    *("budget_signedreport", "budget_signedfile", "roros_importrun"),
)


def rows(*tables: str) -> str:
    """Everything in those tables, row by row."""
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM {table} t ORDER BY t::text COLLATE "C"')
            found += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(found)


def everything() -> str:
    """The figures and everything that the reporting cycle rests on."""
    return f"{figures()}\n{rows(*SHOWN)}"


def run_sql(*statements: str) -> int:
    """Run the statements with every deferred check at once; returns how many rows the last one touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for sql in statements:
            cursor.execute(sql)
        count: int = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return count


def refused(constraint: str, *statements: str) -> None:
    """Assert that the database refuses the statements for that reason, and that nothing whatever has changed."""
    before = everything()
    with pytest.raises(IntegrityError) as caught:
        run_sql(*statements)
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[attr-defined]
    assert everything() == before


def line(*, kind: str = "endring", period: int = OPEN, art: str = "101000", amount: int = 5, **keys: object) -> str:
    """The statement that writes one ledger line."""
    told = {"year": 2021, "run": "NULL", "amendment": "NULL", **keys}
    return LINE.format(kind=kind, period=period, art=art, amount=amount, **told)


def import_run(kind: str, state: str = "committing") -> int:
    """A run in the state in which alone lines may be written."""
    file = StoredFile.objects.order_by("sha256").first()
    assert file is not None
    return ImportRun.objects.create(kind=kind, file=file, file_name="x", state=state).pk


def committed(run: int) -> str:
    """The statement that commits a run."""
    return f"UPDATE roros_importrun SET state = 'committed', committed_at = now() WHERE id = {run}"


def entry_at_last(run: int) -> str:
    """The statement that calls a run an entry and commits it."""
    return f"UPDATE roros_importrun SET kind = 'foring', state = 'committed', committed_at = now() WHERE id = {run}"


def undone(run: int) -> str:
    """The statement that says that a run is undone."""
    return f"UPDATE roros_importrun SET state = 'undone', undone_at = now() WHERE id = {run}"


def draft(number: str, *amounts: int, period: int = OPEN) -> Amendment:
    """A draft with a line per amount, on two accounts in turn."""
    made = Amendment.objects.create(
        number=number, year=2021, case_number="1/21", body="Kommunestyret", decided_on=DAY, text="Prøve"
    )
    for place, amount in enumerate(amounts, 1):
        AmendmentLine.objects.create(
            amendment=made,
            place=place,
            ansvar_id="1000",
            tjeneste_id="1200",
            art_id=("101000", "111500")[place % 2],
            period=period,
            amount=amount,
        )
    return made


COPY = (
    "INSERT INTO budget_ledgerline (kind, year, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount,"
    " amendment_id) SELECT 'endring', 2021, period, ansvar_id, tjeneste_id, art_id, prosjekt_id, amount, amendment_id"
    " FROM budget_amendmentline WHERE amendment_id = {0}"
)
ADOPT = "UPDATE budget_amendment SET status = 'vedtatt' WHERE id = {0}"


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


@dataclass
class Cycle:
    """An open round and a signed one, each with a task, a step, an explanation and a forecast."""

    open: Round
    signed: Round

    def of(self, which: str) -> Round:
        """The open round or the signed one."""
        return self.signed if which == "signed" else self.open


def new_round(kind: str, period: int) -> Round:
    """An open round with everything that belongs to it."""
    made = Round.objects.create(
        year=2021,
        kind=kind,
        period=period,
        limit_amount=500_000,
        limit_percent=3,
        leader_deadline=DAY,
        chief_deadline=DAY,
        economy_deadline=DAY,
        director_deadline=DAY,
    )
    task = RoundTask.objects.create(round=made, virksomhet_id="310", rammeomrade_id=3, state="kvalitetssikret")
    TaskStep.objects.create(task=task, state="kvalitetssikret")
    Explanation.objects.create(round=made, level="virksomhet", code="310", kind="reelt", cause="Vikarer")
    Forecast.objects.create(round=made, virksomhet_id="310", method="sesong", proposed=5, amount=5)
    Measure.objects.create(
        year=2021, virksomhet_id="310", round=made, title="Sparing", owner="Leder", expected_effect=5
    )
    return made


def file_of(report: SignedReport, content: bytes = b"rapport") -> SignedFile:
    """A file of a report."""
    sha256 = hashlib.sha256(content).hexdigest()
    return SignedFile.objects.create(
        report=report, name="rapport.html", title="Rapport", media_type="text/html", content=content, sha256=sha256
    )


@pytest.fixture
def cycle(kari: User) -> Cycle:
    """Second tertial is open; first tertial is signed."""
    signed, opened = new_round("tertial-1", 4), new_round("tertial-2", 8)
    file_of(SignedReport.objects.create(round=signed, signed_by=kari, signed_name="Kari"))
    run_sql(SIGN.format(signed.pk))
    signed.refresh_from_db()
    return Cycle(opened, signed)


SIGN = "UPDATE budget_round SET state = 'signert', signed_at = now() WHERE id = {0}"
PUBLISH = "UPDATE budget_round SET state = 'publisert', signed_at = now(), published_at = now() WHERE id = {0}"
PARTS = {
    "task": (
        "budget_roundtask",
        "INSERT INTO budget_roundtask (round_id, virksomhet_id, rammeomrade_id, state)"
        " VALUES ({0}, '320', 3, 'kvalitetssikret')",
    ),
    "explanation": (
        "budget_explanation",
        "INSERT INTO budget_explanation (round_id, level, code, kind, cause)"
        " VALUES ({0}, 'ansvar', '3100', 'reelt', 'x')",
    ),
    "forecast": (
        "budget_forecast",
        "INSERT INTO budget_forecast (round_id, virksomhet_id, method, proposed, amount, reason)"
        " VALUES ({0}, '310', 'sesong', 1, 1, '')",
    ),
    "step": (
        "budget_taskstep",
        "INSERT INTO budget_taskstep (task_id, state, comment)"
        " SELECT id, 'returnert', 'x' FROM budget_roundtask WHERE round_id = {0}",
    ),
    "report": (
        "budget_signedreport",
        "INSERT INTO budget_signedreport (round_id, signed_by_id, signed_name)"
        " SELECT {0}, min(id), 'Per' FROM roros_user",
    ),
    "file": (
        "budget_signedfile",
        "INSERT INTO budget_signedfile (report_id, name, title, media_type, content, sha256)"
        " SELECT id, 'ny.html', 'Ny', 'text/html', 'ny', encode(sha256('ny'), 'hex')"
        " FROM budget_signedreport WHERE round_id = {0}",
    ),
}


class TestSignedRounds:
    """What was signed is what was signed."""

    @pytest.mark.parametrize("part", PARTS)
    def test_signed_round_gets_nothing_more(self, cycle: Cycle, part: str) -> None:
        sql = PARTS[part][1]
        refused("signed_round_is_immutable", sql.format(cycle.signed.pk))
        if part not in ("report", "file"):  # those are its signature
            assert run_sql(sql.format(cycle.open.pk)) == 1

    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE budget_roundtask SET state = 'returnert' WHERE round_id = {0}",
            "UPDATE budget_roundtask SET rammeomrade_id = 1 WHERE round_id = {0}",
            "UPDATE budget_roundtask SET round_id = {1}, virksomhet_id = '320' WHERE round_id = {0}",
            "UPDATE budget_roundtask SET round_id = {0}, virksomhet_id = '320' WHERE round_id = {1}",
            "UPDATE budget_explanation SET cause = 'Noe annet' WHERE round_id = {0}",
            "UPDATE budget_explanation SET actual = 1 WHERE round_id = {0}",
            "UPDATE budget_explanation SET round_id = {1}, code = '320' WHERE round_id = {0}",
            "UPDATE budget_explanation SET round_id = {0}, code = '320' WHERE round_id = {1}",
            "DELETE FROM budget_explanation WHERE round_id = {0}",
        ],
    )
    def test_what_belongs_to_a_signed_round_never_changes(self, cycle: Cycle, change: str) -> None:
        refused("signed_round_is_immutable", change.format(cycle.signed.pk, cycle.open.pk))

    def test_task_of_a_signed_round_is_never_deleted(self, cycle: Cycle) -> None:
        run_sql(
            "INSERT INTO budget_roundtask (round_id, virksomhet_id, rammeomrade_id, state)"
            f" VALUES ({cycle.open.pk}, '320', 3, 'kladd')"
        )
        bare = new_round("maned", 2)
        TaskStep.objects.filter(task__round=bare)  # has steps; a task without any is the other round's
        refused("signed_round_is_immutable", f"DELETE FROM budget_roundtask WHERE round_id = {cycle.signed.pk}")
        assert run_sql("DELETE FROM budget_roundtask WHERE virksomhet_id = '320'") == 1

    @pytest.mark.parametrize(
        "change",
        [
            "state = 'apen', signed_at = NULL",
            "limit_amount = 0",
            "limit_percent = 0",
            "leader_deadline = '2021-01-01'",
            "opened_by_id = (SELECT min(id) FROM roros_user)",
            "signed_at = now() + interval '1 day'",
            "signed_by_id = (SELECT min(id) FROM roros_user)",
            "state = 'publisert', published_at = now(), limit_amount = 0",
        ],
    )
    @pytest.mark.parametrize("published", [False, True])
    def test_signed_round_never_changes(self, cycle: Cycle, change: str, published: bool) -> None:
        if published:
            run_sql(f"UPDATE budget_round SET state = 'publisert', published_at = now() WHERE id = {cycle.signed.pk}")
        refused("signed_round_is_immutable", f"UPDATE budget_round SET {change} WHERE id = {cycle.signed.pk}")

    def test_published_round_is_not_called_back(self, cycle: Cycle) -> None:
        run_sql(f"UPDATE budget_round SET state = 'publisert', published_at = now() WHERE id = {cycle.signed.pk}")
        refused(
            "signed_round_is_immutable",
            f"UPDATE budget_round SET state = 'signert', published_at = NULL WHERE id = {cycle.signed.pk}",
        )

    @pytest.mark.parametrize("change", ["year = 2020", "period = 3, kind = 'maned'", "id = id + 1000"])
    @pytest.mark.parametrize("which", ["open", "signed"])
    def test_round_keeps_its_period(self, cycle: Cycle, change: str, which: str) -> None:
        refused("round_keeps_its_period", f"UPDATE budget_round SET {change} WHERE id = {cycle.of(which).pk}")

    def test_signed_round_is_never_deleted(self, cycle: Cycle) -> None:
        refused("signed_round_is_immutable", f"DELETE FROM budget_round WHERE id = {cycle.signed.pk}")

    def test_round_is_not_signed_without_its_report(self, cycle: Cycle, kari: User) -> None:
        refused("signed_round_has_report", SIGN.format(cycle.open.pk))
        SignedReport.objects.create(round=cycle.open, signed_by=kari, signed_name="Kari")
        refused("signed_round_has_report", SIGN.format(cycle.open.pk))  # a report without files holds nothing

    @pytest.mark.parametrize("state", ["kladd", "levert", "returnert", "godkjent"])
    def test_round_is_not_signed_before_every_task_is_assured(self, cycle: Cycle, kari: User, state: str) -> None:
        file_of(SignedReport.objects.create(round=cycle.open, signed_by=kari, signed_name="Kari"))
        run_sql(f"UPDATE budget_roundtask SET state = '{state}' WHERE round_id = {cycle.open.pk}")
        refused("signed_round_is_assured", SIGN.format(cycle.open.pk))
        run_sql(f"UPDATE budget_roundtask SET state = 'kvalitetssikret' WHERE round_id = {cycle.open.pk}")
        assert run_sql(SIGN.format(cycle.open.pk)) == 1

    def test_round_is_signed_before_it_is_published(self, cycle: Cycle) -> None:
        refused("round_is_signed_first", PUBLISH.format(cycle.open.pk))

    @pytest.mark.parametrize("state", ["signert", "publisert"])
    def test_round_is_not_born_signed(self, state: str) -> None:
        published = "now()" if state == "publisert" else "NULL"
        refused(
            "round_starts_open",
            "INSERT INTO budget_round (year, kind, period, state, limit_amount, limit_percent, leader_deadline,"
            " chief_deadline, economy_deadline, director_deadline, signed_at, published_at) VALUES"
            f" (2021, 'maned', 3, '{state}', 0, 0, now(), now(), now(), now(), now(), {published})",
        )

    def test_file_holds_what_its_checksum_says(self, cycle: Cycle, kari: User) -> None:
        report = SignedReport.objects.create(round=cycle.open, signed_by=kari, signed_name="Kari")
        refused(
            "signed_file_sha256_is_right",
            "INSERT INTO budget_signedfile (report_id, name, title, media_type, content, sha256)"
            f" VALUES ({report.pk}, 'x', 'x', 'text/html', 'x', encode(sha256('y'), 'hex'))",
        )

    def test_signed_round_is_published_and_nothing_else(self, cycle: Cycle) -> None:
        assert run_sql(f"UPDATE budget_round SET state = state WHERE id = {cycle.signed.pk}") == 1
        assert (
            run_sql(f"UPDATE budget_round SET state = 'publisert', published_at = now() WHERE id = {cycle.signed.pk}")
            == 1
        )


LOGS = {
    "budget_amendmentstep": "comment = 'Noe annet'",
    "budget_taskstep": "comment = 'Noe annet'",
    "budget_reminder": "subject = 'Noe annet'",
    "budget_forecast": "amount = 1, reason = 'x'",
    "budget_periodevent": "closed = NOT closed, reason = 'x'",
    "budget_signedreport": "signed_name = 'Per'",
    "budget_signedfile": "content = 'noe annet'",
}
KEPT = ("budget_periodexception", "budget_measure", "budget_periodexceptionevent", "budget_measureevent")
EMPTIED = {
    **{table: f"{table}_is_append_only" for table in LOGS if table != "budget_signedreport"},  # its files refer to it
    **dict.fromkeys(("budget_explanation", "budget_amendmentline"), "signed_round_is_immutable"),
    "budget_activeslice": "ledger_rests_on_table",
    "budget_budgetyear": "ledger_rests_on_table",
    "budget_ledgerline": "ledger_is_append_only",
    **dict.fromkeys(KEPT, "history_is_kept"),
}


class TestLogs:
    """A log is only added to, and nothing that was decided or signed is emptied."""

    @pytest.fixture(autouse=True)
    def filled(self, cycle: Cycle, kari: User) -> None:
        """A row in every log."""
        made = draft("2021-900", 5, -5)
        AmendmentStep.objects.create(amendment=made, status="forslag")
        Reminder.objects.create(round=cycle.open, user=kari, subject="Frist i dag")
        PeriodEvent.objects.create(year=2021, period=CLOSED, closed=True, by=kari)
        PeriodException.objects.create(year=2021, period=CLOSED, user=kari, until=DAY, reason="Sent")

    @pytest.mark.parametrize("table", LOGS)
    def test_row_of_a_log_never_changes(self, table: str) -> None:
        refused(f"{table}_is_append_only", f"UPDATE {table} SET {LOGS[table]}")

    @pytest.mark.parametrize("table", LOGS)
    def test_row_of_a_log_is_never_deleted(self, table: str) -> None:
        refused(f"{table}_is_append_only", f"DELETE FROM {table}")

    @pytest.mark.parametrize("table", EMPTIED)
    def test_table_is_never_emptied(self, table: str) -> None:
        refused(EMPTIED[table], f"TRUNCATE {table}")

    @pytest.mark.parametrize(
        "table",
        [
            *("budget_round", "budget_roundtask", "budget_signedreport"),
            *("budget_amendment", "roros_importrun", "roros_virksomhet"),
        ],
    )
    def test_nor_with_everything_that_points_to_it(self, table: str) -> None:
        before = everything()
        with pytest.raises(IntegrityError):
            run_sql(f"TRUNCATE {table} CASCADE")
        assert everything() == before

    def test_history_of_an_exception_is_kept(self) -> None:
        before = rows("budget_periodexceptionevent")
        for sql in ("DELETE FROM budget_periodexceptionevent", "UPDATE budget_periodexceptionevent SET reason = 'x'"):
            with pytest.raises(Exception, match=r"(?i)cannot (delete|update)"), transaction.atomic():
                run_sql(sql)
        assert rows("budget_periodexceptionevent") == before != ""
