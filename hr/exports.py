"""The tables of the room as files. What is hidden on a page is hidden here; only the register for HR holds days."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from hr.models import ChecklistAnswer, ControlItem, ControlKind, SickLeave, SickLeaveTarget
from hr.queries.control import checklists, control_items, control_years
from hr.queries.sick_leave import QUARTERS, WHOLE, Level, Share, SickLeaveBook, Window, sick_leave_book
from hr.queries.staff import StaffRow, staff_figures
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.lines import Missing
from roros.models import Rammeomrade
from roros.numbers import round_half_away
from roros.table_registry import NoSuchTable, TableQuery

PERCENTS = (("korttid_pst", "short"), ("langtid_pst", "long"), ("samlet_pst", "total"))


def sick_leave_table(book: SickLeaveBook, *, year: int | None = None, area: str = "") -> ExportTable:
    """This will return one row per rammeområde and year: short, long and in all."""
    rows: list[dict[str, Value]] = []
    for key in sorted({key for one in _years(book, year) for key in book.areas(one)}, key=lambda key: int(key.code)):
        for one in _years(book, year):
            if key in book.areas(one) and area in ("", key.code):
                head: dict[str, Value] = {"rammeomrade_nr": int(key.code), "rammeomrade": book.name(key), "ar": one}
                rows.append({**head, **_percents(book.share(key, Window.year(one)))})
    columns = [
        ExportColumn("rammeomrade_nr", _("Rammeområde nr"), Kind.INTEGER),
        ExportColumn("rammeomrade", _("Rammeområde")),
        ExportColumn("ar", _("År")),
        ExportColumn("korttid_pst", _("Korttid i prosent"), Kind.DECIMAL),
        ExportColumn("langtid_pst", _("Langtid i prosent"), Kind.DECIMAL),
        ExportColumn("samlet_pst", _("Samlet i prosent"), Kind.DECIMAL),
    ]
    return ExportTable("sykefravaer", columns, rows, title=_("Sykefravær per rammeområde og år"), note=_note())


def units_table(book: SickLeaveBook, *, year: int | None = None, area: str = "") -> ExportTable:
    """This will return one row per unit and year; the municipality last, with an empty code."""
    rows: list[dict[str, Value]] = []
    for unit in sorted({unit for one in _years(book, year) for unit in book.units(one)}, key=lambda unit: unit.code):
        for one in _years(book, year):
            inside = book.area_of(unit, one)
            if inside is not None and area in ("", inside.code):
                total = _percents(book.share(unit, Window.year(one)))["samlet_pst"]
                rows.append({"enhet": unit.code, "navn": book.name(unit), "ar": one, "samlet_pst": total})
    if not area:
        for one in _years(book, year):
            total = _percents(book.share(WHOLE, Window.year(one)))["samlet_pst"]
            rows.append({"enhet": "", "navn": _("Røros kommune"), "ar": one, "samlet_pst": total, IS_SUM: True})
    columns = [
        ExportColumn("enhet", _("Enhet")),
        ExportColumn("navn", _("Navn")),
        ExportColumn("ar", _("År")),
        ExportColumn("samlet_pst", _("Samlet i prosent"), Kind.DECIMAL),
    ]
    return ExportTable("sykefravaer-enhet", columns, rows, title=_("Sykefravær per enhet og år"), note=_note())


def quarters_table(book: SickLeaveBook, *, year: int | None = None, area: str = "") -> ExportTable:
    """This will return one row per unit, rammeområde and quarter, with the rolling year that ends there."""
    rows: list[dict[str, Value]] = []
    for key in sorted(book.keys(), key=lambda key: (key.level is Level.UNIT, key.level is Level.AREA, key.code)):
        for one in _years(book, year):
            inside = book.area_of(key, one) if key.level is Level.UNIT else key
            if area and (inside is None or inside.code != area):
                continue
            for quarter in QUARTERS:
                share = book.share(key, Window.quarter(one, quarter))
                if share is not Missing.UNKNOWN:
                    rolling = _percents(book.share(key, Window.rolling(one, quarter)))["samlet_pst"]
                    head = {"niva": key.level.value, "kode": key.code, "navn": book.name(key) or _("Røros kommune")}
                    when = {"ar": one, "kvartal": quarter}
                    rows.append({**head, **when, **_percents(share), "rullerende_ar_pst": rolling})
    columns = [
        ExportColumn("niva", _("Nivå")),
        ExportColumn("kode", _("Kode")),
        ExportColumn("navn", _("Navn")),
        ExportColumn("ar", _("År")),
        ExportColumn("kvartal", _("Kvartal")),
        ExportColumn("korttid_pst", _("Korttid i prosent"), Kind.DECIMAL),
        ExportColumn("langtid_pst", _("Langtid i prosent"), Kind.DECIMAL),
        ExportColumn("samlet_pst", _("Samlet i prosent"), Kind.DECIMAL),
        ExportColumn("rullerende_ar_pst", _("Siste fire kvartaler i prosent"), Kind.DECIMAL),
    ]
    return ExportTable("sykefravaer-kvartal", columns, rows, title=_("Sykefravær per kvartal"), note=_note())


def days_table(rows: list[SickLeave]) -> ExportTable:
    """This will return the register with its days, with the headers of the payroll system: for HR, to be read in."""
    columns = [
        ExportColumn("ar", "År"),
        ExportColumn("kvartal", "Kvartal"),
        ExportColumn("enhet", "Enhet"),
        ExportColumn("enhetsnavn", "Enhetsnavn"),
        ExportColumn("rammeomrade_nr", "Rammeområde", Kind.INTEGER),
        ExportColumn("rammeomrade", "Rammeområdenavn"),
        ExportColumn("avtalte_dagsverk", "Avtalte dagsverk", Kind.AMOUNT),
        ExportColumn("korttid_dagsverk", "Sykefravær korttid (1-16 d)", Kind.AMOUNT),
        ExportColumn("langtid_dagsverk", "Sykefravær langtid (17+ d)", Kind.AMOUNT),
        ExportColumn("ansatte", "Ansatte", Kind.INTEGER),
        ExportColumn("merknad", "Merknad"),
    ]
    lines: list[dict[str, Value]] = [
        {
            "ar": row.year,
            "kvartal": str(row.get_quarter_display()),
            "enhet": row.enhet_id,
            "enhetsnavn": row.enhet.name,
            "rammeomrade_nr": row.rammeomrade_id,
            "rammeomrade": row.rammeomrade.name,
            "avtalte_dagsverk": row.agreed_days,
            "korttid_dagsverk": row.short_days,
            "langtid_dagsverk": row.long_days,
            "ansatte": row.employees,
            "merknad": row.note or None,
        }
        for row in rows
    ]
    note = _("Inneholder tall for små grupper. Ikke del filen.")
    return ExportTable("sykefravaer-register", columns, lines, title=_("Sykefravær i dagsverk"), note=note)


def targets_table() -> ExportTable:
    """This will return the targets for sick leave, with the headers that are read in."""
    names = {area.number: area.name for area in Rammeomrade.objects.all()}
    columns = [
        ExportColumn("ar", "År"),
        ExportColumn("rammeomrade_nr", "Rammeområde", Kind.INTEGER),
        ExportColumn("rammeomrade", "Rammeområdenavn"),
        ExportColumn("mal_pst", "Mål %", Kind.DECIMAL),
        ExportColumn("vedtatt_i", "Vedtatt i"),
    ]
    rows: list[dict[str, Value]] = [
        {
            "ar": one.year,
            "rammeomrade_nr": one.area or None,
            "rammeomrade": names.get(one.area),
            "mal_pst": one.percent,
            "vedtatt_i": one.decision or None,
        }
        for one in SickLeaveTarget.objects.order_by("year", "area")
    ]
    return ExportTable("sykefravaer-mal", columns, rows, title=_("Mål for sykefravær"))


def staff_table(rows: list[StaffRow]) -> ExportTable:
    """This will return the staff figures, with the headers that are read in."""
    columns = [
        ExportColumn("indikator", "Indikator"),
        ExportColumn("gruppe", "Gruppe"),
        ExportColumn("ar", "År"),
        ExportColumn("verdi", "Verdi", Kind.DECIMAL),
        ExportColumn("enhet", "Enhet"),
        ExportColumn("type", "Type"),
        ExportColumn("kontekst", "Merknad"),
    ]
    lines: list[dict[str, Value]] = [
        {
            "indikator": row.indicator,
            "gruppe": row.group,
            "ar": row.year,
            "verdi": row.value.value if isinstance(row.value, Missing) else row.value,
            "enhet": row.unit,
            "type": row.kind.value,
            "kontekst": row.note or None,
        }
        for row in rows
    ]
    return ExportTable("hr-nokkeltall", columns, lines, title=_("Personaltall"))


def control_table(items: list[ControlItem]) -> ExportTable:
    """This will return the lists of internal control as one table, with the headers that are read in."""
    columns = [
        ExportColumn("type", "Type"),
        ExportColumn("navn", "Navn"),
        ExportColumn("beskrivelse", "Beskrivelse"),
        ExportColumn("ar", "År"),
        ExportColumn("status", "Status"),
    ]
    lines: list[dict[str, Value]] = [
        {
            "type": f"{item.kind}_{item.year}" if item.kind == ControlKind.PRIORITY else item.kind,
            "navn": item.name,
            "beskrivelse": item.description or None,
            "ar": item.year,
            "status": item.status or None,
        }
        for item in items
    ]
    return ExportTable("internkontroll", columns, lines, title=_("Internkontroll"))


def checklist_table(answers: tuple[ChecklistAnswer, ...]) -> ExportTable:
    """This will return the answers to the checklists, with the headers that are read in."""
    columns = [
        ExportColumn("ar", "År"),
        ExportColumn("virksomhet", "Virksomhet"),
        ExportColumn("virksomhetsnavn", "Virksomhetsnavn"),
        ExportColumn("rammeomrade_nr", "Rammeområde", Kind.INTEGER),
        ExportColumn("rammeomrade", "Rammeområdenavn"),
        ExportColumn("kategori", "Kategori"),
        ExportColumn("sporsmal", "Spørsmål"),
        ExportColumn("svar", "Svar"),
        ExportColumn("merknad", "Merknad"),
    ]
    lines: list[dict[str, Value]] = [
        {
            "ar": one.year,
            "virksomhet": one.virksomhet_id,
            "virksomhetsnavn": one.virksomhet.name,
            "rammeomrade_nr": one.rammeomrade_id,
            "rammeomrade": one.rammeomrade.name,
            "kategori": one.category,
            "sporsmal": one.question,
            "svar": one.answer or None,
            "merknad": one.note or None,
        }
        for one in sorted(answers, key=lambda one: (one.rammeomrade_id, one.virksomhet_id, one.place))
    ]
    return ExportTable("sjekkliste", columns, lines, title=_("Sjekklister for internkontroll"))


def _percents(share: Share | Missing) -> dict[str, Value]:
    """Two decimals, as the annual report prints; the sign for hidden figures."""
    if isinstance(share, Missing):
        sign = share.value if share is Missing.HIDDEN else None
        return {name: sign for name, _part in PERCENTS}
    return {name: round_half_away(getattr(share, part), 2) for name, part in PERCENTS}


def _years(book: SickLeaveBook, year: int | None) -> Iterator[int]:
    yield from (one for one in book.years if year in (None, one))


def _note() -> str:
    return _("Sykedagsverk delt på avtalte dagsverk. «:» er skjult av hensyn til personvern.")


def _book(query: TableQuery) -> SickLeaveBook:
    book = sick_leave_book()
    if not book.years or query.year not in (None, *book.years):
        raise NoSuchTable(_("Det finnes ikke sykefravær for %(year)s.") % {"year": query.year or _("noe år")})
    return book


def _checklists(query: TableQuery) -> ExportTable:
    year = query.year or next(iter(control_years()), 0)
    found = checklists(year)
    if not found.answers:
        raise NoSuchTable(_("Ingen har svart på sjekklisten for %(year)s.") % {"year": query.year or _("noe år")})
    return checklist_table(found.answers)


EXPORTS = {
    "sykefravaer": lambda query: sick_leave_table(
        _book(query), year=query.year, area=query.filters.get("rammeomrade", "")
    ),
    "sykefravaer-enhet": lambda query: units_table(
        _book(query), year=query.year, area=query.filters.get("rammeomrade", "")
    ),
    "sykefravaer-kvartal": lambda query: quarters_table(
        _book(query), year=query.year, area=query.filters.get("rammeomrade", "")
    ),
    "sykefravaer-mal": lambda query: targets_table(),
    "hr-nokkeltall": lambda query: staff_table(staff_figures(year=query.year)),
    "internkontroll": lambda query: control_table(control_items(year=query.year)),
    "sjekkliste": _checklists,
}
