"""The deviation table as a file: kroner and øre, the rows and sums of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from budget.selection import Level, Selection
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.numbers import round_half_away
from roros.tables import FiguresTable, Line, LineKind, Missing


def deviation_export(
    table: FiguresTable, selection: Selection, *, name: str, title: str = "", note: str = ""
) -> ExportTable:
    """This will return the table as a file: kroner and øre, the rows and sums that are shown, opened ones included."""
    lines = [line for line in [*table.data, *table.footer] if line.kind is not LineKind.GROUP]
    rows: list[Mapping[str, Value]] = []
    for line in lines:
        is_open = bool(line.children) and line.open
        rows.append(_exported(line, selection, is_sum=is_open or line.kind.is_sum or bool(line.read("adds_up"))))
        if is_open:
            rows += [_exported(child, selection, is_sum=False) for child in line.children]
    columns = list(_columns(selection, forecasts="prognose" in table.figure_columns))
    return ExportTable(name, columns, rows, note=note, title=title or str(table.caption))


def _columns(selection: Selection, *, forecasts: bool) -> Iterable[ExportColumn]:
    if selection.level is Level.RAMMEOMRADE:
        yield ExportColumn("nr", _("Nr."))
    else:
        yield ExportColumn("rammeomrade_nr", _("Rammeområde nr."))
        yield ExportColumn("rammeomrade", _("Rammeområde"))
        yield ExportColumn("kode", _("Kode"))
    if selection.opened:
        yield ExportColumn("overordnet", _("Inngår i"))
    yield ExportColumn("navn", _("Navn"))
    yield ExportColumn("enhet", _("Enhet"))
    yield ExportColumn("regnskap_fjor", _("Regnskap %(year)s") % {"year": selection.year - 1}, Kind.AMOUNT)
    yield ExportColumn("regnskap", _("Regnskap %(year)s") % {"year": selection.year}, Kind.AMOUNT)
    yield ExportColumn("opprinnelig_budsjett", _("Opprinnelig budsjett"), Kind.AMOUNT)
    yield ExportColumn("revidert_budsjett", _("Revidert budsjett"), Kind.AMOUNT)
    yield ExportColumn("avvik", _("Avvik"), Kind.AMOUNT)
    yield ExportColumn("avvik_pst", _("Avvik i %%") % {}, Kind.PERCENT)
    if not selection.is_year:
        yield ExportColumn("revidert_budsjett_aret", _("Revidert budsjett, hele året"), Kind.AMOUNT)
    if forecasts:
        yield ExportColumn("prognose", _("Prognose"), Kind.AMOUNT)
        yield ExportColumn("prognoseavvik", _("Prognoseavvik"), Kind.AMOUNT)


def _exported(line: Line, selection: Selection, *, is_sum: bool) -> dict[str, Value]:
    percent = line.read("percent")
    if percent is Missing.UNKNOWN:
        percent = None
    elif percent is None and selection.is_year and line.read("revised") == 0:
        percent = round_half_away(line.read("revised"), 1)  # a budget of 0 is "0,0 %" in the annual report's tables
    area = line.read("rammeomrade")
    return {
        "nr": line.read("code"),
        "rammeomrade_nr": area,
        "rammeomrade": line.read("rammeomrade_name"),
        "kode": line.read("code"),
        "overordnet": line.read("parent") or "",
        "navn": line.read("file_name") or line.read("name"),
        "enhet": "kr",
        "regnskap_fjor": line.read("last_year"),
        "regnskap": line.read("actual"),
        "opprinnelig_budsjett": line.read("original"),
        "revidert_budsjett": line.read("revised"),
        "avvik": line.read("deviation"),
        "avvik_pst": percent,
        "revidert_budsjett_aret": line.read("revised_year"),
        "prognose": line.read("forecast"),
        "prognoseavvik": line.read("forecast_deviation"),
        IS_SUM: is_sum,
    }
