"""What is told to have changed since a round was signed: exactly what did, and nothing else."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.actions.entries import Cell, save_entries
from budget.actions.signing import sign_round
from budget.findings.changed import late_finding
from budget.models import Decision, DecisionStatus, Forecast, LedgerLine, Round
from budget.queries.changed import (
    PROJECTS,
    TABLES,
    ChangedSince,
    Side,
    changes_between,
    project_changes,
    since_last_signed,
)
from budget.queries.entries import CellKey
from roros.models import Role
from roros.workbooks import engine
from tests.budget.signed_world import director, ready_round
from tests.ledger_world import LINES, MOVE, Line, amendments_file, imported, ledger_file
from tests.people import person

LATE: Line = ("3110", "2530", "118000", "", 3, "777.00")
ACCOUNT = ("3110", "2530", "118000", "")


def signed(**options: object) -> Round:
    """A round of the small municipality, signed."""
    reporting = ready_round(**options)  # type: ignore[arg-type]
    sign_round(round=reporting, by=director(f"d{reporting.pk}"))
    reporting.refresh_from_db()
    return reporting


def told(changes: ChangedSince) -> dict[str, int]:
    """How many findings there are of each kind."""
    names = ("late", "units", "forecasts", "projects", "decisions", "amendments")
    return {name: len(getattr(changes, name)) for name in names if getattr(changes, name)}


def test_nothing_has_changed(loaded: None) -> None:
    changes = changes_between(signed(), None)
    assert changes.is_empty
    assert told(changes) == {}


def test_exactly_the_late_posting(loaded: None) -> None:
    reporting = signed()
    run = imported(ledger_file([*LINES, LATE]))
    changes = changes_between(reporting, None)
    (posting,) = changes.late
    assert (posting.account, posting.before, posting.after, posting.periods) == (
        *(ACCOUNT, Decimal(0), Decimal(777)),
        (3,),
    )
    assert posting.names == ("Ansvar 3110", "Tjeneste 2530", "Strøm")
    assert [(source.run, source.undone) for source in posting.sources] == [(run.pk, False)]
    assert [(unit.code, unit.difference) for unit in changes.units] == [("310", Decimal(-777))]
    assert [unit.code for unit in changes.new_reds] == ["310"]
    assert told(changes) == {"late": 1, "units": 1}


def test_a_posting_of_a_later_period_is_not_late(loaded: None) -> None:
    reporting = signed(period=2)
    imported(ledger_file([*LINES, ("3110", "2530", "118000", "", 7, "777.00")]))
    changes = changes_between(reporting, None)
    assert changes.late == []
    assert changes.after.period.number == 7
    assert [unit.code for unit in changes.new_reds] == ["310", "100"]


def test_a_line_that_went_away(loaded: None) -> None:
    reporting = signed()
    run = imported(ledger_file(LINES[1:]))
    (posting,) = changes_between(reporting, None).late
    assert (posting.account[0], posting.before, posting.after) == ("1000", Decimal("210.50"), Decimal("110.50"))
    assert posting.sources[-1].run == run.pk


def test_an_undone_import(loaded: None) -> None:
    run = imported(ledger_file([*LINES, LATE]))
    reporting = signed()
    engine.undo(run, by=person(Role.OKONOMI))
    (posting,) = changes_between(reporting, None).late
    assert (posting.account, posting.before, posting.after) == (ACCOUNT, Decimal(777), Decimal(0))
    assert [(source.run, source.undone) for source in posting.sources] == [(run.pk, True)]


def test_an_entry(loaded: None) -> None:
    reporting = signed()
    economy = person(Role.OKONOMI)
    cell = Cell(CellKey("3110", "2530", "118000", "", 4), Decimal(0), Decimal(50))
    run = save_entries(kind=LedgerLine.Kind.ACTUAL, year=2021, cells=[cell], reason="Feilført", by=economy)
    (posting,) = changes_between(reporting, None).late
    assert (posting.account, posting.after, posting.periods) == (ACCOUNT, Decimal(50), (4,))
    assert [(source.run, source.kind) for source in posting.sources] == [(run.pk, "foring")]


def test_a_move_between_months_of_the_report(loaded: None) -> None:
    reporting = signed()
    moved = [*LINES[:2], ("3100", "2530", "101000", "", 2, "900.25"), *LINES[3:]]
    imported(ledger_file(moved))
    assert changes_between(reporting, None).late == []
    first = signed(period=1)
    imported(ledger_file(LINES))
    (posting,) = changes_between(first, None).late  # but in January it is missing
    assert (posting.account[0], posting.difference, posting.periods) == ("3100", Decimal("900.25"), (1,))


def test_rounds_of_two_years(loaded: None) -> None:
    imported(ledger_file(year=2020))
    imported(ledger_file(year=2020), "budsjett")
    first, second = signed(year=2020), signed(year=2021)
    changes = changes_between(first, second)
    assert not changes.same_year
    assert (changes.late, changes.forecasts, changes.amendments) == ((), (), ())
    assert [unit.code for unit in changes.new_reds] == ["100"]  # the amendment of 2021
    assert "ulike år" in late_finding(changes)


def side(**tables: list[dict[str, str]]) -> Side:
    """One side with some tables."""
    moment = datetime.datetime(2021, 9, 1, tzinfo=datetime.UTC)
    made: dict[str, list[dict[str, str]]] = {name: [] for name in TABLES}
    made[PROJECTS] = tables.get("projects", [])
    return Side(Round(year=2021, period=8), moment, is_now=False, as_of=moment.date(), tables=made)


def test_projects_that_became_late() -> None:
    def project(code: str, status: str) -> dict[str, str]:
        return {"prosjektnr": code, "prosjekt": f"Prosjekt {code}", "status": status}

    before = side(projects=[project("1", "Iht. plan"), project("2", "Iht. plan"), project("3", "Forsinket")])
    after = side(
        projects=[project("1", "Ferdig"), project("2", "Forsinket"), project("3", "Forsinket"), project("4", "")]
    )
    found = project_changes(before, after)
    assert [(one.code, one.became_late) for one in found] == [("2", True), ("1", False), ("4", False)]
    assert project_changes(before, before) == []


def test_no_longer_red(loaded: None) -> None:
    reporting = signed()
    imported(ledger_file(LINES[1:]))
    assert [unit.code for unit in changes_between(reporting, None).no_longer_red] == ["100"]


def test_amendments_adopted_since(loaded: None) -> None:
    reporting = signed()
    move = ("2021-002", [("1000", "1200", "101000", "", 9, "-5.00"), ("3200", "2530", "101000", "", 9, "5.00")])
    imported(amendments_file([MOVE, move]), "budsjettendringer")
    changes = changes_between(reporting, None)
    assert [(one.number, one.moved, one.case_number) for one in changes.amendments] == [
        ("2021-002", Decimal(5), "51/21")
    ]
    assert told(changes) == {"amendments": 1}


def test_forecasts_of_two_rounds(loaded: None) -> None:
    first = signed(period=4)
    second = ready_round(period=8)
    Forecast.objects.create(
        round=second, virksomhet_id="310", method="sesong", proposed=1000, amount=Decimal(1200), reason="Mer vikar"
    )
    assert changes_between(first, None).forecasts == []  # not signed yet
    sign_round(round=second, by=director("dina"))
    moves = changes_between(first, second).forecasts
    assert {move.virksomhet: move.after for move in moves}["310"] == 1200
    assert changes_between(first, None).forecasts == moves


def test_two_signed_rounds_are_not_moved_by_what_came_after(loaded: None) -> None:
    first = signed(period=4)
    run = imported(ledger_file([*LINES, LATE]))
    second = signed(period=8)
    imported(ledger_file([*LINES, LATE, ("3110", "2530", "118000", "", 2, "999.00")]))
    changes = changes_between(first, second)
    assert [(one.account, one.difference, [source.run for source in one.sources]) for one in changes.late] == [
        (ACCOUNT, Decimal(777), [run.pk])
    ]


def test_decisions_closed_and_overdue(loaded: None) -> None:
    for number, deadline in ((1, None), (2, datetime.date(2021, 9, 1))):
        decision = Decision.objects.create(
            code=f"V{number}", year=2021, number=number, title=f"Vedtak {number}", deadline=deadline
        )
        DecisionStatus.objects.create(
            decision=decision, as_of=datetime.date(2021, 8, 1), status="pabegynt", reason="Meldt"
        )
    reporting = signed()
    DecisionStatus.objects.create(decision_id="V1", as_of=datetime.date(2021, 10, 1), status="ferdig", reason="Meldt")
    closed, overdue = sorted(changes_between(reporting, None).decisions, key=lambda one: one.number)
    assert (closed.was_closed, closed.is_overdue) == (True, False)
    assert (overdue.was_closed, overdue.was_overdue, overdue.is_overdue) == (False, False, True)


def test_since_last_signed(loaded: None) -> None:
    assert since_last_signed() is None
    ready_round(period=4)
    assert since_last_signed() is None
    newest = signed(period=8)
    changes = since_last_signed()
    assert changes is not None
    assert changes.before.reporting == newest


# -- the page


@pytest.fixture
def politician(loaded: None, client: Client) -> Client:
    client.force_login(person(Role.POLITIKER))
    return client


def test_the_page(politician: Client) -> None:
    reporting = signed()
    imported(ledger_file([*LINES, LATE]))
    page = politician.get(f"/rapportering/{reporting.pk}/endret/")
    assert page.context["finding"] == (
        "Én konto er endret etter at 2. tertial 2021 ble signert. Sykehjem har passert grensen"
    )
    empty = [section.key for section in page.context["sections"] if section.table is None]
    assert empty == ["innenfor-grensen", "prognoser", "prosjekter", "vedtak", "budsjettendringer"]
    assert page.text.count("Ingen ") >= len(empty)
    assert "Innlesing nr." in page.text
    assert "/innlesing/" not in page.text  # a politician may not open it
    file = politician.get(f"/rapportering/{reporting.pk}/endret/?_export=csv&tabell=sene-posteringer").content.decode()
    assert file.splitlines()[1].startswith('mar,0,777.00,777.00,"Innlesing nr. ')
    assert "3110,Ansvar 3110,2530,Tjeneste 2530,118000,Strøm," in file


def test_queries_of_the_page(politician: Client) -> None:
    reporting = signed()
    counts = []
    for extra in (1, 3):
        lines: list[Line] = [("3110", "2530", "118000", "", month, "777.00") for month in range(1, extra + 1)]
        imported(ledger_file([*LINES, *lines]))
        with CaptureQueriesContext(connection) as queries:
            politician.get(f"/rapportering/{reporting.pk}/endret/")
        counts.append(len(queries))
    assert counts == [12, 12]
    with CaptureQueriesContext(connection) as queries:
        politician.get(f"/rapportering/{reporting.pk}/endret/")
    assert len(queries) == 4


def test_two_rounds_in_either_order(politician: Client) -> None:
    first, second = signed(period=4), signed(period=8)
    for one, other in ((first, second), (second, first)):
        page = politician.get(f"/rapportering/{one.pk}/endret/?mot={other.pk}")
        assert page.context["changes"].before.reporting == first


def test_drafts_are_nobodys(politician: Client) -> None:
    reporting, draft = signed(period=8), ready_round(period=4)
    assert politician.get(f"/rapportering/{draft.pk}/endret/").status_code == 404
    assert politician.get(f"/rapportering/{reporting.pk}/endret/?mot={draft.pk}").status_code == 400
    assert politician.get("/rapportering/9999/endret/").status_code == 404


@pytest.mark.parametrize("query", ["mot=x", "tabell=x", "tabell=avvik&_export=pdf"])
def test_impossible_addresses(politician: Client, query: str) -> None:
    reporting = signed()
    imported(ledger_file([*LINES, LATE]))
    assert politician.get(f"/rapportering/{reporting.pk}/endret/?{query}").status_code == 400


def test_visitors_do_not_see_it(loaded: None, client: Client) -> None:
    reporting = signed()
    assert client.get(f"/rapportering/{reporting.pk}/endret/").status_code == 302
    client.force_login(person(name="uten-rolle"))
    assert client.get(f"/rapportering/{reporting.pk}/endret/").status_code == 403
