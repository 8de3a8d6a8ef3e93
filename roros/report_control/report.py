"""The whole control: every table against the app, itself and the others, every claim against what it refers to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from roros.report_control.against import AppTable, Figures, Pair, words
from roros.report_control.claims import YEAR, Claim, Rows, check_claims
from roros.report_control.findings import Disagreement, Report, Rule, Unchecked, Verdict
from roros.report_control.misprints import shown
from roros.report_control.printed import PrintedTable, Row, group_of, plain_column
from roros.report_control.within import check_within

HALF = Decimal("0.5")
CLAIMS = "påstander"
Cell = tuple[str, int, str]  # table, row number, column


def check(
    tables: Sequence[PrintedTable], claims: Sequence[Claim], figures: Figures, *, year: int | None = None
) -> Report:
    """This will list every disagreement; one that follows from another stands as its evidence."""
    year = year or _year_of(tables)
    report = Report(tables=len(tables), claims=len(claims))
    pairs: list[Pair] = []
    wrong: dict[Cell, Decimal] = {}  # cells that the app disagrees with, and its figure
    for table in tables:
        report.cells += sum(
            table.figure(row, column) is not None for row in table.rows for column in table.figure_columns
        )
        app = AppTable.find(table, figures, year)
        if app is None:
            if table.figure_columns:
                report.unchecked.append(Unchecked(table.name, "", _("Appen har ingen slik tabell.")))
            report.disagreements += _within(table, None, report)
            continue
        pair = Pair(table, app)
        pairs.append(pair)
        mine = _against(pair, figures, year, report)
        wrong |= {(table.name, place, found.column): found.computed for place, found in mine}
        report.disagreements += [found for _place, found in mine] + _within(table, pair, report)
    report.disagreements += _across(tables, report)
    _gather(report, tables, wrong)
    told = check_claims(claims, _rows(tables, figures, year), year, CLAIMS)
    report.claims_agree = told.agree
    report.disagreements += told.disagreements
    report.unchecked += told.unchecked
    return report


def _against(pair: Pair, figures: Figures, year: int | None, report: Report) -> list[tuple[int, Disagreement]]:
    places = {id(row): place for place, row in enumerate(pair.table.rows)}
    found = []
    for row, _column, item in pair.check(figures, year):
        report.comparisons += 1
        if item is not None:
            found.append((places[id(row)], item))
    if pair.table.figure_columns:
        report.unchecked += [
            Unchecked(pair.table.name, pair.table.label(row), _("Appen har ingen slik rad."))
            for row in pair.table.rows
            if pair.row(row) is None
        ]
    return found


def _within(table: PrintedTable, pair: Pair | None, report: Report) -> list[Disagreement]:
    items = list(check_within(table, pair.beside if pair else _nothing, pair.absent if pair else _none))
    report.comparisons += len(items)
    return [item for item in items if item is not None]


def _nothing(row: Row, column: str) -> Sequence[tuple[str, Decimal | None]]:
    return ()


def _none(row: Row, column: str) -> Sequence[tuple[str, Decimal]]:
    return ()


@dataclass(frozen=True)
class _Stated:
    """One statement of a figure that other tables state too."""

    table: PrintedTable
    row: Row
    column: str
    value: Decimal  # in the table's unit
    divisor: Decimal

    @property
    def room(self) -> Decimal:
        return self.table.step(self.row, self.column) * self.divisor * HALF

    @property
    def kroner(self) -> Decimal:
        return self.value * self.divisor


def _across(tables: Sequence[PrintedTable], report: Report) -> list[Disagreement]:
    """Figures that are printed in two places: told by the first, denied by a later one."""
    first: dict[tuple[str, ...], _Stated] = {}
    found = []
    for key, stated in _statements(tables):
        before = first.setdefault(key, stated)
        if before is stated:
            continue
        report.comparisons += 1
        difference = abs(stated.kroner - before.kroner)
        if difference > before.room + stated.room:
            found.append(
                Disagreement(
                    verdict=Verdict.ERROR,
                    rule=Rule.TWICE,
                    table=stated.table.name,
                    row=stated.table.label(stated.row),
                    column=stated.column,
                    printed=stated.value,
                    computed=before.kroner / stated.divisor,
                    step=stated.table.step(stated.row, stated.column),
                    unit=stated.table.unit(stated.row, stated.column),
                    misprint=_("Står også i %(table)s") % {"table": before.table.name},
                )
            )
    return found


def _statements(tables: Sequence[PrintedTable]) -> Iterator[tuple[tuple[str, ...], _Stated]]:
    for table in tables:
        family = table.title.split("_")[0]
        for row in table.rows:
            area = (
                row.get("rammeomrade_nr") if table.is_sum(row) else row.get("nr") if "kode" not in table.columns else ""
            )
            for column in table.figure_columns:
                value = table.figure(row, column)
                if value is None:
                    continue
                stated = _Stated(table, row, column, value, table.divisor(row, column))
                if area:  # the sum of a rammeområde in tables of one family
                    yield (family, str(table.year), "rammeomrade", area, plain_column(column)), stated
                elif "tabell" in table.columns:  # one file with several printed tables
                    keys = (row[name] for name in table.naming_columns if name != "tabell")
                    yield (table.name, column, *map(words, keys)), stated


def _gather(report: Report, tables: Sequence[PrintedTable], wrong: Mapping[Cell, Decimal]) -> None:
    """Make one disagreement of each misprint: what follows from a wrong cell becomes its evidence."""
    cells: dict[tuple[str, str, str], Disagreement] = {}
    by_name = {table.name: table for table in tables}
    kept: list[Disagreement] = []
    evidence: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for found in report.disagreements:
        if found.rule is Rule.APP:
            cells[found.cell] = found
    for found in report.disagreements:
        if found.rule is not Rule.APP and found.verdict is Verdict.ERROR and found.cell in cells:
            evidence[found.cell].append(f"{found.rule.label}: {shown(found.computed, found.step)}")
        elif found.rule is Rule.SUM and (cause := _cause(by_name[found.table], found, wrong)) is not None:
            evidence[cause].append(_("Summen «%(row)s» stemmer når tallet rettes") % {"row": found.row or found.table})
        else:
            kept.append(found)
    report.disagreements[:] = [replace(found, evidence=tuple(evidence[found.cell])) for found in kept]


def _cause(table: PrintedTable, found: Disagreement, wrong: Mapping[Cell, Decimal]) -> tuple[str, str, str] | None:
    """The wrong cell among the rows of a sum that makes the sum disagree; None when it is not (only) that."""
    total = next(
        (row for row in table.rows if table.is_sum(row) and table.label(row) == found.row and row[found.column]), None
    )
    if total is None:
        return None
    for place, row in enumerate(table.rows):
        right = wrong.get((table.name, place, found.column))
        if right is None or not any(row is part for part in group_of(table, total)):
            continue
        corrected = found.computed + right - (table.figure(row, found.column) or Decimal(0))
        if abs(corrected - found.printed) < abs(found.computed - found.printed):
            return table.name, table.label(row), found.column
    return None


def _rows(tables: Sequence[PrintedTable], figures: Figures, year: int | None) -> Rows:
    """The figures that claims refer to: the app's, else those printed in the report itself."""
    known: dict[tuple[str, int | None], list[tuple[Mapping[str, str], Mapping[str, Decimal]]]] = {}

    def rows(name: str, wanted: int | None) -> Sequence[tuple[Mapping[str, str], Mapping[str, Decimal]]]:
        if (name, wanted) not in known:
            known[name, wanted] = _app_rows(name, wanted, figures) or _printed_rows(tables, name, wanted, year)
        return known[name, wanted]

    return rows


def _app_rows(name: str, wanted: int | None, figures: Figures) -> list[tuple[Mapping[str, str], Mapping[str, Decimal]]]:
    export = figures(name, wanted, {})
    if export is None:  # a table whose rows tell their own years may stand under none
        export = figures(name, None, {})
        if export is None or not any(column.name == YEAR for column in export.columns):
            return []
    table = AppTable.of([export])
    return [
        (
            {key: words(value) for key, value in row.items()},
            {column: value for column in table.kinds if (value := table.value(row, column)) is not None},
        )
        for row in table.rows
    ]


def _printed_rows(
    tables: Sequence[PrintedTable], name: str, wanted: int | None, year: int | None
) -> list[tuple[Mapping[str, str], Mapping[str, Decimal]]]:
    return [
        (
            row,
            {
                plain_column(column): value * table.divisor(row, column)
                for column in table.figure_columns
                if (value := table.figure(row, column)) is not None
            },
        )
        for table in tables
        if table.title.replace("_", "-") == name and (table.year or year) == (wanted or year)
        for row in table.rows
    ]


def _year_of(tables: Sequence[PrintedTable]) -> int | None:
    """The year that most tables are named after."""
    years = [table.year for table in tables if table.year]
    return max(set(years), key=lambda year: (years.count(year), year)) if years else None
