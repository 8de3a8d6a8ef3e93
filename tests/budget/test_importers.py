"""What the organisation workbook does to the registers, what it is refused for, and what undo gives back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from budget.audit import figure_errors
from budget.models import Art, Tjeneste
from roros.models import Ansvar, ImportRun, Plassering, Rammeomrade
from roros.workbooks import engine
from roros.workbooks.kinds import CannotUndo
from roros.workbooks.results import as_json, findings_of
from tests.ledger_world import LINES, amendments_file, figures, imported, ledger_file, received
from tests.workbooks import xlsx

pytestmark = pytest.mark.usefixtures("world")
State = ImportRun.State
KIND = "organisasjon"

ANSVAR = (
    *("Ansvar", "Ansvarsnavn", "Virksomhet", "Virksomhetsnavn", "Rammeområde", "Rammeområdenavn", "Driftsområde"),
    *("Gyldig fra år", "Gyldig til år"),
)
STAB = ("100", "Rådmann", 1, "Stab", "ja")
SYKEHJEM = ("310", "Sykehjem", 3, "Helse og omsorg", "ja")
Row = Sequence[object]


def organisation(*ansvar: Row, **sheets: Sequence[Row]) -> bytes:
    return xlsx({"Ansvar": [ANSVAR, *ansvar], **sheets})


def prepared(*ansvar: Row, **sheets: Sequence[Row]) -> ImportRun:
    return engine.prepare(received(organisation(*ansvar, **sheets), KIND))


def told(run: ImportRun) -> list[tuple[str, int, str]]:
    return [(finding.code, finding.row, finding.column) for finding in findings_of(run)]


def years(code: str) -> list[tuple[int, int | None, str]]:
    placed = Plassering.objects.filter(ansvar=code).order_by("from_year")
    return list(placed.values_list("from_year", "to_year", "virksomhet_id"))


def test_new_and_renamed_ansvar() -> None:
    run = imported(organisation(("1000", "Nytt navn", *STAB, 2019, ""), ("1010", "Ny", *STAB, 2021, "")), KIND)
    assert (run.new, run.changed, run.removed) == (2, 1, 0)
    assert {(change["key"], change["before"], change["after"]) for change in run.preview["changes"]} >= {
        ("ansvar 1000", "name: Ansvar 1000", "name: Nytt navn")
    }
    assert Ansvar.objects.get(code="1000").name == "Nytt navn"
    assert years("1010") == [(2021, None, "100")]


def test_a_move_closes_the_open_placement_and_undo_opens_it() -> None:
    before = figures()
    run = imported(organisation(("1000", "Ansvar 1000", *SYKEHJEM, 2022, "")), KIND)
    assert years("1000") == [(2019, 2021, "100"), (2022, None, "310")]
    engine.undo(run, by=None)
    assert figures() == before


def test_moving_an_ansvar_with_lines_keeps_them_placed() -> None:
    imported(ledger_file())
    imported(organisation(("1000", "Ansvar 1000", *SYKEHJEM, 2021, "")), KIND)
    assert years("1000") == [(2019, 2020, "100"), (2021, None, "310")]
    assert figure_errors() == []


def test_a_placement_that_begins_within_the_years_of_the_row_is_told() -> None:
    imported(organisation(("1000", "Ansvar 1000", *SYKEHJEM, 2022, "")), KIND)
    run = prepared(("1000", "Ansvar 1000", *STAB, 2020, ""))
    assert told(run) == [("placement-stands", 2, "A")]
    assert prepared(("1000", "Ansvar 1000", *STAB, 2020, 2021)).state == State.READY


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1000", "A", *STAB, 2019, ""), ("1000", "A", *SYKEHJEM, 2021, "")], ("placement-overlap", 3, "A")),
        ([("1000", "A", *STAB, 2019, ""), ("1010", "B", "100", "Rådmann", 1, "Noe annet", "ja", 2019, "")],
         ("rammeomrade-two-names", 3, "F")),
        ([("1000", "A", *STAB, 2021, 2020)], ("years-out-of-order", 2, "I")),
        ([("1000", "x" * 201, *STAB, 2019, "")], ("text-too-long", 2, "B")),
        ([("1" * 21, "A", *STAB, 2019, "")], ("text-too-long", 2, "A")),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_told_by_its_cell(rows: list[Row], expected: tuple[str, int, str]) -> None:
    run = prepared(*rows)
    assert run.state == State.REFUSED
    assert expected in told(run)


def test_a_code_given_twice_is_told() -> None:
    header = ("Tjeneste", "Tjenestenavn", "KOSTRA funksjon")
    run = prepared(
        ("1000", "Ansvar 1000", *STAB, 2019, ""),
        Tjeneste=[header, ("1200", "Administrasjon", "120"), ("1200", "Noe annet", "120")],
    )
    assert told(run) == [("duplicate-code", 3, "A")]


def test_the_chart_of_accounts_comes_with_the_organisation() -> None:
    run = imported(
        organisation(
            ("1000", "Ansvar 1000", *STAB, 2019, ""),
            Tjeneste=[("Tjeneste", "Tjenestenavn", "KOSTRA funksjon"), ("1300", "Bygg", "130")],
            Art=[
                ("Art", "Artsnavn", "KOSTRA art", "Artsgruppe", "Utgift/inntekt"),
                ("160000", "Gebyr", "600", "Salgsinntekter", "Inntekt"),
            ],
        ),
        KIND,
    )
    assert Tjeneste.objects.get(code="1300").kostra_funksjon == "130"
    art = Art.objects.get(code="160000")
    assert (art.kostra_art, art.artsgruppe, art.is_income) == ("600", "Salgsinntekter", True)
    engine.undo(run, by=None)
    assert not Art.objects.filter(code="160000").exists()


def test_undo_is_refused_while_something_rests_on_it() -> None:
    run = imported(organisation(("1010", "Ny", *STAB, 2021, "")), KIND)
    ledger = imported(ledger_file([("1010", *LINES[0][1:])]))
    before = figures()
    with pytest.raises(CannotUndo, match=r"er i bruk\. Ansvar 1010 har linjer i hovedboken\."):
        engine.undo(run, by=None)
    assert figures() == before
    engine.undo(ledger, by=None)
    engine.undo(run, by=None)
    assert not Ansvar.objects.filter(code="1010").exists()


def test_undo_is_refused_when_a_later_import_changed_the_same_row() -> None:
    first = imported(organisation(("1000", "Ett navn", *STAB, 2019, "")), KIND)
    second = imported(organisation(("1000", "Et annet", *STAB, 2019, "")), KIND)
    with pytest.raises(CannotUndo, match="endret etterpå"):
        engine.undo(first, by=None)
    engine.undo(second, by=None)
    engine.undo(first, by=None)
    assert Ansvar.objects.get(code="1000").name == "Ansvar 1000"


def test_the_same_organisation_twice_changes_nothing() -> None:
    content = organisation(("1000", "Nytt navn", *STAB, 2019, ""))
    imported(content, KIND)
    assert engine.prepare(received(content, KIND)).state == State.UNCHANGED


def test_a_preview_is_stale_when_the_register_has_moved() -> None:
    run = prepared(("1000", "Nytt navn", *STAB, 2019, ""))
    Ansvar.objects.filter(code="1000").update(name="Rettet for hånd")
    answer = engine.prepare(run)
    assert answer.preview["changes"][0]["before"] == "name: Rettet for hånd"


def test_an_area_in_an_organisation_file_is_operational_or_not() -> None:
    row = ("9500", "Renter", "950", "Finans", 10, "Finans", "nei", 2019, "")
    imported(organisation(row), KIND)
    assert Rammeomrade.objects.get(number=10).operational is False


def test_amendments_with_too_long_texts_are_told() -> None:
    run = engine.prepare(
        received(amendments_file([("2021-001", [(*LINES[0][:5], "1.00"), (*LINES[2][:5], "-1.00")])], text="x" * 501),
                 "budsjettendringer")
    )  # fmt: skip
    assert {error["code"] for error in as_json(run)["errors"]} == {"text-too-long"}
