"""The workbooks of the room: what is read, what is refused and where, what the preview shows, and undo."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from hr import exports
from hr.models import ChecklistAnswer, ControlItem, Cover, SickLeave, SickLeaveTarget, StaffFigure
from hr.queries.control import checklists, control_items
from hr.queries.staff import staff_figures
from roros.exports import ExportTable, Format
from roros.models import ImportRun
from roros.workbooks import engine
from roros.workbooks.messages import message
from roros.workbooks.results import findings_of
from tests.hr.days import organisation, read_in
from tests.workbooks import xlsx

State = ImportRun.State
HEAD = [
    *("År", "Kvartal", "Enhet", "Enhetsnavn", "Rammeområde", "Rammeområdenavn", "Avtalte dagsverk"),
    *("Sykefravær korttid (1-16 d)", "Sykefravær langtid (17+ d)", "Ansatte", "Merknad"),
]
UNITS = {"100": ("Sentraladministrasjonen", 1, 40), "200": ("Røros skole", 2, 90), "300": ("Helse", 2, 30)}


@pytest.fixture(autouse=True)
def units(db: None) -> None:
    organisation()


def quarter(number: int = 1, *, year: int = 2021, employees: dict[str, int] | None = None) -> list[list[Any]]:
    sizes = employees or {}
    return [
        [year, f"{number}. kvartal", unit, name, area, "", 1000, 10, 30, sizes.get(unit, size), ""]
        for unit, (name, area, size) in UNITS.items()
    ]


def workbook(rows: list[list[Any]], printed: list[list[Any]] | None = None) -> bytes:
    sheets = {"Kvartal": [["Sykefravær"], [], [], HEAD, *rows]}
    if printed:
        sheets["År"] = [["År", "Rammeområde", "Rammeområdenavn", "Korttid %", "Langtid %", "Samlet %"], *printed]
    return xlsx(sheets)


def said(run: ImportRun) -> list[str]:
    return [message(finding) for finding in findings_of(run)]


def test_quarters_are_read_and_undone() -> None:
    run = read_in("sykefravaer", workbook(quarter(1) + quarter(2)))
    assert run.state == State.COMMITTED
    assert (run.rows, SickLeave.objects.count()) == (6, 6)
    assert SickLeave.objects.get(enhet_id="200", quarter=2).short_days == Decimal(10)
    engine.undo(run, by=None)
    assert SickLeave.objects.count() == 0


def test_same_file_twice_changes_nothing() -> None:
    content = workbook(quarter())
    read_in("sykefravaer", content)
    assert read_in("sykefravaer", content).state == State.UNCHANGED


def test_a_unit_that_a_new_file_lacks_is_removed_from_that_quarter_only() -> None:
    read_in("sykefravaer", workbook(quarter(1) + quarter(2)))
    run = read_in("sykefravaer", workbook(quarter(2)[:2]))
    assert (run.new, run.changed, run.removed) == (0, 0, 1)
    assert SickLeave.objects.filter(enhet_id="300").values_list("quarter", flat=True).get() == 1


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (6, -5, "Ark «Kvartal», rad 6, kolonne G: -5 er utenfor det tillatte. Laveste verdi er 0 og høyeste 1000000."),
        (7, "3,5 %", "Ark «Kvartal», rad 6, kolonne H: «3,5 %» er ikke et tall. Skriv det som 1 234,50."),
        (
            8,
            991,
            "Ark «Kvartal», rad 6, kolonne I: Fraværet er 1001.00 dagsverk, mer enn de 1000.00 avtalte. "
            "Kontroller tallene i raden.",
        ),
        (
            2,
            "999",
            "Ark «Kvartal», rad 6, kolonne C: Enhet «999» er ukjent. Rett koden, eller registrer «Røros skole» som ny "
            "enhet før du leser inn filen.",
        ),
        (
            2,
            "100",
            "Ark «Kvartal», rad 6, kolonne C: 100 · 2021 · 1. kvartal står mer enn én gang, første gang i rad 5. "
            "Behold én av radene.",
        ),
        (4, 77, "Ark «Kvartal», rad 6, kolonne E: Rammeområde «77» er ukjent. Les inn organisasjonen først, eller rett "
            "nummeret i filen."),
        (9, "mange", "Ark «Kvartal», rad 6, kolonne J: «mange» er ikke et tall. Skriv det som 1 234,50."),
    ],
)  # fmt: skip
def test_bad_cell_is_named_and_nothing_is_written(column: int, value: object, expected: str) -> None:
    rows = quarter()
    rows[1][column] = value
    run = read_in("sykefravaer", workbook(rows))
    assert run.state == State.REFUSED
    assert expected in said(run)
    assert SickLeave.objects.count() == 0


def test_all_bad_cells_are_told_at_once() -> None:
    rows = quarter()
    rows[0][6], rows[1][7], rows[2][1] = -1, "ca. 3", "5. kvartal"
    run = read_in("sykefravaer", workbook(rows))
    assert [(finding.row, finding.column) for finding in findings_of(run)] == [(5, "G"), (6, "H"), (7, "B")]


def test_unit_that_only_payroll_has_is_new_when_a_whole_year_has_it() -> None:
    rows = [row for number in (1, 2, 3, 4) for row in quarter(number)]
    stranger = [[2021, f"{n}. kvartal", "6510", "Renhold", 1, "", 500, 5, 5, 28, ""] for n in (1, 2, 3, 4)]
    run = read_in("sykefravaer", workbook(rows + stranger))
    assert run.state == State.COMMITTED
    assert said(run) == ["Ark «Kvartal», rad 17, kolonne C: Enhet «6510» (Renhold) er ny og blir registrert."]
    assert read_in("sykefravaer", workbook(rows + stranger[:2])).state == State.COMMITTED  # known from now on


def test_printed_percent_that_disagrees_with_the_days_warns() -> None:
    rows = [row for number in (1, 2, 3, 4) for row in quarter(number)]
    run = read_in("sykefravaer", workbook(rows, [[2021, 1, "", 1, 3, 4], [2021, 2, "", 1, 3, 4.2]]))
    assert run.state == State.COMMITTED
    assert said(run) == [
        "Ark «År», rad 3, kolonne F: Arket oppgir 4.2 prosent, men dagene i kvartalene gir 4.00. "
        "Ett av tallene er feil."
    ]


def test_small_group_that_comes_late_warns() -> None:
    read_in("sykefravaer", workbook(quarter()[:2]))
    run = read_in("sykefravaer", workbook(quarter(employees={"300": 3})))
    assert [finding.code for finding in findings_of(run)] == ["late-small-group"]


def test_what_is_hidden_is_kept_and_outlives_the_file() -> None:
    run = read_in("sykefravaer", workbook(quarter(employees={"300": 3})))
    kept = {("enhet", "200"), ("enhet", "300")}
    assert set(Cover.objects.values_list("level", "code")) == kept
    engine.undo(run, by=None)
    assert set(Cover.objects.values_list("level", "code")) == kept


def edited(table: ExportTable, column: str, row: int, value: object) -> bytes:
    """The exported workbook with one cell changed."""
    book = load_workbook(io.BytesIO(table.to(Format.XLSX)))
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index(column) + 1
    sheet.cell(row, place).value = value  # type: ignore[assignment]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changes(kind: str, content: bytes) -> tuple[tuple[int, int, int], list[dict[str, str]]]:
    run = read_in(kind, content, dry_run=True)
    assert said(run) == []
    assert run.state == State.READY
    return (run.new, run.changed, run.removed), run.preview["changes"]


def test_round_trip_of_sick_leave() -> None:
    read_in("sykefravaer", workbook(quarter(1) + quarter(2)))
    rows = list(SickLeave.objects.select_related("enhet", "rammeomrade").order_by("quarter", "enhet_id"))
    content = edited(exports.days_table(rows), "Sykefravær langtid (17+ d)", 3, 44.5)
    counted, shown = changes("sykefravaer", content)
    assert counted == (0, 1, 0)
    assert shown == [{"key": "sykefravær 2021 · 1 · 200", "before": "Langtid: 30", "after": "Langtid: 44,5"}]


def test_round_trip_of_targets() -> None:
    SickLeaveTarget.objects.create(year=2021, area=1, percent="4.5", decision="Årsberetningen")
    SickLeaveTarget.objects.create(year=2021, percent="7")
    counted, shown = changes("sykefravaer-mal", edited(exports.targets_table(), "Mål %", 2, 6.5))
    assert counted == (0, 1, 0)
    assert shown == [{"key": "mål 2021 · 0", "before": "Mål %: 7", "after": "Mål %: 6,5"}]


DEMO = Path(exports.__file__).parent.parent / "roros" / "demo"


def test_round_trip_of_staff_figures() -> None:
    read_in("hr-nokkeltall", (DEMO / "hr-nokkeltall.xlsx").read_bytes())
    assert StaffFigure.objects.count() == 38
    counted, shown = changes("hr-nokkeltall", edited(exports.staff_table(staff_figures()), "Verdi", 3, 49.9))
    assert counted == (0, 1, 0)
    key = "personaltall Heltidsandel|alle ansatte|2020|resultat"
    assert shown == [{"key": key, "before": "Verdi: 49,5", "after": "Verdi: 49,9"}]


def test_round_trip_of_internal_control() -> None:
    read_in("internkontroll", (DEMO / "internkontroll-2021.xlsx").read_bytes())
    assert ControlItem.objects.count() == 45
    counted, shown = changes("internkontroll", edited(exports.control_table(control_items()), "Status", 8, "åpent"))
    assert counted == (0, 1, 0)
    key = "internkontroll tilsyn · Statsforvalter: kommunal beredskapsplikt og helseberedskap · 2021"
    assert shown == [{"key": key, "before": "Status: gjennomført og fulgt opp", "after": "Status: åpent"}]


STAFF = ["Indikator", "Gruppe", "År", "Verdi", "Enhet", "Type"]
ANSWERS = ["År", "Virksomhet", "Rammeområde", "Kategori", "Spørsmål", "Svar", "Merknad"]


def checklist(*answers: str | None) -> bytes:
    lines = [[2021, "100", 1, "Opplæring", f"Spørsmål {n}", answer, None] for n, answer in enumerate(answers, 1)]
    return xlsx({"Sjekklistesvar": [ANSWERS, *lines]})


def test_round_trip_of_checklists() -> None:
    read_in("sjekkliste", checklist("ja", "nei", None))
    assert ChecklistAnswer.objects.filter(answer="").count() == 1
    counted, shown = changes("sjekkliste", edited(exports.checklist_table(checklists(2021).answers), "Svar", 3, "ja"))
    assert counted == (0, 1, 0)
    assert shown == [{"key": "svar 2021 · 100 · Opplæring · Spørsmål 2", "before": "Svar: nei", "after": "Svar: ja"}]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("sjekkliste", checklist("kanskje"), ("not-a-choice", 2, "F", "kanskje")),
        (
            "sjekkliste",
            xlsx({"Svar": [ANSWERS, [2021, "999", 1, "Opplæring", "Spørsmål", "ja", None]]}),
            ("unknown-virksomhet", 2, "B", "999"),
        ),
        (
            "hr-nokkeltall",
            xlsx({"HR": [STAFF, ["A", "alle", 2021, "halvparten", "%", "mål"]]}),
            ("not-a-number", 2, "D", "halvparten"),
        ),
        (
            "internkontroll",
            xlsx({"Internkontroll": [["Type", "Navn", "År"], ["tulleliste", "A", 2021]]}),
            ("unknown-control-kind", 2, "A", "tulleliste"),
        ),
        ("internkontroll", xlsx({"Ark1": [["Navn", "År"], ["A", 2021]]}), ("unknown-control-list", 0, "", "Ark1")),
        (
            "sykefravaer-mal",
            xlsx({"Mål": [["År", "Rammeområde", "Mål %", "Vedtatt i"], [2021, 1, 450, "sak"]]}),
            ("out-of-range", 2, "C", "450"),
        ),
    ],
)  # fmt: skip
def test_bad_registers_are_refused_cell_by_cell(kind: str, content: bytes, expected: tuple[str, int, str, str]) -> None:
    run = read_in(kind, content)
    assert run.state == State.REFUSED
    assert [(f.code, f.row, f.column, f.value) for f in findings_of(run)] == [expected]
    assert not any(model.objects.exists() for model in (ChecklistAnswer, StaffFigure, ControlItem, SickLeaveTarget))
