"""Closing periods, opening them again, exceptions: what the actions do and what imports meet."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from budget.actions.locks import close_periods, end_exception, grant_exception, reopen_period
from budget.audit import figure_errors
from budget.models import ActiveSlice, Balance, PeriodEvent, PeriodException
from budget.queries.locks import (
    LogKind,
    closed_periods,
    closed_to,
    exceptions,
    log,
    period_list,
    refuse_closed,
)
from roros.actions import ActionRefused
from roros.models import ImportRun, Role, User
from roros.workbooks import engine
from roros.workbooks.kinds import CannotUndo, ImportRefused, StalePreview
from roros.workbooks.messages import message
from roros.workbooks.results import findings_of
from tests.ledger_world import LINES, MOVE, Line, amendments_file, figures, imported, ledger_file, received
from tests.people import person

pytestmark = pytest.mark.usefixtures("world")
State = ImportRun.State
CHANGED: list[Line] = [(*LINES[0][:5], "175.00"), *LINES[1:]]  # January differs
MARCH_MORE: list[Line] = [*LINES, ("3200", "2530", "101000", "", 3, "12.00")]  # only March differs


@pytest.fixture
def kari() -> User:
    """This will return an accountant called Kari Nordmann."""
    user = person(Role.OKONOMI)
    user.first_name, user.last_name = "Kari", "Nordmann"
    user.save()
    return user


@pytest.fixture
def per() -> User:
    """This will return another accountant."""
    return person(Role.OKONOMI, name="per")


def close(*periods: int, by: User | None = None) -> None:
    close_periods(year=2021, periods=periods, by=by)


def told(run: ImportRun) -> list[str]:
    return [message(finding) for finding in findings_of(run)]


def codes(run: ImportRun) -> list[str]:
    return [finding.code for finding in findings_of(run)]


def today() -> str:
    return f"{timezone.localdate():%d.%m.%Y}"


class TestActions:
    """What may be closed, opened and excepted, and what is said when it may not."""

    def test_newest_event_says_what_holds(self, kari: User) -> None:
        assert closed_periods(2021) == frozenset()
        close(1, 2, 3, by=kari)
        assert closed_periods(2021) == {1, 2, 3}
        reopen_period(year=2021, period=2, reason="Bilag mangler", by=kari)
        assert closed_periods(2021) == {1, 3}
        close(2, by=kari)
        assert closed_periods(2021) == {1, 2, 3}
        assert closed_periods(2020) == frozenset()
        assert PeriodEvent.objects.count() == 5

    def test_closing_what_is_closed_is_refused_and_closes_nothing(self, kari: User, per: User) -> None:
        close(1, 2, by=kari)
        with pytest.raises(ActionRefused) as refused:
            close(2, 3, by=per)
        assert str(refused.value) == (
            f"Februar 2021 ble lukket av Kari Nordmann {today()}. Ingenting er endret nå. "
            "Se på listen og velg perioder som er åpne."
        )
        assert closed_periods(2021) == {1, 2}

    @pytest.mark.parametrize("periods", [[], [0], [14], [3, 14]])
    def test_only_periods_that_exist_are_closed(self, kari: User, periods: list[int]) -> None:
        with pytest.raises(ActionRefused, match="minst én periode"):
            close_periods(year=2021, periods=periods, by=kari)
        assert not PeriodEvent.objects.exists()

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_opening_needs_a_reason(self, kari: User, reason: str) -> None:
        close(1, by=kari)
        with pytest.raises(ActionRefused, match="hvorfor perioden åpnes"):
            reopen_period(year=2021, period=1, reason=reason, by=kari)
        assert closed_periods(2021) == {1}

    def test_opening_what_is_open_is_refused(self, kari: User, per: User) -> None:
        with pytest.raises(ActionRefused, match="Januar 2021 er åpen og har aldri vært lukket"):
            reopen_period(year=2021, period=1, reason="Feil", by=kari)
        close(1, by=kari)
        reopen_period(year=2021, period=1, reason="Bilag mangler", by=kari)
        with pytest.raises(ActionRefused, match=f"ble åpnet av Kari Nordmann {today()}: «Bilag mangler»"):
            reopen_period(year=2021, period=1, reason="Igjen", by=per)
        assert PeriodEvent.objects.count() == 2

    def test_exception_lets_one_person_in(self, kari: User, per: User) -> None:
        close(1, 2, by=kari)
        grant_exception(year=2021, period=1, user=per, until=timezone.localdate(), reason="Sent bilag", by=kari)
        assert [str(state) for state in closed_to([(2021, 1), (2021, 2), (2021, 3)], by=per)] == ["2021-02"]
        assert [str(state) for state in closed_to([(2021, 1), (2021, 2)], by=kari)] == ["2021-01", "2021-02"]
        assert [str(state) for state in closed_to([(2021, 1)], by=None)] == ["2021-01"]
        assert closed_periods(2021) == {1, 2}

    def test_exception_runs_out(self, kari: User, per: User) -> None:
        close(1, by=kari)
        given = grant_exception(year=2021, period=1, user=per, until=timezone.localdate(), reason="Sent bilag", by=kari)
        PeriodException.objects.filter(pk=given.pk).update(until=timezone.localdate() - datetime.timedelta(days=1))
        assert len(closed_to([(2021, 1)], by=per)) == 1
        assert exceptions(2021) == []

    def test_exception_can_be_ended_once(self, kari: User, per: User) -> None:
        close(1, by=kari)
        given = grant_exception(year=2021, period=1, user=per, until=timezone.localdate(), reason="Sent bilag", by=kari)
        with pytest.raises(ActionRefused, match="hvorfor unntaket avsluttes"):
            end_exception(exception=given, reason=" ", by=kari)
        end_exception(exception=given, reason="Ferdig", by=kari)
        assert len(closed_to([(2021, 1)], by=per)) == 1
        with pytest.raises(ActionRefused, match="avsluttet fra før"):
            end_exception(exception=given, reason="Ferdig", by=kari)

    def test_exception_that_would_not_help_is_refused(self, kari: User, per: User) -> None:
        politician = person(Role.POLITIKER, name="pol")
        ahead = timezone.localdate() + datetime.timedelta(days=3)
        with pytest.raises(ActionRefused, match="Januar 2021 er åpen"):
            grant_exception(year=2021, period=1, user=per, until=ahead, reason="x", by=kari)
        close(1, by=kari)
        with pytest.raises(ActionRefused, match="før i dag"):
            grant_exception(
                year=2021, period=1, user=per, until=ahead - datetime.timedelta(days=4), reason="x", by=kari
            )
        with pytest.raises(ActionRefused, match="hvorfor unntaket gis"):
            grant_exception(year=2021, period=1, user=per, until=ahead, reason="", by=kari)
        with pytest.raises(ActionRefused, match="kan ikke føre eller lese inn tall"):
            grant_exception(year=2021, period=1, user=politician, until=ahead, reason="x", by=kari)
        grant_exception(year=2021, period=1, user=per, until=ahead, reason="x", by=kari)
        with pytest.raises(ActionRefused, match="har allerede unntak for januar 2021"):
            grant_exception(year=2021, period=1, user=per, until=ahead, reason="x", by=kari)
        assert PeriodException.objects.count() == 1

    def test_opening_ends_the_exceptions(self, kari: User, per: User) -> None:
        close(1, 2, by=kari)
        for period in (1, 2):
            grant_exception(year=2021, period=period, user=per, until=timezone.localdate(), reason="Sent", by=kari)
        reopen_period(year=2021, period=1, reason="Alle må inn", by=kari)
        assert [one.period for one in exceptions(2021)] == [2]
        close(1, by=kari)
        assert len(closed_to([(2021, 1)], by=per)) == 1

    def test_log_tells_everything_newest_first(self, kari: User, per: User) -> None:
        close_periods(year=2021, periods=[1], reason="Avlagt", by=kari)
        given = grant_exception(
            year=2021, period=1, user=per, until=datetime.date(2099, 1, 31), reason="Sent bilag", by=kari
        )
        end_exception(exception=given, reason="Ferdig", by=per)
        # The clock of a transaction stands still: the events of this test are from its beginning.
        told = {
            (entry.kind, entry.period, entry.by, entry.reason, entry.person, str(entry.until)) for entry in log(2021)
        }
        assert told == {
            (LogKind.CLOSED, 1, "Kari Nordmann", "Avlagt", "", "None"),
            (LogKind.GRANTED, 1, "Kari Nordmann", "Sent bilag", "per", "2099-01-31"),
            (LogKind.ENDED, 1, "per", "Ferdig", "per", "2099-01-31"),
        }
        assert [entry.kind for entry in log(2021)][:2] == [LogKind.ENDED, LogKind.GRANTED]
        assert log(2020) == []

    def test_refusal_says_what_is_closed_by_whom_and_what_to_do(self, kari: User, per: User) -> None:
        close(1, 2, 3, 5, 13, by=kari)
        refuse_closed(year=2021, periods=[4, 6], by=per)
        with pytest.raises(ActionRefused) as refused:
            refuse_closed(year=2021, periods=range(1, 14), by=per)
        assert str(refused.value) == (
            f"Januar–mars, mai og årsavslutning 2021 ble lukket av Kari Nordmann {today()}. "
            "Be økonomi om å åpne perioden, eller om et unntak."
        )

    @pytest.mark.parametrize(
        ("periods", "text"),
        [
            ([8], "august"),
            ([1, 2, 3], "januar–mars"),
            ([12, 13], "desember og årsavslutning"),
            ([1, 3, 5, 6], "januar, mars og mai–juni"),
        ],
    )
    def test_periods_are_written_as_people_say_them(self, periods: list[int], text: str) -> None:
        assert period_list(periods) == text


class TestAccounts:
    """A file of accounts over closed months."""

    def test_file_that_changes_a_closed_month_is_refused_in_the_preview(self, kari: User, per: User) -> None:
        imported(ledger_file(), by=per)
        close(1, 2, by=kari)
        before = figures()
        run = engine.prepare(received(ledger_file(CHANGED), by=per))
        assert run.state == State.REFUSED
        assert codes(run) == ["period-closed", "closed-unchanged"]
        assert told(run) == [
            "Ark «Regnskap»: Filen endrer 1 beløp i en lukket periode. "
            f"Januar 2021 ble lukket av Kari Nordmann {today()}. "
            "Ta linjene ut av filen, eller be økonomi om å åpne perioden eller om et unntak.",
            f"Ark «Regnskap»: Februar 2021 ble lukket av Kari Nordmann {today()}. "
            "Filen sier det samme som står der, så ingenting endres i lukkede perioder.",
        ]
        with pytest.raises(ImportRefused):
            engine.commit(run, by=per)
        assert figures() == before

    def test_file_that_empties_a_closed_month_is_refused(self, kari: User) -> None:
        imported(ledger_file())
        close(2, by=kari)
        run = engine.prepare(received(ledger_file([line for line in LINES if line[4] != 2]), by=kari))
        assert run.state == State.REFUSED
        assert findings_of(run)[0].params["what"] == "Filen endrer 2 beløp i en lukket periode"

    def test_month_that_was_never_read_in_is_closed_too(self, kari: User) -> None:
        close(1, by=kari)
        run = engine.prepare(received(ledger_file(), by=kari))
        assert codes(run) == ["period-closed"]
        assert not ActiveSlice.objects.exists()

    def test_closed_months_that_agree_stay_with_the_file_that_brought_them(self, kari: User) -> None:
        first = imported(ledger_file(), by=kari)
        close(1, 2, by=kari)
        before = figures()
        run = engine.prepare(received(ledger_file(MARCH_MORE), by=kari))
        assert (run.state, codes(run)) == (State.READY, ["closed-unchanged"])
        assert run.preview["periods"] == ["2021-03"]
        engine.commit(run, by=kari)
        assert dict(ActiveSlice.objects.values_list("period", "import_run")) == {
            1: first.pk,
            2: first.pk,
            3: run.pk,
        }
        assert Balance.objects.get(year=2021, period=3, ansvar="3200").actual == Decimal("12.00")
        assert figure_errors() == []
        engine.undo(run, by=kari)
        assert figures() == before

    def test_run_that_left_closed_months_alone_does_not_stand_in_the_way_of_undoing(self, kari: User) -> None:
        first = imported(ledger_file(), by=kari)
        close(1, 2, by=kari)
        second = imported(ledger_file(MARCH_MORE), by=kari)
        reopen_period(year=2021, period=1, reason="Feil", by=kari)
        reopen_period(year=2021, period=2, reason="Feil", by=kari)
        with pytest.raises(CannotUndo, match="har erstattet tallene dens"):
            engine.undo(first, by=kari)
        engine.undo(second, by=kari)
        engine.undo(first, by=kari)
        assert not Balance.objects.exists()
        assert figure_errors() == []

    def test_exception_of_whoever_uploads_counts(self, kari: User, per: User) -> None:
        imported(ledger_file(), by=kari)
        close(1, by=kari)
        grant_exception(year=2021, period=1, user=per, until=timezone.localdate(), reason="Sent bilag", by=kari)
        assert codes(engine.prepare(received(ledger_file(CHANGED), by=kari))) == ["period-closed"]
        run = engine.prepare(received(ledger_file(CHANGED), by=per))
        assert (run.state, codes(run)) == (State.READY, [])
        before = figures()
        with pytest.raises(ImportRefused) as refused:
            engine.commit(run, by=kari)  # Kari has no exception, though she granted it
        assert refused.value.code == "period-closed"
        assert refused.value.message == (
            f"Ingenting er lest inn. Januar 2021 ble lukket av Kari Nordmann {today()}. "
            "Be økonomi om å åpne perioden, eller om et unntak."
        )
        run.refresh_from_db()
        assert (run.state, run.notice) == (State.READY, refused.value.message)
        assert figures() == before
        engine.commit(run, by=per)
        assert Balance.objects.get(year=2021, period=1, ansvar="1000").actual == Decimal("175.00")
        with pytest.raises(CannotUndo, match="Januar 2021 ble lukket av Kari Nordmann"):
            engine.undo(run, by=kari)
        engine.undo(run, by=per)
        assert figures() == before

    def test_command_line_is_nobody_and_refused(self, kari: User) -> None:
        imported(ledger_file())
        close(1, by=kari)
        run = received(ledger_file(CHANGED))
        assert engine.carry_through(run, by=None).state == State.REFUSED

    def test_month_closed_after_the_preview_is_refused_at_commit(self, kari: User) -> None:
        imported(ledger_file(), by=kari)
        run = engine.prepare(received(ledger_file(CHANGED), by=kari))
        assert run.state == State.READY
        close(1, by=kari)
        before = figures()
        with pytest.raises(StalePreview, match="Se i den nye forhåndsvisningen hva som stopper den"):
            engine.commit(run, by=kari)
        run.refresh_from_db()
        assert (run.state, codes(run)) == (State.REFUSED, ["period-closed"])
        assert figures() == before

    def test_undo_over_a_closed_month_is_refused_with_the_reason(self, kari: User) -> None:
        run = imported(ledger_file(), by=kari)
        close(2, by=kari)
        before = figures()
        with pytest.raises(CannotUndo) as refused:
            engine.undo(run, by=kari)
        assert refused.value.message == (
            f"Innlesing {run.pk} kan ikke angres. Februar 2021 ble lukket av Kari Nordmann {today()}. "
            "Be økonomi om å åpne perioden, eller om et unntak."
        )
        run.refresh_from_db()
        assert run.state == State.COMMITTED
        assert figures() == before
        reopen_period(year=2021, period=2, reason="Feil fil", by=kari)
        engine.undo(run, by=kari)
        assert not Balance.objects.exists()

    def test_budget_is_refused_in_a_closed_month_as_well(self, kari: User) -> None:
        close(1, by=kari)
        assert codes(engine.prepare(received(ledger_file(), "budsjett", by=kari))) == ["period-closed"]

    def test_the_database_has_the_last_word_and_is_told_in_words(
        self, kari: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = imported(ledger_file(), by=kari)
        other = engine.prepare(received(ledger_file(CHANGED), by=kari))
        close(1, by=kari)
        # What if the engine forgot to ask?
        monkeypatch.setattr("budget.targets.slices.closed_to", lambda months, by: [])
        monkeypatch.setattr("budget.closed_periods.closed_to", lambda months, by: [])
        before = figures()
        with pytest.raises(ImportRefused, match="En av periodene er lukket") as refused:
            engine.commit(other, by=kari)
        assert refused.value.code == "period-closed"
        with pytest.raises(CannotUndo, match=f"Innlesing {run.pk} er ikke angret. En av periodene er lukket"):
            engine.undo(run, by=kari)
        assert figures() == before
        with connection.cursor() as cursor:  # the session is whole
            cursor.execute("SELECT 1")


class TestAmendments:
    """A file of adopted amendments over closed months."""

    def test_lines_in_a_closed_month_are_refused_in_the_preview(self, kari: User) -> None:
        imported(ledger_file(), "budsjett")
        close(6, by=kari)
        before = figures()
        run = engine.prepare(received(amendments_file([MOVE]), "budsjettendringer", by=kari))
        assert run.state == State.REFUSED
        assert told(run) == [
            "Ark «Budsjettendringer», rad 5, kolonne A: Budsjettendring 2021-001 har linjer i en lukket periode. "
            f"Juni 2021 ble lukket av Kari Nordmann {today()}. "
            "Ta linjene ut av filen, eller be økonomi om å åpne perioden eller om et unntak."
        ]
        assert figures() == before

    def test_amendment_that_stands_is_not_refused_again(self, kari: User) -> None:
        imported(ledger_file(), "budsjett")
        imported(amendments_file([MOVE]), "budsjettendringer")
        close(6, by=kari)
        run = engine.prepare(received(amendments_file([MOVE]), "budsjettendringer", by=kari))
        assert (run.state, codes(run)) == (State.UNCHANGED, [])

    def test_exceptions_and_undo(self, kari: User, per: User) -> None:
        imported(ledger_file(), "budsjett")
        close(6, by=kari)
        grant_exception(year=2021, period=6, user=per, until=timezone.localdate(), reason="Vedtak", by=kari)
        run = engine.prepare(received(amendments_file([MOVE]), "budsjettendringer", by=per))
        before = figures()
        with pytest.raises(ImportRefused, match="Juni 2021 ble lukket av Kari Nordmann"):
            engine.commit(run, by=kari)
        assert figures() == before
        engine.commit(run, by=per)
        adopted = figures()
        assert adopted != before
        with pytest.raises(CannotUndo, match="Juni 2021 ble lukket av Kari Nordmann"):
            engine.undo(run, by=kari)
        assert figures() == adopted
        engine.undo(run, by=per)
        assert figures() == before
