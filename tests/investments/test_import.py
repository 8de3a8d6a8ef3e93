"""Projects come in through the engine: whole or not at all, with a message per cell, and go out again by undo."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from investments.exports import register_table
from investments.models import Approval, Financing, Forecast, Project, ProjectYear, StatusReport
from investments.queries.projects import projects_of
from roros.exports import Format
from roros.models import ImportRun
from roros.workbooks import engine
from roros.workbooks.kinds import CannotUndo
from roros.workbooks.results import as_json
from tests.investments.world import demo_workbook, errors, read_in, receive, school, workbook

State = ImportRun.State
MODELS = (Project, ProjectYear, Approval, Financing, Forecast, StatusReport)


def standing() -> list[list[dict[str, Any]]]:
    """Everything that stands, without the keys that the database gives out."""
    left_out = ("id", "recorded_at", "import_run_id")
    return [
        sorted(
            ({name: value for name, value in row.items() if name not in left_out} for row in model.objects.values()),
            key=str,
        )
        for model in MODELS
    ]


def test_demo_is_read_in_whole(projects: ImportRun) -> None:
    counts = {model.__name__: model.objects.count() for model in MODELS}
    assert counts == {
        "Project": 50,
        "ProjectYear": 50,
        "Approval": 7,
        "Financing": 10,
        "Forecast": 8,
        "StatusReport": 52,
    }
    assert projects.year == 2021  # told by the headers


def test_same_file_twice_changes_nothing(projects: ImportRun) -> None:
    before = standing()
    assert read_in(demo_workbook()).state == State.UNCHANGED
    assert standing() == before


def test_undo_restores_what_stood(areas: None) -> None:
    read_in(workbook(school()))
    before = standing()
    second = read_in(
        workbook(
            school(**{"Påløpt totalt": 900, "Status": "Forsinket"}),
            Vedtak=[
                ["Prosjektnr", "Saksnr", "Organ", "Vedtaksdato", "Ny ramme"],
                ["P1", "1/21", "KS", date(2021, 3, 1), 9],
            ],
        )
    )
    assert second.state == State.COMMITTED
    assert standing() != before
    engine.undo(second, by=None)
    assert standing() == before
    assert projects_of(2021).rows[0].status == "on_plan"


def test_undo_of_the_first_import_leaves_nothing(projects: ImportRun) -> None:
    engine.undo(projects, by=None)
    assert standing() == [[], [], [], [], [], []]


def test_undo_is_refused_when_somebody_changed_the_project(projects: ImportRun) -> None:
    ProjectYear.objects.filter(project="I3002").update(actual=1)
    before = standing()
    with pytest.raises(CannotUndo, match="endret etterpå"):
        engine.undo(projects, by=None)
    assert standing() == before


def test_a_file_for_the_year_replaces_the_year(areas: None) -> None:
    read_in(workbook(school(), school(Prosjektnr="P2", Prosjekt="Ny bru")))
    read_in(workbook(school(), header=[name.replace("2021", "2022") for name in workbook_header()]))
    read_in(workbook(school()))
    assert [row.code for row in projects_of(2021).rows] == ["P1"]
    assert [row.code for row in projects_of(2022).rows] == ["P1"]
    assert Project.objects.count() == 2  # a project is never forgotten


def workbook_header() -> list[str]:
    return [str(cell.value) for cell in load_workbook(io.BytesIO(workbook(school()))).active[1]]  # type: ignore[index]


def test_the_year_may_be_told(areas: None) -> None:
    header = [name.removesuffix(" 2021") for name in workbook_header()]
    refused = read_in(workbook(school(), header=header))
    assert errors(refused) == [("Investeringer", 0, "", "project-year-unknown")]
    assert read_in(workbook(school(), header=header), year=2020).year == 2020
    assert ProjectYear.objects.get().year == 2020


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"Status": "I rute"}, "H", "not-a-choice"),
    ({"Rammeområde": 77}, "C", "unknown-rammeomrade"),
    ({"Vedtatt totalt": -1}, "D", "out-of-range"),
    ({"Påløpt totalt": -1}, "E", "out-of-range"),
    ({"Rev. bud. 2021": "mye"}, "F", "not-a-number"),
    ({"Regnskap 2021": "12 %"}, "G", "not-a-number"),
    ({"Regnskap 2021": ""}, "G", "empty-value"),
    ({"Øvrige prosjekter": "kanskje"}, "J", "not-a-boolean"),
    ({"Prosjekt": ""}, "B", "empty-value"),
]


@pytest.mark.parametrize(("change", "column", "code"), BAD, ids=[f"{column}-{code}" for _row, column, code in BAD])
def test_a_bad_cell_refuses_the_file(areas: None, change: dict[str, Any], column: str, code: str) -> None:
    run = read_in(workbook(school(Prosjektnr="P0"), school(**change)))
    assert errors(run) == [("Investeringer", 3, column, code)]
    assert standing() == [[], [], [], [], [], []]


def test_a_project_twice_names_the_first_row(areas: None) -> None:
    run = read_in(workbook(school(), school()))
    assert errors(run) == [("Investeringer", 3, "A", "duplicate-row")]
    assert "rad 2" in as_json(run)["errors"][0]["message"]


HEADERS = {
    "Vedtak": ["Prosjektnr", "Saksnr", "Organ", "Vedtaksdato", "Ny ramme"],
    "Finansiering": ["Prosjektnr", "Slag", "Kilde", "Finansieringsbeløp", "Tilskuddsstatus"],
    "Prognoser": ["Prosjektnr", "Prognosedato", "Forventet sluttkostnad", "Forventet ferdig"],
    "Statusrapporter": ["Prosjektnr", "År", "Rapportperiode", "Gjelder", "Status", "Meldt dato"],
}
AUGUST = date(2021, 8, 31)
FURTHER: list[tuple[str, list[Any], str, str]] = [
    ("Vedtak", ["P9", "1/21", "KS", AUGUST, 9], "A", "unknown-project"),
    ("Vedtak", ["P1", "1/21", "KS", date(1921, 3, 1), 9], "D", "date-out-of-range"),
    ("Vedtak", ["P1", "1/21", "KS", AUGUST, -9], "E", "out-of-range"),
    ("Finansiering", ["P1", "Tilskudd", "Staten", 5, ""], "E", "grant-without-status"),
    ("Finansiering", ["P1", "Lån", "Banken", 5, "Søkt"], "E", "status-without-grant"),
    ("Finansiering", ["P1", "Gave", "Banken", 5, ""], "B", "not-a-choice"),
    ("Prognoser", ["P1", AUGUST, 5, date(2201, 1, 1)], "D", "date-out-of-range"),
    ("Statusrapporter", ["P1", 2021, "3. tertial", "Samlet", "Ferdig", AUGUST], "C", "not-a-choice"),
    ("Statusrapporter", ["P1", 2021, "Året", "Samlet", "Ferdig", date(2020, 8, 31)], "F", "reported-before-year"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "code"), FURTHER, ids=[f"{case[0]}-{case[3]}" for case in FURTHER])
def test_a_bad_cell_in_a_further_sheet(areas: None, sheet: str, row: list[Any], column: str, code: str) -> None:
    run = read_in(workbook(school(), **{sheet: [HEADERS[sheet], row]}))
    assert errors(run) == [(sheet, 2, column, code)]
    assert standing() == [[], [], [], [], [], []]


def test_odd_figures_warn_and_are_read(areas: None) -> None:
    run = read_in(workbook(school(**{"Regnskap 2021": -5}), school(**{"Prosjektnr": "P2", "Regnskap 2021": 500})))
    assert run.state == State.COMMITTED
    assert [(w["row"], w["code"]) for w in as_json(run)["warnings"]] == [
        (3, "actual-above-accrued"),
        (2, "negative-actual"),
    ]


def edited(row: int, column: int, value: Any) -> bytes:
    """The register as the page exports it, with one cell changed; counted from 1, below the header."""
    book = load_workbook(io.BytesIO(register_table(projects_of(2021)).to(Format.XLSX)))
    sheet = book.active
    assert sheet is not None
    sheet.cell(row + 1, column).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_round_trip_without_an_edit_changes_nothing(projects: ImportRun) -> None:
    assert read_in(edited(1, 1, "I1001")).state == State.UNCHANGED


ROUND_TRIPS = [
    (2, "Prosjektene", "prosjekt I1001", "Prosjekt: Anbud/prosjektering av driftsløsninger", "Prosjekt: Prosjektene"),
    (6, 123456.78, "årstall I1001 · 2021", "Påløpt totalt: 73 735", "Påløpt totalt: 123 456,78"),
    (9, "Forsinket", "status I1001 · Året 2021 · Samlet", "Ikke vurdert", "Forsinket"),
    (10, "Utsatt", "status I1001 · Året 2021 · Samlet", "Ikke vurdert", "Ikke vurdert: Utsatt"),
]


@pytest.mark.parametrize(("column", "value", "key", "before", "after"), ROUND_TRIPS)
def test_round_trip_shows_exactly_the_edit(
    projects: ImportRun, column: int, value: Any, key: str, before: str, after: str
) -> None:
    content = edited(1, column, value)
    run = engine.prepare(receive(content))
    assert run.state == State.READY, run.findings
    shown = [{name: text.replace("\u00a0", " ") for name, text in change.items()} for change in run.preview["changes"]]
    assert shown == [{"key": key, "before": before, "after": after}]
    assert (run.new, run.changed, run.removed) == (0, 1, 0)
    engine.commit(run, by=None)
    assert read_in(content).state == State.UNCHANGED
