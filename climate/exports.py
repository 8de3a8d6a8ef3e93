"""The tables of the room as files: the annual report's two tables, and the registers as they can be read in again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from budget.exports.registers import plain
from climate.models import Emission, EmissionTarget, Measure, Population
from climate.queries.emissions import Series, inhabitants_of, places, printed_order, series_of
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.table_registry import Export, NoSuchTable, TableQuery

SUM = "Sum"


def emissions_file(query: TableQuery) -> ExportTable:
    """This will return the two tables of the annual report: the municipalities side by side, and the own over time.

    `year` is the report's: the newest figures no later than that are used, as the statistics come a year after.
    """
    known = places()
    years = sorted({year for found in known.years.values() for year in found if year <= (query.year or year)})
    if not years:
        raise NoSuchTable(_("Ingen utslippstall er lest inn."))
    newest = years[-1]
    columns = [
        ExportColumn("kommune", _("Kommune")),
        ExportColumn("ar", _("År")),
        ExportColumn("sektor", _("Sektor")),
        ExportColumn("utslipp_tonn_co2e", _("Utslipp (tonn CO₂-ekvivalenter)"), Kind.DECIMAL),
        ExportColumn("tabell", _("Tabell")),
        ExportColumn("innbyggere", _("Innbyggere"), Kind.INTEGER),
    ]
    rows = list(_side_by_side(newest))
    own = settings.MUNICIPALITY_NAME
    if own in known.years:
        rows += _over_time(series_of(own), [year for year in years if year in known.years[own]])
    title = _("Klimagassutslipp %(year)s") % {"year": newest}
    return ExportTable("klima", columns, rows, title=title, note=_("Kilde: Miljødirektoratet."))


def register_file(query: TableQuery) -> ExportTable:
    """This will return the emissions per gas in the shape of the environment agency's sheet."""
    rows = Emission.objects.order_by("municipality", "year", "sector", "gas")
    if query.year is not None:
        rows = rows.filter(year=query.year)
    columns = [
        ExportColumn("fylke", "Fylke"),
        ExportColumn("kommunenummer", "Kommunenummer"),
        ExportColumn("kommune", "Kommune"),
        ExportColumn("ar", "År"),
        ExportColumn("sektor", "Sektor"),
        ExportColumn("klimagass", "Klimagass"),
        ExportColumn("utslipp_tonn_co2e", "Utslipp (tonn CO2-ekvivalenter)", Kind.DECIMAL),
    ]
    lines: list[dict[str, Value]] = [
        {
            "fylke": row.county or None,
            "kommunenummer": row.municipality_number or None,
            "kommune": row.municipality,
            "ar": row.year,
            "sektor": row.sector,
            "klimagass": row.gas,
            "utslipp_tonn_co2e": plain(row.tonnes),
        }
        for row in rows
    ]
    return _file("klima-register", columns, lines, _("Klimagassutslipp per gass"))


def people_file(query: TableQuery) -> ExportTable:
    """This will return the register of inhabitants."""
    columns = [
        ExportColumn("kommune", "Kommune"),
        ExportColumn("ar", "År"),
        ExportColumn("innbyggere", "Innbyggere", Kind.INTEGER),
        ExportColumn("kilde", "Kilde"),
    ]
    rows = Population.objects.order_by("municipality", "year")
    lines: list[dict[str, Value]] = [
        {"kommune": row.municipality, "ar": row.year, "innbyggere": row.inhabitants, "kilde": row.source or None}
        for row in rows
    ]
    return _file("befolkning", columns, lines, _("Folketall"))


def targets_file(query: TableQuery) -> ExportTable:
    """This will return the climate targets."""
    columns = [
        ExportColumn("klimamal", "Klimamål"),
        ExportColumn("kommune", "Kommune"),
        ExportColumn("basisar", "Basisår"),
        ExportColumn("malar", "Målår"),
        ExportColumn("prosent", "Reduksjon i prosent", Kind.DECIMAL),
        ExportColumn("oppgitt_tonn", "Oppgitt mål i tonn", Kind.DECIMAL),
        ExportColumn("gjelder", "Gjelder"),
        ExportColumn("vedtatt_i", "Vedtatt i"),
        ExportColumn("kilde", "Kilde"),
    ]
    lines: list[dict[str, Value]] = [
        {
            "klimamal": row.name,
            "kommune": row.municipality,
            "basisar": row.base_year,
            "malar": row.target_year,
            "prosent": plain(row.percent),
            "oppgitt_tonn": _plain(row.printed_tonnes),
            "gjelder": row.basis,
            "vedtatt_i": row.decision or None,
            "kilde": row.source or None,
        }
        for row in EmissionTarget.objects.order_by("municipality", "target_year")
    ]
    return _file("klimamal", columns, lines, _("Klimamål"))


def measures_file(query: TableQuery) -> ExportTable:
    """This will return the climate measures."""
    columns = [
        ExportColumn("nr", "Nr", Kind.INTEGER),
        ExportColumn("tiltak", "Tiltak"),
        ExportColumn("beskrivelse", "Beskrivelse"),
        ExportColumn("sektor", "Sektor"),
        ExportColumn("ansvarlig_rolle", "Ansvarlig (rolle)"),
        ExportColumn("frist", "Frist", Kind.DATE),
        ExportColumn("kostnad", "Kostnad", Kind.AMOUNT),
        ExportColumn("virkning_tonn", "Årlig virkning i tonn", Kind.DECIMAL),
        ExportColumn("status", "Status"),
        ExportColumn("status_per", "Status per", Kind.DATE),
        ExportColumn("merknad", "Merknad"),
    ]
    lines: list[dict[str, Value]] = [
        {
            "nr": row.number,
            "tiltak": row.title,
            "beskrivelse": row.text or None,
            "sektor": row.sector or None,
            "ansvarlig_rolle": row.responsible_role or None,
            "frist": row.deadline,
            "kostnad": row.cost,
            "virkning_tonn": _plain(row.effect_tonnes),
            "status": str(Measure.Status(row.status).label),
            "status_per": row.status_on,
            "merknad": row.note or None,
        }
        for row in Measure.objects.order_by("number")
    ]
    return _file("klimatiltak", columns, lines, _("Klimatiltak"))


EXPORTS: dict[str, Export] = {
    "klima": emissions_file,
    "klima-register": register_file,
    "befolkning": people_file,
    "klimamal": targets_file,
    "klimatiltak": measures_file,
}


def _side_by_side(year: int) -> Iterator[dict[str, Value]]:
    """Every municipality in one year: by sector, then the sums."""
    table = f"kommuner_{year}"
    sums: dict[str, Decimal] = {}
    for name, sector, tonnes in printed_order(year):
        sums[name] = sums.get(name, Decimal(0)) + tonnes
        yield _row(name, year, sector, tonnes, table)
    people = dict(Population.objects.filter(year=year).values_list("municipality", "inhabitants"))
    for name, tonnes in sums.items():
        yield _row(name, year, SUM, tonnes, table) | {"innbyggere": people.get(name), IS_SUM: True}


def _over_time(series: Series, years: list[int]) -> Iterator[dict[str, Value]]:
    """One municipality over the years: by sector, then the sums."""
    table = f"{slugify(series.municipality.lower().translate(_ASCII))}_{years[0]}_{years[-1]}"
    people = inhabitants_of(series.municipality, years)
    for sector in series.sectors:
        for year in years:
            tonnes = series.of(year, sector)
            if tonnes is not None:
                yield _row(series.municipality, year, sector, tonnes, table)
    for year in years:
        total = _row(series.municipality, year, SUM, series.total(year), table)
        yield total | {"innbyggere": people.get(year), IS_SUM: True}


_ASCII = str.maketrans("æøå", "aoa")


def _row(municipality: str, year: int, sector: str, tonnes: Decimal | None, table: str) -> dict[str, Value]:
    return {
        "kommune": municipality,
        "ar": year,
        "sektor": sector,
        "utslipp_tonn_co2e": _plain(tonnes),
        "tabell": table,
        "innbyggere": None,
        IS_SUM: False,
    }


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else plain(value)


def _file(name: str, columns: list[ExportColumn], rows: Iterable[dict[str, Value]], title: str) -> ExportTable:
    return ExportTable(name, columns, list(rows), title=title)
