"""Ledgers as they come from the wild, continued: groups, sums, sheets, years and errors."""

from __future__ import annotations

import datetime
from typing import Any

from tests.roros.workbooks.layouts import LINES, STAGED, read_bytes, renumbered
from tests.workbooks import LEDGER_HEADER, xlsx


def test_group_cells_written_once_are_inherited() -> None:
    rows = [
        ["Ansvar", "Ansvar(T)", "Tjeneste", "Art", "Periode", "Beløp"],
        ["1000", "Politikk", "1000", "105000", "202101", 1],
        ["", "", "", "", "202102", 2],
        ["", "", "", "109000", "202101", 3],
        [],
        ["", "", "1100", "105000", "202101", 4],
        ["2000", "Skole", "2020", "101000", "202101", 5],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert [(line[0], line[1], line[3], line[4], line[7], line[8]) for line in read.lines] == [
        ("2", "1000", "1000", "105000", "1", "1.00"),
        ("3", "1000", "1000", "105000", "2", "2.00"),
        ("4", "1000", "1000", "109000", "1", "3.00"),
        ("6", "1000", "1100", "105000", "1", "4.00"),
        ("7", "2000", "2020", "101000", "1", "5.00"),
    ]
    assert "inherited" in read.sheet.notes


def test_group_headings_on_rows_of_their_own() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Beløp"],
        ["1000 Politikk", "", "", "", ""],
        ["", "1000", "105000", "202101", 1],
        ["2000 Skole", "", "", "", ""],
        ["", "2020", "101000", "202101", 2],
        ["", "2020", "105000", "202101", 3],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert [line[1] for line in read.lines] == ["1000", "2000", "2000"]


def test_an_inner_group_does_not_outlive_its_outer_group() -> None:
    rows = [
        ["Ansvar", "Tjeneste", "Art", "Periode", "Beløp"],
        ["1000", "1000", "105000", "202101", 1],
        ["2000", "", "101000", "202101", 2],
    ]
    assert read_bytes(xlsx(rows)).where == [("empty-value", 3, "B", "")]


def test_an_empty_code_in_a_flat_file_is_an_error_not_inherited() -> None:
    line = ["1000", "", "1000", "105000", "", "202101", 1]
    read = read_bytes(xlsx([LEDGER_HEADER, line, line, ["", "", "1000", "105000", "", "202101", 1], line]))
    assert read.where == [("empty-value", 4, "A", "")]
    assert read.errors[0].params == {"label": "Ansvar"}


def test_subtotals_repeated_headers_and_blank_rows_in_the_middle() -> None:
    rows = [
        ["Regnskap 2021, side 1"],
        LEDGER_HEADER,
        LINES[0],
        LINES[1],
        ["Sum 1000", "", "", "", "", "", 80.5],
        [],
        ["Regnskap 2021, side 2"],
        LEDGER_HEADER,
        LINES[2],
        ["Sum 6512", "", "", "", "", "", 0.1],
        ["Side 2 av 2"],
        ["Totalsum", "", "", "", "", "", 80.6],
    ]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert read.lines == renumbered(STAGED, 3, 4, 9)
    assert (read.sheet.control_total, read.sheet.total) == ("80.60", "80.60")


def test_a_subtotal_that_agrees_with_nothing_is_refused() -> None:
    rows = [LEDGER_HEADER, *LINES[:2], ["Sum 1000", "", "", "", "", "", 80], LINES[2]]
    assert read_bytes(xlsx(rows)).where == [("sum-differs", 4, "G", "80.00")]


def test_sums_of_groups_without_a_grand_total() -> None:
    rows = [LEDGER_HEADER, *LINES[:2], ["Sum", "", "", "", "", "", 80.5], LINES[2], ["Sum", "", "", "", "", "", 0.1]]
    read = read_bytes(xlsx(rows))
    assert read.result.findings == []
    assert read.sheet.control_total is None


def test_a_remark_under_the_lines_is_skipped_with_a_warning() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, *LINES, ["Tallene er foreløpige"]]))
    assert read.lines == STAGED
    assert read.warnings == ["text-row-skipped"]


def test_a_row_with_only_an_amount_is_refused() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, *LINES, ["", "", "", "", "", "", 80.6]]))
    assert read.where == [("only-amount", 5, "G", "80.6")]


def test_identical_lines_are_kept() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, LINES[0], LINES[0]]))
    assert read.errors == []
    assert [line[1:] for line in read.lines] == [STAGED[0][1:]] * 2


def test_hidden_rows_and_columns_count() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["G"].hidden = True

    assert read_bytes(xlsx([LEDGER_HEADER, *LINES], change=hide)).lines == STAGED


def test_the_visible_sheet_is_read_and_the_hidden_one_named() -> None:
    other = [LEDGER_HEADER, ["9", "", "9", "9", "", "202101", 9]]
    read = read_bytes(xlsx({"Ark1": [LEDGER_HEADER, *LINES], "Gammelt": other}, hidden=["Gammelt"]))
    assert read.lines == STAGED
    assert read.warnings == ["hidden-sheet-skipped"]


def test_a_hidden_sheet_is_read_when_no_other_fits() -> None:
    sheets = {"Forside": [["Velkommen"]], "Data": [LEDGER_HEADER, *LINES]}
    read = read_bytes(xlsx(sheets, hidden=["Data"]))
    assert read.lines == STAGED
    assert (read.warnings, read.sheet.sheet) == (["hidden-sheet-read"], "Data")


def test_two_sheets_that_fit_are_refused_unless_one_has_the_name() -> None:
    lines = [LEDGER_HEADER, *LINES]
    read = read_bytes(xlsx({"Ark1": lines, "Ark2": lines}))
    assert [(f.code, f.params["sheets"]) for f in read.errors] == [("several-sheets", "Ark1, Ark2")]
    assert read_bytes(xlsx({"Ark1": lines, "regnskap": lines})).sheet.sheet == "regnskap"


def test_dates_of_the_1904_system() -> None:
    line = ["1000", "", "1000", "105000", "", datetime.date(2021, 8, 31), 1]
    assert read_bytes(xlsx([LEDGER_HEADER, line], epoch_1904=True)).lines[0][6:8] == ["2021", "8"]


def test_another_year_than_asked_for_is_refused_line_by_line() -> None:
    lines = [LINES[0], ["1000", "", "1000", "105000", "", 202001, 1]]
    read = read_bytes(xlsx([LEDGER_HEADER, *lines]), year=2021)
    assert read.where == [("wrong-year", 3, "F", "202001")]
    assert read.errors[0].params == {"year": "2020", "expected": "2021"}


def test_mixed_years_are_refused_by_the_fewest() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, *LINES, ["1000", "", "1000", "105000", "", 202001, 1]]))
    assert read.where == [("wrong-year", 5, "F", "202001")]


def test_no_year_anywhere_is_refused_once() -> None:
    line = ["1000", "", "1000", "105000", "", "januar", 1]
    assert read_bytes(xlsx([LEDGER_HEADER, line, line])).where == [("year-unknown", 0, "", "")]


def test_the_year_column_fills_in_for_the_period() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "År", "Periode", "Beløp"], ["1", "1", "1", 2021, 3, 5]]
    read = read_bytes(xlsx(rows))
    assert (read.lines[0][6:8], read.sheet.years) == (["2021", "3"], (2021,))


def test_a_period_of_another_year_than_the_year_column_is_refused() -> None:
    rows = [["Ansvar", "Tjeneste", "Art", "År", "Periode", "Beløp"], ["1", "1", "1", 2021, "202003", 5]]
    assert ("year-conflict", 2, "E", "202003") in read_bytes(xlsx(rows)).where


def test_every_error_is_found_with_its_cell() -> None:
    rows = [
        LEDGER_HEADER,
        ["1000", "", "1000", "105000", "", "202114", "1.234"],
        ["", "", "1000", "105000", "", "202101", ""],
        ["1000", "", "1000", "105000", "", "202101", 1.005],
        ["1000", "", "1000", "105000", "", "202101", "-"],
        ["1000", "", "1000", "105000", "", "202101", True],
    ]
    assert read_bytes(xlsx(rows)).where == [
        ("not-a-period", 2, "F", "202114"),
        ("ambiguous-number", 2, "G", "1.234"),
        ("empty-value", 3, "A", ""),
        ("empty-amount", 3, "G", ""),
        ("too-many-decimals", 4, "G", "1.005"),
        ("empty-amount", 5, "G", "-"),
        ("not-a-number", 6, "G", "SANN"),
    ]


def test_error_cells_and_formulas_without_value_are_refused_also_where_empty_is_allowed() -> None:
    def change(sheet: Any) -> None:
        sheet["E2"].value, sheet["E2"].data_type = "#N/A", "e"
        sheet["G3"] = "=A1*2"
        sheet["G4"].value, sheet["G4"].data_type = "#REF!", "e"

    assert read_bytes(xlsx([LEDGER_HEADER, *LINES], change=change)).where == [
        ("error-cell", 2, "E", "#N/A"),
        ("formula-without-value", 3, "G", "=A1*2"),
        ("error-cell", 4, "G", "#REF!"),
    ]


def test_replacements_are_used_and_do_not_rename_the_code() -> None:
    read = read_bytes(xlsx([LEDGER_HEADER, *LINES]), replacements={"ansvar": {"6512": "6510"}})
    assert read.errors == []
    assert [line[1] for line in read.lines] == ["1000", "1000", "6510"]
    assert read.sheet.labels == {"ansvar": {"1000": "Politikk"}}


def test_text_amounts_in_norwegian_forms() -> None:
    forms = ["1 234,50", "1\u00a0234,5", "\u221212", "12-", "(3,25)", "1.234,00"]
    rows = [LEDGER_HEADER, *[["1", "", "1", str(i), "", "202101", form] for i, form in enumerate(forms)]]
    expected = ["1234.50", "1234.50", "-12.00", "-12.00", "-3.25", "1234.00"]
    assert [line[-1] for line in read_bytes(xlsx(rows)).lines] == expected


def test_more_lines_than_one_chunk_with_errors_in_several() -> None:
    line = ["1000", "", "1000", "105000", "", "202101", 0.1]
    rows: list[list[Any]] = [LEDGER_HEADER, *[line] * 2500, ["Sum", "", "", "", "", "", 249.9]]
    rows[1200] = [*line[:6], "x"]
    read = read_bytes(xlsx(rows))
    assert read.where == [("not-a-number", 1201, "G", "x")]
    assert (read.sheet.rows, read.sheet.total, read.sheet.control_total) == (2499, "249.90", "249.90")
