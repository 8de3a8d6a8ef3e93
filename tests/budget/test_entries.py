"""Entering figures: what is saved, what is refused, and that undoing gives back exactly what stood."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budget.actions.chart import adopt_original_budget
from budget.actions.entries import Cell, CellsRefused, EntryConflict, save_entries
from budget.audit import figure_errors
from budget.models import ActiveLine, LedgerLine, PeriodEvent, PeriodException
from budget.queries.entries import CellKey, cell_history, grid_rows
from roros.actions import ActionRefused
from roros.models import DataVersion, ImportChange, ImportRun, Role, User
from roros.workbooks import engine, files
from roros.workbooks.kinds import CannotUndo
from tests.ledger_world import figures, imported, ledger_file, received
from tests.people import person

ACTUAL, ORIGINAL = LedgerLine.Kind.ACTUAL, LedgerLine.Kind.ORIGINAL
WAGES = CellKey("1000", "1200", "101000", "", 1)  # holds 100.00
FOOD = CellKey("3100", "2530", "111500", "111011", 2)  # holds 40.00
EMPTY = CellKey("3110", "2530", "118000", "", 7)  # holds nothing


@pytest.fixture
def kari(loaded: None) -> Iterator[User]:
    """Somebody who may enter figures; after the test the figures are still what the lines say."""
    yield person(Role.OKONOMI, name="kari")
    assert figure_errors() == []


def cell(key: CellKey, before: str, after: str) -> Cell:
    return Cell(key, Decimal(before), Decimal(after))


def save(
    by: User, *cells: Cell, kind: LedgerLine.Kind = ACTUAL, year: int = 2021, reason: str = "Feilført"
) -> ImportRun:
    return save_entries(kind=kind, year=2021, cells=cells, reason=reason, by=by)


def amount(key: CellKey, kind: LedgerLine.Kind = ACTUAL) -> Decimal:
    lines = ActiveLine.objects.filter(
        **dict(zip(("ansvar_id", "tjeneste_id", "art_id", "prosjekt_id", "period"), key, strict=True)), kind=kind
    )
    return sum(lines.values_list("amount", flat=True), Decimal(0))


def close(month: int) -> None:
    PeriodEvent.objects.create(year=2021, period=month, closed=True)


def test_cells_hold_what_was_entered(kari: User) -> None:
    version = DataVersion.objects.get().version
    run = save(kari, cell(WAGES, "100.00", "90.50"), cell(EMPTY, "0", "-12.34"), cell(FOOD, "40.00", "0"))
    assert [amount(key) for key in (WAGES, EMPTY, FOOD)] == [Decimal("90.50"), Decimal("-12.34"), 0]
    assert (run.kind, run.state, run.created_by, run.committed_by) == ("foring", "committed", kari, kari)
    assert (run.rows, run.new, run.changed) == (3, 1, 2)
    assert DataVersion.objects.get().version == version + 1
    lines = LedgerLine.objects.filter(import_run=run).order_by("sheet_row")
    assert [(line.sheet_row, line.amount) for line in lines] == [
        (2, Decimal("-9.50")),
        (3, Decimal("-12.34")),
        (4, Decimal("-40.00")),
    ]


def test_the_file_of_an_entry_tells_every_cell(kari: User) -> None:
    run = save(kari, cell(WAGES, "100.00", "90.50"), reason="Lønn ført på feil ansvar")
    assert files.content_of(run.file_id).decode("utf-8-sig").splitlines() == [
        "Slag;Ansvar;Tjeneste;Art;Prosjekt;Periode;Før;Etter;Beløp;Begrunnelse",
        "regnskap;1000;1200;101000;;202101;100,00;90,50;-9,50;Lønn ført på feil ansvar",
    ]
    careful = save(kari, cell(WAGES, "90.50", "91"), reason="=1+1")
    assert b";'=1+1" in files.content_of(careful.file_id), "a spreadsheet does not run the reason"
    assert run.file_name.startswith("Føring 20")
    assert run.file_name.endswith(".csv")


def test_a_changed_cell_tells_who_from_what_and_why(kari: User) -> None:
    save(kari, cell(WAGES, "100.00", "90.00"), reason="Første")
    save(kari, cell(WAGES, "90.00", "95.00"), reason="Andre")
    history = cell_history(ACTUAL, 2021, "1000")
    assert [(one.key, one.before, one.after, one.reason, one.who) for one in history] == [
        (WAGES, Decimal("90.00"), Decimal("95.00"), "Andre", "kari"),
        (WAGES, Decimal("100.00"), Decimal("90.00"), "Første", "kari"),
    ]
    assert cell_history(ORIGINAL, 2021, "1000") == []


def test_original_budget_is_entered_until_it_is_adopted(kari: User) -> None:
    save(kari, cell(EMPTY, "0", "500"), kind=ORIGINAL)
    assert (amount(EMPTY, ORIGINAL), amount(EMPTY)) == (Decimal(500), Decimal(0))
    adopt_original_budget(year=2021, adopted_on=date(2020, 12, 17), case_number="20/854", body="Kommunestyret", by=kari)
    before = figures()
    with pytest.raises(CellsRefused, match=r"vedtatt.*budsjettendring"):
        save(kari, cell(EMPTY, "500", "600"), kind=ORIGINAL)
    assert figures() == before
    save(kari, cell(EMPTY, "0", "1"))  # the accounts are open
    with pytest.raises(CannotUndo, match="vedtatt"):
        engine.undo(ImportRun.objects.get(kind="foring", preview__slag="budsjett"), by=kari)


def test_somebody_else_was_first(kari: User) -> None:
    ola = person(Role.OKONOMI, name="ola")
    save(ola, cell(WAGES, "100.00", "70.00"))
    before = figures()
    with pytest.raises(EntryConflict) as told:
        save(kari, cell(WAGES, "100.00", "80.00"), cell(EMPTY, "0", "5"))
    assert figures() == before
    (overtaken,) = told.value.overtaken
    assert (overtaken.cell.key, overtaken.now, overtaken.who) == (WAGES, Decimal(70), "ola")
    assert overtaken.when is not None
    save(kari, cell(WAGES, "70.00", "80.00"), cell(EMPTY, "0", "5"))  # "behold min", having seen theirs
    assert (amount(WAGES), amount(EMPTY)) == (Decimal(80), Decimal(5))


def test_an_import_and_an_undo_overtake_as_well(kari: User) -> None:
    ola = person(Role.OKONOMI, name="ola")
    first = save(ola, cell(WAGES, "100.00", "70.00"))
    engine.undo(first, by=ola)
    save(kari, cell(WAGES, "100.00", "60.00"))
    imported(ledger_file([("1000", "1200", "101000", "", 1, "300.00")]), by=ola)
    with pytest.raises(EntryConflict) as told:
        save(kari, cell(WAGES, "60.00", "65.00"))
    (overtaken,) = told.value.overtaken
    assert (overtaken.now, overtaken.who) == (Decimal(260), "ola"), "the file took the month over; the correction stays"


def test_both_wrote_the_same(kari: User) -> None:
    save(person(Role.OKONOMI, name="ola"), cell(WAGES, "100.00", "70.00"))
    with pytest.raises(ActionRefused, match="Ingenting å endre"):
        save(kari, cell(WAGES, "100.00", "70.00"))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (CellKey("4444", "1200", "101000", "", 1), "Ansvar «4444» finnes ikke"),
        (CellKey("3999", "2530", "101000", "", 1), "Ansvar 3999 er ikke plassert i 2021. Gyldig 2015–2018"),
        (CellKey("1000", "9999", "101000", "", 1), "Tjeneste «9999» finnes ikke"),
        (CellKey("1000", "2999", "101000", "", 1), "Tjeneste 2999 gjelder ikke i 2021"),
        (CellKey("1000", "1200", "999999", "", 1), "Art «999999» finnes ikke"),
        (CellKey("1000", "1200", "101000", "77", 1), "Prosjekt «77» finnes ikke"),
    ],
)
def test_unknown_codes_are_refused(kari: User, key: CellKey, why: str) -> None:
    before = figures()
    with pytest.raises(CellsRefused, match=why) as told:
        save(kari, cell(WAGES, "100.00", "1"), cell(key, "0", "1"))
    assert list(told.value.problems) == [key]
    assert figures() == before


def test_closed_months_are_refused_but_for_those_with_an_exception(kari: User) -> None:
    run = save(kari, cell(WAGES, "100.00", "90.00"))
    close(1)
    before = figures()
    with pytest.raises(CellsRefused, match="Januar 2021 ble lukket"):
        save(kari, cell(WAGES, "90.00", "80.00"), cell(EMPTY, "0", "5"))
    with pytest.raises(CannotUndo, match="lukket"):
        engine.undo(run, by=kari)
    assert figures() == before
    PeriodException.objects.create(
        year=2021, period=1, user=kari, until=date(2099, 1, 1), reason="Rettelse", granted_by=kari
    )
    save(kari, cell(WAGES, "90.00", "80.00"))
    with pytest.raises(CellsRefused):
        save(person(Role.OKONOMI, name="ola"), cell(WAGES, "80.00", "70.00"))


@pytest.mark.parametrize(
    ("cells", "reason", "why"),
    [
        ([], "Feil", "ingen celler"),
        ([cell(WAGES, "100", "1")], "  ", "begrunnelse"),
        ([cell(WAGES, "100", "1"), cell(WAGES, "100", "2")], "Feil", "to ganger"),
        ([cell(WAGES, "100", "100.00")], "Feil", "Ingenting å endre"),
        ([cell(WAGES, "100", "99999999999999.99"), cell(EMPTY, "0", "1E14")], "Feil", "større enn"),
        ([cell(WAGES, "100", "9E13"), cell(WAGES._replace(period=2), "110.50", "9E13")], "Feil", "Databasen avviste"),
    ],
)
def test_impossible_saves_are_refused(kari: User, cells: list[Cell], reason: str, why: str) -> None:
    before = figures()
    with pytest.raises(ActionRefused, match=why):
        save(kari, *cells, reason=reason)
    assert figures() == before
    assert not ImportRun.objects.filter(kind="foring").exists()


def test_amendments_are_not_entered_here(kari: User) -> None:
    with pytest.raises(ActionRefused, match="budsjettendring"):
        save(kari, cell(EMPTY, "0", "1"), kind=LedgerLine.Kind.AMENDMENT)


def test_undo_waits_for_later_entries_of_the_same_cell(kari: User) -> None:
    before = figures()
    first = save(kari, cell(WAGES, "100.00", "90.00"), cell(EMPTY, "0", "5"))
    second = save(kari, cell(EMPTY, "5", "6"))
    other = save(kari, cell(FOOD, "40.00", "41.00"))
    with pytest.raises(CannotUndo, match=f"føring {second.pk}"):
        engine.undo(first, by=kari)
    engine.undo(second, by=kari)
    engine.undo(first, by=kari)
    engine.undo(other, by=kari)
    assert figures() == before


def test_a_file_over_months_with_corrections_says_so(kari: User) -> None:
    save(kari, cell(WAGES, "100.00", "90.00"), cell(FOOD, "40.00", "45.50"))
    run = received(ledger_file([("1000", "1200", "101000", "", 1, "300.00"), ("1000", "1200", "101000", "", 2, "1")]))
    engine.prepare(run)
    assert run.state == ImportRun.State.READY
    (warning,) = [finding for finding in run.findings if finding["code"] == "entries-stand"]
    assert (warning["severity"], warning["params"]) == ("warning", {"count": "2", "total": "-4.50"})
    engine.commit(run, by=kari)
    assert amount(WAGES) == 290, "the correction comes in addition"
    budget = received(ledger_file([("1000", "1200", "101000", "", 1, "301.00")]), "budsjett")
    engine.prepare(budget)
    assert [finding["code"] for finding in budget.findings] == [], "corrections of accounts say nothing of the budget"


def test_grid_rows_are_the_accounts_of_an_ansvar(kari: User) -> None:
    save(kari, cell(EMPTY._replace(ansvar="3100"), "0", "5"))
    rows = grid_rows(ACTUAL, 2021, "3100")
    assert [(row.key[1:], row.amounts) for row in rows] == [
        (("2530", "101000", ""), {1: Decimal("900.25")}),
        (("2530", "111500", ""), {}),  # an amendment alone
        (("2530", "111500", "111011"), {2: Decimal("40.00")}),
        (("2530", "118000", ""), {7: Decimal("5.00")}),
    ]
    assert [row.art for row in rows] == ["Lønn", "Mat", "Mat", "Strøm"]
    assert [row.key.art for row in grid_rows(ACTUAL, 2021, "3100", art="118000")] == ["118000"]


def test_audit_notices_an_entry_that_does_not_say_what_it_did(kari: User) -> None:
    run = save(kari, cell(WAGES, "100.00", "90.00"))
    change = ImportChange.objects.filter(run=run)
    change.update(after={"amount": "91.00"})
    assert figure_errors() == [f"entry {run.pk}: its lines are not what it says that it changed"]
    change.update(after={"amount": "90.00"})


def test_the_file_of_an_entry_can_be_imported_once_elsewhere(kari: User) -> None:
    before = figures()
    run = save(kari, cell(WAGES, "100.00", "90.50"), cell(EMPTY, "0", "-12.34"), reason="Lønn ført feil")
    entered, content = figures(), files.content_of(run.file_id)
    again = received(content, "foring", name="foring.csv", by=kari)
    engine.prepare(again)
    assert again.state == ImportRun.State.UNCHANGED, "the cells hold what the file says"
    engine.undo(run, by=kari)
    read_in = received(content, "foring", name="foring.csv", by=kari)
    engine.prepare(read_in)
    assert (read_in.state, read_in.findings, read_in.new, read_in.changed) == (ImportRun.State.READY, [], 1, 1)
    engine.commit(read_in, by=kari)
    assert figures() == entered
    assert [one.reason for one in cell_history(ACTUAL, 2021, "1000")] == ["Lønn ført feil"]
    engine.undo(read_in, by=kari)
    assert figures() == before


def entry_lines(*lines: str) -> bytes:
    return "\r\n".join(("Slag;Ansvar;Tjeneste;Art;Prosjekt;Periode;Før;Etter;Beløp;Begrunnelse", *lines, "")).encode()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("regnskap;1000;1200;101000;;202101;99,00;90,50;-8,50;Feil", "entry-overtaken"),
        ("regnskap;1000;1200;101000;;202101;100,00;90,50;-8,50;Feil", "entry-difference"),
        ("regnskap;1000;9999;101000;;202101;;;-8,50;Feil", "unknown-tjeneste"),
        ("regnskap;1000;1200;101000;;202102;;;-8,50;Feil", "period-closed"),
        ("budsjett;1000;1200;101000;;202101;;;-8,50;Feil", "budget-adopted"),
        ("endring;1000;1200;101000;;202101;;;-8,50;Feil", "not-a-choice"),
        ("regnskap;1000;1200;101000;;202101;;;1,00;Feil", "duplicate-row"),
    ],
)
def test_files_of_entries_that_are_refused(kari: User, line: str, code: str) -> None:
    adopt_original_budget(year=2021, adopted_on=date(2020, 12, 17), case_number="20/854", body="Kommunestyret", by=kari)
    close(2)
    before = figures()
    twice = (line, line) if code == "duplicate-row" else (line,)
    run = received(entry_lines(*twice), "foring", name="foring.csv", by=kari)
    engine.prepare(run)
    assert run.state == ImportRun.State.REFUSED
    assert code in [finding["code"] for finding in run.findings]
    assert figures() == before


def test_the_same_differences_are_not_read_in_twice(kari: User) -> None:
    content = entry_lines("regnskap;1000;1200;101000;;202101;;;-8,50;Feil")
    imported(content, "foring", by=kari)
    assert amount(WAGES) == Decimal("91.50")
    again = received(content, "foring", name="igjen.csv", by=kari)
    engine.prepare(again)
    assert [finding["code"] for finding in again.findings] == ["entry-same-file"]


CELLS = [
    CellKey(ansvar, tjeneste, art, prosjekt, period)
    for ansvar in ("1000", "3100")
    for tjeneste in ("1200", "2530")
    for art in ("101000", "118000")
    for prosjekt in ("", "111011")
    for period in (1, 2, 12, 13)
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from((ACTUAL, ORIGINAL)),
            st.dictionaries(st.sampled_from(CELLS), st.decimals("-99999", "99999", places=2), min_size=1, max_size=6),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_undoing_gives_back_exactly_what_stood(
    kari: User, saves: list[tuple[LedgerLine.Kind, dict[CellKey, Decimal]]]
) -> None:
    before = figures()
    runs = []
    for kind, wanted in saves:
        cells = [Cell(key, amount(key, kind), value) for key, value in wanted.items()]
        if all(one.before == one.after for one in cells):
            continue
        runs.append(save_entries(kind=kind, year=2021, cells=cells, reason="Prøve", by=kari))
        assert [amount(one.key, kind) for one in cells] == [one.after for one in cells]
        assert figure_errors() == []
    for run in reversed(runs):
        engine.undo(run, by=kari)
    assert figures() == before


def test_two_at_once_are_told_apart(scratch: str) -> None:
    """Two connections save the same cell in the same moment: one is saved, the other is told."""
    imported(ledger_file())
    people = [person(Role.OKONOMI, name=name) for name in ("kari", "ola")]
    answers: list[str] = []
    start = threading.Barrier(2)

    def write(by: User, value: str) -> None:
        try:
            start.wait()
            save(by, cell(WAGES, "100.00", value))
            answers.append("saved")
        except EntryConflict as conflict:
            answers.append(f"told {conflict.overtaken[0].now}")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(by, str(80 + n))) for n, by in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["saved", f"told {amount(WAGES)}"]
    assert ImportRun.objects.filter(kind="foring").count() == 1
