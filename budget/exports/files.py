"""Every table that can be had as a file, by name: what `export_table NAME` and `?_export=` of a page both give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from budget.exports.page import deviation_export
from budget.queries.deviations import DeviationRow, Deviations, Known, children, deviations
from budget.queries.expected import expected, rows_with_forecasts, with_forecasts
from budget.queries.years import FigureYear, figure_years
from budget.selection import Level, Selection
from budget.tables.deviations import deviation_table, forecast_note, structure_note
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.numbers import round_half_away
from roros.templatetags.figures import day

Years = Mapping[int, FigureYear]
Export = Callable[[Selection, Years], ExportTable]


@dataclass(frozen=True)
class CentralTable:
    """A rammeområde that is no driftsområde has a table of its own, with the sum that the annual report names."""

    name: str
    rammeomrade: str
    total: str
    largest_first: bool = False

    @property
    def total_label(self) -> str:
        """This will return what the sum is called."""
        return _(self.total)


CENTRAL = {
    table.rammeomrade: table
    for table in (
        CentralTable("sentrale-inntekter", "9", gettext_noop("Sum Frie disponible inntekter"), largest_first=True),
        CentralTable("finans", "10", gettext_noop("Sum Finansinntekter/-utgifter")),
    )
}
CORONA = "111011"  # the project that the municipality booked its corona costs on


def source(years: Years, selection: Selection) -> str:
    """This will tell where the accounts come from and in which organisation last year is shown."""
    year = years.get(selection.year)
    sentences = []
    if year and year.files and year.read_on:
        words = {"files": ", ".join(year.files), "day": day(year.read_on)}
        sentences.append(_("Kilde: %(files)s, lest inn %(day)s.") % words)
    if selection.year - 1 in years:
        sentences.append(structure_note(selection))
    return " ".join(sentences)


def deviation_file(selection: Selection, years: Years) -> ExportTable:
    """This will return the deviation table of a selection, with the rows that it has open."""
    grouped = selection.shows_groups
    forecasts = expected(selection)
    said = forecasts.title if forecasts else ""
    found = with_forecasts(deviations(selection, years, grouped=grouped), selection.level, forecasts)
    opened = rows_with_forecasts(
        children(selection, years, selection.opened, grouped=grouped), selection.level.below, forecasts
    )
    table = deviation_table(selection, found, children=opened, forecast_round=said)
    note = f"{source(years, selection)} {forecast_note(said)}" if said else source(years, selection)
    return deviation_export(table, selection, name=f"avvik-{selection.level.value}", note=note)


def central_rows(selection: Selection, years: Years) -> dict[str, Deviations]:
    """This will return the tjenester of each rammeområde that is no driftsområde, in the order of the annual report."""
    everything = replace(central_selection(selection, ""), rammeomrade=None)
    found = deviations(everything, years, grouped=True, apart=False)
    tables: dict[str, Deviations] = {}
    for area, rows in found.by_rammeomrade():
        if not area.operational:
            known = CENTRAL.get(area.code)
            tables[area.code] = replace(
                found, rows=sorted(rows, key=_by_size) if known and known.largest_first else rows
            )
    return tables


def central_selection(selection: Selection, rammeomrade: str) -> Selection:
    """This will return the selection of such a table: the same year, period, scale and structure, one rammeområde."""
    return Selection(
        selection.year,
        period=selection.period,
        level=Level.TJENESTE,
        scale=selection.scale,
        structure=selection.structure,
        rammeomrade=rammeomrade,
        default_period=selection.default_period,
    )


def _central_file(central: CentralTable) -> Export:
    def make(selection: Selection, years: Years) -> ExportTable:
        inside = central_selection(selection, central.rammeomrade)
        found = central_rows(selection, years).get(
            central.rammeomrade, Deviations((), (), Known.of(years, inside.year))
        )
        table = deviation_table(inside, found, total_label=central.total_label)
        return deviation_export(table, inside, name=central.name, note=source(years, inside))

    return make


def corona_file(selection: Selection, years: Years) -> ExportTable:
    """This will return what was spent on the corona project per driftsområde."""
    inside = replace(selection, level=Level.RAMMEOMRADE, prosjekt=CORONA, opened=(), order="")
    rows = [row for row in deviations(inside, years, apart=False).rows if row.operational]
    columns = [
        ExportColumn("nr", _("Nr.")),
        ExportColumn("navn", _("Navn")),
        ExportColumn("regnskap", _("Regnskap %(year)s") % {"year": selection.year}, Kind.AMOUNT),
    ]
    spent = [row.actual for row in rows if row.actual is not None]
    lines = [{"nr": row.code, "navn": row.name, "regnskap": row.actual, IS_SUM: False} for row in rows if row.lines]
    lines.append({"nr": "", "navn": "Total", "regnskap": sum(spent, Decimal(0)) if spent else None, IS_SUM: True})
    title = _("Koronakostnader per rammeområde %(year)s") % {"year": selection.year}
    return ExportTable("korona-kostnader", columns, lines, note=source(years, inside), title=title)


def organisation_file(selection: Selection, years: Years) -> ExportTable:
    """This will return where each ansvar belongs in the year."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.ansvar_id, a.name, p.virksomhet_id, v.name, r.number, r.name, r.operational, p.from_year, p.to_year
            FROM roros_plassering p JOIN roros_ansvar a ON a.code = p.ansvar_id
                 JOIN roros_virksomhet v ON v.code = p.virksomhet_id
                 JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id
            WHERE %(year)s BETWEEN p.from_year AND coalesce(p.to_year, 9999)
            ORDER BY r.number, p.virksomhet_id, p.ansvar_id
            """,
            {"year": selection.year},
        )
        records = cursor.fetchall()
    columns = [
        ExportColumn("ansvar", _("Ansvar")),
        ExportColumn("navn", _("Ansvarsnavn")),
        ExportColumn("virksomhet", _("Virksomhet")),
        ExportColumn("virksomhet_navn", _("Virksomhetsnavn")),
        ExportColumn("rammeomrade_nr", _("Rammeområde nr."), Kind.INTEGER),
        ExportColumn("rammeomrade", _("Rammeområde")),
        ExportColumn("driftsomrade", _("Driftsområde"), Kind.BOOLEAN),
        ExportColumn("fra_ar", _("Gyldig fra år"), Kind.INTEGER),
        ExportColumn("til_ar", _("Gyldig til år"), Kind.INTEGER),
    ]
    title = _("Organisasjon %(year)s") % {"year": selection.year}
    return ExportTable("organisasjon", columns, _rows(columns, records), title=title)


def amendments_file(selection: Selection, years: Years) -> ExportTable:
    """This will return the lines of the year's adopted amendments; each amendment nets to zero."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.number, a.case_number, a.body, a.decided_on, a.text, l.ansvar_id, l.tjeneste_id, l.art_id,
                   l.prosjekt_id, l.year * 100 + l.period, l.amount
            FROM budget_amendment a JOIN budget_ledgerline l ON l.amendment_id = a.id
            WHERE a.year = %(year)s AND a.status = 'vedtatt'
            ORDER BY a.number, l.ansvar_id, l.tjeneste_id, l.art_id, l.prosjekt_id, l.period, l.id
            """,
            {"year": selection.year},
        )
        records = cursor.fetchall()
    columns = [
        ExportColumn("endringsnr", _("Endringsnr")),
        ExportColumn("saksnr", _("Saksnr")),
        ExportColumn("organ", _("Organ")),
        ExportColumn("vedtaksdato", _("Vedtaksdato"), Kind.DATE),
        ExportColumn("tekst", _("Tekst")),
        ExportColumn("ansvar", _("Ansvar")),
        ExportColumn("tjeneste", _("Tjeneste")),
        ExportColumn("art", _("Art")),
        ExportColumn("prosjekt", _("Prosjekt")),
        ExportColumn("periode", _("Periode"), Kind.INTEGER),
        ExportColumn("belop", _("Beløp"), Kind.AMOUNT),
    ]
    title = _("Vedtatte budsjettendringer %(year)s") % {"year": selection.year}
    return ExportTable("budsjettendringer", columns, _rows(columns, records), title=title)


def _deviations_at(level: Level) -> Export:
    def make(selection: Selection, years: Years) -> ExportTable:
        return deviation_file(replace(selection, level=level), years)

    return make


def _rows(columns: Sequence[ExportColumn], records: Sequence[tuple[Value, ...]]) -> list[dict[str, Value]]:
    names = [column.name for column in columns]
    return [dict(zip(names, record, strict=True)) for record in records]


def _by_size(row: DeviationRow) -> tuple[Decimal, str]:
    return -abs(round_half_away(row.original or row.actual or Decimal(0))), row.code


_exports: dict[str, Export] = {
    **{f"avvik-{level.value}": _deviations_at(level) for level in Level},
    **{central.name: _central_file(central) for central in CENTRAL.values()},
    "korona-kostnader": corona_file,
    "organisasjon": organisation_file,
    "budsjettendringer": amendments_file,
}


def names() -> list[str]:
    """This will return the names of every table, in order."""
    return sorted(_exports)


def export_table(name: str, selection: Selection, years: Years | None = None) -> ExportTable:
    """This will return the named table for a selection; KeyError when there is none of that name."""
    return _exports[name](selection, figure_years() if years is None else years)
