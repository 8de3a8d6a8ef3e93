"""Printed tables against the app, themselves and each other: what is an error, what a rounding, and what went wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from roros.report_control.findings import Disagreement, Report, Rule, Verdict
from roros.report_control.misprints import likeliest, missing_row
from roros.report_control.report import check
from tests.roros.report_control.tables import app, nothing, printed

D = Decimal
HEAD = "rammeomrade_nr,kode,navn,enhet,regnskap,revidert_budsjett,avvik,avvik_pst,er_sum"


def told(report: Report) -> list[tuple[Verdict, Rule, str, str, Decimal, Decimal]]:
    return [
        (found.verdict, found.rule, found.row, found.column, found.printed, found.computed)
        for found in report.disagreements
    ]


def errors(*tables: object, figures: object = nothing) -> list[Disagreement]:
    return check(tables, [], figures).errors  # type: ignore[arg-type]


def test_a_table_that_agrees_has_nothing_to_tell() -> None:
    table = printed(
        "avvik_virksomhet_2021", HEAD,
        "2,200,Skole,tkr,100,110,10,9.1,false", "2,230,Barnehage,tkr,50,40,-10,-25.0,false",
        "2,,Sum,tkr,150,150,0,0.0,true",
    )  # fmt: skip
    report = check([table], [], nothing)
    assert told(report) == []
    assert (report.tables, report.cells) == (1, 12)
    assert [found.reason for found in report.unchecked] == ["Appen har ingen slik tabell."]


@pytest.mark.parametrize(
    ("row", "rule", "column", "computed", "misprint"),
    [
        ("2,,Sum,tkr,151,150,0,0.0,true", None, "", 0, ""),  # two rows may each be half a unit off
        ("2,,Sum,tkr,510,150,-360,-240.0,true", Rule.SUM, "regnskap", 150, ""),
        ("2,,Sum,tkr,105,150,45,30.0,true", Rule.SUM, "regnskap", 150, "To siffer er byttet om"),
        ("2,,Sum,tkr,1500,150,-1350,-900.0,true", Rule.SUM, "regnskap", 150, "Ett siffer for mye"),
        ("2,,Sum,tkr,150,150,7,4.7,true", Rule.DEVIATION, "avvik", 0, ""),
        ("2,,Sum,tkr,150,150,0,3.0,true", Rule.PERCENT, "avvik_pst", 0, ""),
    ],
)
def test_a_sum_row_is_held_against_its_rows_and_itself(
    row: str, rule: Rule | None, column: str, computed: int, misprint: str
) -> None:
    rows = ("2,200,Skole,tkr,100,110,10,9.1,false", "2,230,Barnehage,tkr,50,40,-10,-25.0,false")
    found = [one for one in errors(printed("avvik_x_2021", HEAD, *rows, row)) if one.column == column]
    mine = [one for one in found if one.rule is rule]
    assert [one.computed for one in mine] == ([computed] if rule else [])
    assert bool(found) == bool(rule)
    if misprint:
        assert mine[0].misprint == misprint


def test_sums_of_areas_without_rows_and_grand_totals() -> None:
    table = printed(
        "avvik_x_2021", "rammeomrade_nr,kode,navn,regnskap,er_sum",
        "1,,Sum,999,true", "2,200,Skole,100,false", "2,,Sum,100,true", "3,300,Sykehjem,7,false", "3,,Sum,8,true",
        ",,Totalsum,300,true",
    )  # fmt: skip
    # 1 has no rows to add up; 8 for 7 may be rounding; 300 is neither the rows nor the sums.
    assert [(found.row, found.column) for found in errors(table)] == [("Totalsum", "regnskap")]


def test_the_percent_of_a_small_budget_is_a_rounding() -> None:
    found = check([printed("avvik_x_2021", HEAD, "3,1200,Administrasjon,tkr,90,3,-87,-2914.4,false")], [], nothing)
    assert told(found) == [
        (Verdict.ROUNDING, Rule.PERCENT, "3 · 1200 · Administrasjon", "avvik_pst", D("-2914.4"), D("-2900.0"))
    ]


def test_parts_add_up_to_the_whole() -> None:
    head = "rammeomrade_nr,ar,korttid_pst,langtid_pst,samlet_pst"
    found = check([printed("sykefravaer", head, "1,2021,1.12,2.51,3.64", "2,2021,1.00,2.00,3.50")], [], nothing)
    assert [(one.verdict, one.row) for one in found.disagreements] == [
        (Verdict.ROUNDING, "1 · 2021"),
        (Verdict.ERROR, "2 · 2021"),
    ]


APP = [
    {"kode": "200", "navn": "Røros skole", "regnskap": D("100400.00"), "regnskap_fjor": D("90000.00"), "er_sum": False},
    {"kode": "230", "navn": "Røros barnehage", "regnskap": D("50500.00"), "regnskap_fjor": D("1.00"), "er_sum": False},
    {"kode": "", "navn": "Sum", "regnskap": D("150900.00"), "regnskap_fjor": D("90001.00"), "er_sum": True},
]


@pytest.mark.parametrize(
    ("figure", "verdict", "misprint"),
    [
        ("100", None, ""),
        ("101", Verdict.ROUNDING, ""),  # rounded the wrong way
        ("102", Verdict.ERROR, "Ett siffer er feil: 2 i stedet for 0"),
        ("90", Verdict.ERROR, "Feil grunnlag: regnskapet året før"),
        ("-100", Verdict.ERROR, "Feil fortegn"),
        ("1000", Verdict.ERROR, "Ett siffer for mye"),
        ("10", Verdict.ERROR, "Ett siffer mangler"),
    ],
)
def test_a_figure_is_held_against_the_apps(figure: str, verdict: Verdict | None, misprint: str) -> None:
    table = printed("avvik_virksomhet_2021", "kode,navn,enhet,regnskap,er_sum", f"200,Røros skole,tkr,{figure},false")
    found = check([table], [], app(avvik_virksomhet=APP)).disagreements
    assert [(one.verdict, one.rule, one.misprint) for one in found] == (
        [(verdict, Rule.APP, misprint)] if verdict else []
    )


def test_units_stand_in_the_column_or_beside() -> None:
    figures = app(avvik_virksomhet=APP)
    for head, figure in (("kode,regnskap_tkr", "100"), ("kode,regnskap_kr", "100400"), ("kode,regnskap", "100400")):
        assert errors(printed("avvik_virksomhet_2021", head, f"200,{figure}"), figures=figures) == []


def test_half_a_unit_rounds_away_from_zero() -> None:
    table = printed("avvik_virksomhet_2021", "kode,regnskap_tkr", "230,51")
    assert check([table], [], app(avvik_virksomhet=APP)).disagreements == []


def test_a_row_left_out_is_named() -> None:
    table = printed(
        "avvik_virksomhet_2021", "kode,navn,regnskap_tkr,er_sum", "200,Røros skole,100,false", ",Sum,151,true"
    )
    found = check([table], [], app(avvik_virksomhet=APP)).errors
    assert [(one.rule, one.misprint) for one in found] == [(Rule.SUM, "Raden mangler: 230 Røros barnehage")]


def test_a_wrong_cell_explains_the_sum_that_it_breaks() -> None:
    table = printed(
        "avvik_virksomhet_2021", "kode,navn,regnskap_tkr,er_sum",
        "200,Røros skole,190,false", "230,Røros barnehage,51,false", ",Sum,151,true",
    )  # fmt: skip
    found = check([table], [], app(avvik_virksomhet=APP)).errors
    assert [(one.rule, one.row) for one in found] == [(Rule.APP, "200 · Røros skole")]
    assert found[0].evidence == ("Summen «Sum» stemmer når tallet rettes",)


def test_a_figure_that_is_printed_twice_must_be_the_same() -> None:
    head = "kommune,ar,sektor,utslipp,tabell"
    table = printed("utslipp", head, "Røros,2020,Jordbruk,10489.3,a", "Røros,2020,Jordbruk,10480.3,b")
    assert [(one.rule, one.printed, one.computed) for one in errors(table)] == [
        (Rule.TWICE, D("10480.3"), D("10489.3"))
    ]
    areas = printed("avvik_rammeomrade_2021", "nr,navn,enhet,regnskap,er_sum", "2,Oppvekst,kr,93535568,false")
    units = "rammeomrade_nr,kode,navn,enhet,regnskap,er_sum"
    assert errors(areas, printed("avvik_virksomhet_2021", units, "2,,Sum,tkr,93536,true")) == []
    assert [one.rule for one in errors(areas, printed("avvik_virksomhet_2021", units, "2,,Sum,tkr,93563,true"))] == [
        Rule.TWICE
    ]


def test_rows_that_the_app_does_not_have_are_told_apart() -> None:
    table = printed("avvik_virksomhet_2021", "kode,navn,regnskap_tkr", "299,Ny skole,100")
    report = check([table], [], app(avvik_virksomhet=APP))
    assert (report.errors, [(one.row, one.reason) for one in report.unchecked]) == (
        [],
        [("299 · Ny skole", "Appen har ingen slik rad.")],
    )


def test_a_remark_may_leave_out_a_project_and_a_tolerance_give_room() -> None:
    rows = [
        {"kode": "1110", "navn": "Servicetorg", "avvik": D("-90000")},
        {"kode": "1110", "navn": "Servicetorg", "avvik": D("-88000"), "prosjekt": "111011"},
    ]
    head = "ansvar,navn,avvik_kr,toleranse_kr,merknad"
    table = printed("ansvar_avvik_2021", head, "1110,Servicetorg,0,5000,uten prosjekt 111011")
    assert errors(table, figures=app(avvik_ansvar=rows)) == []
    assert (
        len(errors(printed("ansvar_avvik_2021", head, "1110,Servicetorg,0,5000,"), figures=app(avvik_ansvar=rows))) == 1
    )


def test_another_year_asks_the_app_for_that_year() -> None:
    asked: list[int | None] = []

    def figures(name: str, year: int | None, filters: object) -> None:
        asked.append(year)

    check([printed("avvik_virksomhet_2024", "kode,regnskap", "200,1")], [], figures)  # type: ignore[arg-type]
    assert set(asked) == {2024}


@pytest.mark.parametrize(
    ("printed_figure", "computed", "step", "words"),
    [
        ("10480.3", "10489.3", "0.1", "Ett siffer er feil: 0 i stedet for 9"),
        ("1243", "1234", "1", "To siffer er byttet om"),
        ("20019", "2009", "1", "Ett siffer for mye"),
        ("5.9", "590", "0.1", "Feil enhet eller komma på feil plass"),
        ("7", "1234", "1", ""),
    ],
)
def test_the_likeliest_misprint(printed_figure: str, computed: str, step: str, words: str) -> None:
    assert likeliest(D(printed_figure), D(computed), D(step)) == words


def test_a_missing_row_must_be_the_only_one_that_fits() -> None:
    assert missing_row(D("5"), D("1"), [("a", D(5)), ("b", D(9))]) == "Raden mangler: a"
    assert missing_row(D("5"), D("1"), [("a", D(5)), ("b", D(5))]) == ""
