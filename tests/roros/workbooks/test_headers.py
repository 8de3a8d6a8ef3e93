"""Finding the header: by its words, wherever it stands, or saying what is missing."""

from __future__ import annotations

import pytest

from roros.workbooks.declare import Column, ColumnType, Layout, Sheet
from roros.workbooks.header_words import column_index, letter, normal
from tests.roros.workbooks.layouts import LEDGER, REGISTER, read_bytes
from tests.workbooks import text, xlsx

N = "\\N"


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_letters_of_columns(index: int, name: str) -> None:
    assert letter(index) == name
    assert column_index(name) == index


def test_no_letter_is_no_column() -> None:
    assert [column_index(name) for name in ("", "F-Q", "1")] == [-1, -1, -1]


def test_headers_are_compared_without_case_letters_form_punctuation_and_space() -> None:
    assert {normal(form) for form in ("BELØP (kr)", "Beløp\n kr", "  beløp_kr ", "beløp, kr.")} == {"beløp kr"}
    assert normal("A\u030ar") == normal("\u00c5R") == "år"
    assert normal(2021.0) == "2021"


def test_missing_columns_are_named_with_what_was_seen_and_a_fingerprint() -> None:
    read = read_bytes(xlsx([["Tittel"], ["Ansvar", "Funksjon", "Dato", "Kroner"], ["1", "1", "202101", 5]]))
    (error,) = read.errors
    assert (error.code, error.sheet, error.row) == ("missing-columns", "Regnskap", 2)
    assert error.params["missing"] == "Art, Beløp"
    assert error.params["seen"] == "A Ansvar, B Funksjon, C Dato, D Kroner"
    assert error.params["columns"] == "art,amount"
    assert len(error.params["fingerprint"]) == 32


def test_a_remembered_mapping_is_used_for_the_same_header_only() -> None:
    rows = [["Ansvar", "Funksjon", "Dato", "Kroner", "Kode"], ["1", "2", "202101", 5, "105000"]]
    fingerprint = read_bytes(xlsx(rows)).errors[0].params["fingerprint"]
    remembered = {fingerprint: {"art": "E", "amount": "D"}}
    read = read_bytes(xlsx(rows), remembered=remembered)
    assert read.result.findings == []
    assert read.lines == [["2", "1", N, "2", "105000", N, "2021", "1", "5.00"]]
    assert read.sheet.fingerprint == fingerprint
    other = [["Ansvar", "Funksjon", "Dato", "Kroner", "Kodeverk"], rows[1]]
    assert read_bytes(xlsx(other), remembered=remembered).errors[0].code == "missing-columns"


def test_two_columns_with_one_header_are_refused_with_their_letters() -> None:
    read = read_bytes(
        xlsx([["Ansvar", "Tjeneste", "Art", "Periode", "Beløp", "Beløp"], ["1", "1", "1", "202101", 5, 6]])
    )
    (error,) = read.errors
    assert (error.code, error.row, error.column, error.value) == ("ambiguous-header", 1, "E", "Beløp")
    assert error.params["columns"] == "E, F"


def test_the_label_wins_over_a_synonym() -> None:
    rows = [
        ["Ansvar", "Koststed", "Tjeneste", "Art", "Periode", "Regnskap", "Beløp"],
        ["1", "9", "1", "1", "202101", 7, 5],
    ]
    read = read_bytes(xlsx(rows))
    assert read.errors == []
    assert (read.lines[0][1], read.lines[0][-1]) == ("1", "5.00")


def test_names_right_of_codes_under_a_bare_header() -> None:
    rows = [["Ansvar", "Tekst", "Tjeneste", "Tekst", "Art", "Tekst", "Periode", "Beløp"]]
    rows.append(["1", "Politikk", "1", "x", "1", "y", "202101", 5])  # type: ignore[list-item]
    read = read_bytes(xlsx(rows))
    assert read.errors == []
    assert read.lines[0][2] == "Politikk"


@pytest.mark.parametrize(("year", "expected"), [(2021, "5.00"), (2020, "4.00")])
def test_the_year_picks_between_two_columns_of_figures(year: int, expected: str) -> None:
    rows = [["Prosjektnr", "Navn", "Rammeområde", "Rev. bud. 2020", "Rev. bud. 2021"], ["I1", "Bru", 1, 4, 5]]
    read = read_bytes(xlsx(rows), layout=REGISTER, year=year)
    assert read.errors == []
    assert read.lines[0][4] == expected


def test_two_years_of_figures_without_a_year_are_refused() -> None:
    rows = [["Prosjektnr", "Navn", "Rammeområde", "Rev. bud. 2020", "Rev. bud. 2021"], ["I1", "Bru", 1, 4, 5]]
    assert [error.code for error in read_bytes(xlsx(rows), layout=REGISTER).errors] == ["ambiguous-header"]


def test_amounts_in_thousands_outside_ledgers() -> None:
    rows = [["Prosjektnr", "Navn", "Rammeområde", "Budsjett i 1000 kr", "Andel"], ["I1", "Bru", 1, 4.5, 7]]
    line = read_bytes(xlsx(rows), layout=REGISTER).lines[0]
    assert (line[4], line[5]) == ("4500.00", "7")


def test_amounts_in_millions() -> None:
    rows = [["Prosjektnr", "Navn", "Rammeområde", "Budsjett (mill. kr)"], ["I1", "Bru", 1, 1.25]]
    read = read_bytes(xlsx(rows), layout=REGISTER)
    assert (read.lines[0][4], read.sheet.notes) == ("1250000.00", ("millions",))


SEVERAL = Layout(
    "organisasjon",
    "Organisasjon",
    tuple(
        Sheet(
            name=name,
            label=label,
            titles=(label,),
            columns=(Column("code", "Kode", ColumnType.CODE), Column("name", "Navn", ColumnType.TEXT)),
            key=("code",),
            required=required,
        )
        for name, label, required in (
            ("tjeneste", "Tjenester", True),
            ("art", "Arter", True),
            ("prosjekt", "Prosjekter", False),
        )
    ),
)


def test_several_sheets_are_told_apart_by_their_names() -> None:
    header = ["Kode", "Navn"]
    sheets = {"arter": [header, ["1", "Lønn"]], "Tjenester": [header, ["2", "Skole"]], "Notater": [header, ["x", "y"]]}
    read = read_bytes(xlsx(sheets), layout=SEVERAL)
    names = {sheet.name: (sheet.sheet, sheet.rows) for sheet in read.result.sheets}
    assert names["tjeneste"] == ("Tjenester", 1)
    assert names["art"] == ("arter", 1)


def test_a_required_sheet_that_is_not_there_is_named() -> None:
    sheets = {"Tjenester": [["Kode", "Navn"], ["2", "Skole"]], "Annet": [["Dato", "Vær"]]}
    read = read_bytes(xlsx(sheets), layout=SEVERAL)
    assert [(error.code, error.params["label"]) for error in read.errors] == [("missing-sheet", "Arter")]


def test_a_header_in_a_text_file_with_quotes_and_wide_rows() -> None:
    content = b'"Ansvar";"Tjeneste";"Art";"Periode";"Bel\xf8p"\r\n"1";"1";"1";"202101";"1 234,50";"ekstra"\r\n"2"\r\n'
    read = read_bytes(content, name="r.csv", layout=LEDGER)
    assert read.lines[0][-1] == "1234.50"
    assert {error.row for error in read.errors} == {3}


def test_a_text_file_without_a_table() -> None:
    assert [error.code for error in read_bytes(text([["hei"], ["du"]]), name="r.csv").errors] == ["missing-columns"]
