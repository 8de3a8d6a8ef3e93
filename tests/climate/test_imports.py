"""The room's workbooks: refused cell by cell, undone exactly, and edited in Excel and read again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from climate.exports import EXPORTS
from climate.models import Emission, EmissionNote, EmissionTarget, Measure, Population
from roros import history
from roros.models import ImportRun
from roros.table_registry import TableQuery
from roros.workbooks import engine
from roros.workbooks.messages import message
from roros.workbooks.results import findings_of
from tests.budget.register_files import bring, cell_of, codes, edited, person
from tests.climate.files import EMISSIONS, MEASURES, NOTES, PEOPLE, TARGETS, emission, measure, target
from tests.workbooks import xlsx

State = ImportRun.State
MODELS = (Emission, Population, EmissionTarget, Measure, EmissionNote)
pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    """Every register as it stands, without what a row that is put back cannot keep."""
    return [sorted(map(repr, model._default_manager.values_list(*_columns(model)))) for model in MODELS]


def _columns(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in ("id", "version")]


BAD: dict[str, tuple[str, Any, list[tuple[str, int, str]]]] = {
    "unknown sector": ("klima", [EMISSIONS, emission("Romfart")], [("not-a-choice", 2, "E")]),
    "unknown gas": ("klima", [EMISSIONS, emission(gas="Helium")], [("not-a-choice", 2, "F")]),
    "tonnes as text": ("klima", [EMISSIONS, emission(tonnes="mye")], [("not-a-number", 2, "G")]),
    "negative tonnes": ("klima", [EMISSIONS, emission(tonnes=-1)], [("out-of-range", 2, "G")]),
    "two readings": ("klima", [EMISSIONS, emission(tonnes="1.234")], [("ambiguous-number", 2, "G")]),
    "no tonnes": ("klima", [EMISSIONS, emission(tonnes=None)], [("empty-value", 2, "G")]),
    "wrong century": ("klima", [EMISSIONS, emission(year=1920)], [("not-a-year", 2, "D")]),
    "twice": ("klima", [EMISSIONS, emission(), emission(tonnes=7)], [("duplicate-row", 3, "C")]),
    "two numbers": (
        "klima",
        [EMISSIONS, emission(), emission("Luftfart", number=5026)],
        [("municipality-number-differs", 3, "B")],
    ),
    "nobody lives there": ("befolkning", [PEOPLE, ["Røros", 2020, 0, ""]], [("out-of-range", 2, "C")]),
    "half a person": ("befolkning", [PEOPLE, ["Røros", 2020, 5600.5, ""]], [("not-an-integer", 2, "C")]),
    "people twice": (
        "befolkning",
        [PEOPLE, ["Røros", 2020, 5600, ""], ["Røros", 2020, 5601, ""]],
        [("duplicate-row", 3, "A")],
    ),
    "target before base": (
        "klimatiltak",
        {"Klimamål": [TARGETS, target(2030, 2009)]},
        [("target-year-before-base", 2, "D")],
    ),
    "percent as text": ("klimatiltak", {"Klimamål": [TARGETS, target(percent="førti")]}, [("not-a-number", 2, "E")]),
    "over hundred percent": ("klimatiltak", {"Klimamål": [TARGETS, target(percent=140)]}, [("out-of-range", 2, "E")]),
    "tonnes that are not told": (
        "klimatiltak",
        {"Klimamål": [TARGETS, target(basis="tonn")]},
        [("target-without-tonnes", 2, "F")],
    ),
    "status word": ("klimatiltak", {"Klimatiltak": [MEASURES, measure(status="Snart")]}, [("not-a-choice", 2, "H")]),
    "deadline in the wrong century": (
        "klimatiltak",
        {"Klimatiltak": [MEASURES, measure(deadline=datetime.date(1923, 4, 30))]},
        [("measure-date-far-off", 2, "E")],
    ),
    "negative cost": ("klimatiltak", {"Klimatiltak": [MEASURES, measure(cost=-5)]}, [("out-of-range", 2, "F")]),
    "measure twice": (
        "klimatiltak",
        {"Klimatiltak": [MEASURES, measure(), measure()]},
        [("measure-twice", 3, "A")],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_cell_by_cell_and_writes_nothing(name: str) -> None:
    kind, rows, wanted = BAD[name]
    before = everything()
    run = bring(kind, xlsx(rows) if isinstance(rows, dict) else rows)
    assert run.state == State.REFUSED
    assert codes(run) == wanted
    assert everything() == before
    for found in findings_of(run):
        assert "%(" not in message(found)


def test_every_error_of_a_file_is_told_at_once() -> None:
    run = bring("klima", [EMISSIONS, emission("Romfart"), emission(tonnes="x"), emission(gas="Helium", year=1800)])
    assert codes(run) == [
        ("not-a-choice", 2, "E"),
        ("not-a-number", 3, "G"),
        ("not-a-year", 4, "D"),
        ("not-a-choice", 4, "F"),
    ]


def test_a_leap_in_population_is_a_warning() -> None:
    bring("befolkning", [PEOPLE, ["Røros", 2019, 5600, ""]])
    run = bring("befolkning", [PEOPLE, ["Røros", 2020, 56000, ""]])
    assert run.state == State.COMMITTED
    assert codes(run) == [("population-far-off", 2, "C")]


def test_the_same_file_twice_changes_nothing() -> None:
    rows = [EMISSIONS, emission(), emission("Luftfart", 5)]
    assert bring("klima", rows).state == State.COMMITTED
    assert bring("klima", rows).state == State.UNCHANGED


def test_a_new_file_replaces_the_years_it_holds_and_no_others() -> None:
    bring(
        "klima", [EMISSIONS, emission(), emission("Luftfart", 5), emission(year=2019), emission(town="Os", number=3430)]
    )
    run = bring("klima", [EMISSIONS, emission(tonnes=101)])
    assert (run.new, run.changed, run.removed) == (0, 1, 1)
    assert set(Emission.objects.values_list("municipality", "year", "sector", "tonnes")) == {
        ("Røros", 2020, "Jordbruk", 101),
        ("Røros", 2019, "Jordbruk", 100),
        ("Os", 2020, "Jordbruk", 100),
    }


def test_undo_restores_what_stood_before() -> None:
    bring("klima", [EMISSIONS, emission()])
    bring("klimatiltak", xlsx({"Klimamål": [TARGETS, target()], "Klimatiltak": [MEASURES, measure()]}))
    before = everything()
    notes = [NOTES, ["Røros", 2020, "Jordbruk", "Trykt feil"]]
    first = bring("klima", [EMISSIONS, emission(tonnes=7), emission("Luftfart")])
    second = bring(
        "klimatiltak",
        xlsx({"Klimamål": [TARGETS, target(percent=50)], "Klimatiltak": [MEASURES, measure(2)], "Merknader": notes}),
    )
    assert everything() != before
    engine.undo(second, by=None)
    engine.undo(first, by=None)
    assert everything() == before


def test_who_read_a_file_in_stands_in_the_history() -> None:
    ada = person("ada")
    bring("klima", [EMISSIONS, emission()], by=ada)
    bring("klima", [EMISSIONS, emission(tonnes=90)], by=ada)
    changes = history.changes_of(Emission.objects.get())
    assert (changes[0].who, changes[0].before, changes[0].after) == ("ada", "100", "90")
    assert "klima.xlsx" in changes[0].reason


@pytest.mark.parametrize(
    ("kind", "name", "row", "header", "value"),
    [
        ("klima", "klima-register", "10489.313", "Utslipp (tonn CO2-ekvivalenter)", 42),
        ("befolkning", "befolkning", "5600", "Innbyggere", 5601),
        ("klimatiltak", "klimamal", "16609", "Oppgitt mål i tonn", 14236.32),
        ("klimatiltak", "klimatiltak", "Tiltak 1", "Status", "Forsinket"),
    ],
)
def test_a_register_edited_in_one_cell_and_read_again_changes_that_cell(
    kind: str, name: str, row: str, header: str, value: Any
) -> None:
    bring("klima", [EMISSIONS, emission(tonnes=10489.313), emission("Luftfart", 375.612)])
    bring("befolkning", [PEOPLE, ["Røros", 2020, 5600, "Talt"], ["Os", 2020, 1900, "Talt"]])
    sheets = {
        "Klimamål": [TARGETS, target(printed=16609, basis="tonn")],
        "Klimatiltak": [MEASURES, measure(), measure(2)],
    }
    bring("klimatiltak", xlsx(sheets))

    def change(sheet: Worksheet) -> None:
        cell_of(sheet, header, row).value = value

    untouched = bring(kind, edited(EXPORTS[name](TableQuery()), lambda sheet: None), dry=True)
    assert (untouched.new, untouched.changed, untouched.removed) == (0, 0, 0)
    run = bring(kind, edited(EXPORTS[name](TableQuery()), change))
    assert (run.state, run.new, run.changed, run.removed) == (State.COMMITTED, 0, 1, 0)
    assert len(run.preview["changes"]) == 1
    shown = run.preview["changes"][0]
    assert str(value).replace(".", ",").lower() in shown["after"].replace("\u00a0", "")
