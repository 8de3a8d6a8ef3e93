"""The tables of the room as files: the annual report's table, and the register as it can be read in again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from investments.queries.projects import ProjectRow, Totals, YearOfProjects, projects_of, years
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.table_registry import NoSuchTable, TableQuery

OTHERS = "er_ovrige"


def printed_table(found: YearOfProjects) -> ExportTable:
    """This will return the table of the annual report: per rammeområde, the small projects as one, and the sum."""
    columns = [
        ExportColumn("rammeomrade_nr", _("Rammeområde nr"), Kind.INTEGER),
        ExportColumn("rammeomrade", _("Rammeområde")),
        ExportColumn("prosjekt", _("Prosjekt")),
        ExportColumn("vedtatt_totalt", _("Vedtatt totalt"), Kind.AMOUNT),
        ExportColumn("palopt_totalt", _("Påløpt totalt"), Kind.AMOUNT),
        ExportColumn("revidert_budsjett", _("Rev. bud. %(year)s") % {"year": found.year}, Kind.AMOUNT),
        ExportColumn("regnskap", _("Regnskap %(year)s") % {"year": found.year}, Kind.AMOUNT),
        ExportColumn("status", _("Status")),
        ExportColumn(OTHERS, _("Øvrige prosjekter"), Kind.BOOLEAN),
    ]
    title = _("Status investeringsprosjekter %(year)s") % {"year": found.year}
    return ExportTable("investeringer", columns, list(_printed_rows(found)), title=title, note=_note(found))


def register_table(found: YearOfProjects) -> ExportTable:
    """This will return one row per project, with the headers of the municipality's own list, so it can be read in."""
    columns = [
        ExportColumn("prosjektnr", "Prosjektnr"),
        ExportColumn("prosjekt", "Prosjekt"),
        ExportColumn("rammeomrade", "Rammeområde", Kind.INTEGER),
        ExportColumn("rammeomradenavn", "Rammeområdenavn"),
        ExportColumn("vedtatt_totalt", "Vedtatt totalt", Kind.AMOUNT),
        ExportColumn("palopt_totalt", "Påløpt totalt", Kind.AMOUNT),
        ExportColumn("revidert_budsjett", f"Rev. bud. {found.year}", Kind.AMOUNT),
        ExportColumn("regnskap", f"Regnskap {found.year}", Kind.AMOUNT),
        ExportColumn("status", "Status"),
        ExportColumn("statustekst", "Statustekst"),
        ExportColumn("ovrige", "Øvrige prosjekter"),
        ExportColumn("merknad", "Merknad"),
    ]
    rows: list[dict[str, Value]] = [
        {
            "prosjektnr": row.code,
            "prosjekt": row.name,
            "rammeomrade": row.rammeomrade,
            "rammeomradenavn": row.rammeomrade_name,
            "vedtatt_totalt": row.approved,
            "palopt_totalt": row.accrued,
            "revidert_budsjett": row.revised,
            "regnskap": row.actual,
            "status": str(row.status.label) if row.status else None,
            "statustekst": row.text or None,
            "ovrige": "ja" if row.is_other else "nei",
            "merknad": row.note or None,
        }
        for row in found.rows
    ]
    title = _("Investeringsprosjekter %(year)s") % {"year": found.year}
    return ExportTable("investeringer-register", columns, rows, title=title, note=_note(found))


def printed_export(query: TableQuery) -> ExportTable:
    """This will return the annual report's table for `export_table investeringer`."""
    return printed_table(_found(query))


def register_export(query: TableQuery) -> ExportTable:
    """This will return the register for `export_table investeringer-register`."""
    return register_table(_found(query))


EXPORTS = {"investeringer": printed_export, "investeringer-register": register_export}


def _found(query: TableQuery) -> YearOfProjects:
    year = query.year or next(iter(years()), None)
    if year is None:
        raise NoSuchTable(_("Ingen investeringsprosjekter er lest inn ennå."))
    found = projects_of(year)
    if not found.rows:
        raise NoSuchTable(_("Det finnes ingen investeringsprosjekter for %(year)s.") % {"year": year})
    if "rammeomrade" not in query.filters:
        return found
    rows = tuple(row for row in found.rows if str(row.rammeomrade) == query.filters["rammeomrade"])
    return YearOfProjects(found.year, found.as_of, rows, Totals.of(rows))


def _note(found: YearOfProjects) -> str:
    return _("Investeringsprosjekter %(year)s, status per %(day)s.") % {
        "year": found.year,
        "day": f"{found.as_of:%d.%m.%Y}",
    }


def _printed_rows(found: YearOfProjects) -> Iterator[dict[str, Value]]:
    for number in sorted({row.rammeomrade for row in found.rows}):
        inside = [row for row in found.rows if row.rammeomrade == number]
        for row in inside:
            if not row.is_other:
                status = str(row.status.label) if row.status else ""
                yield _row(inside[0], row.name, Totals.of([row]), status=status)
        if others := [row for row in inside if row.is_other]:
            yield _row(inside[0], _("Sum øvrige prosjekter"), Totals.of(others), others=True)
        yield _row(inside[0], _("Sum"), Totals.of(inside), is_sum=True)


def _row(
    area: ProjectRow, name: str, sums: Totals, *, status: str = "", others: bool = False, is_sum: bool = False
) -> dict[str, Value]:
    return {
        "rammeomrade_nr": area.rammeomrade,
        "rammeomrade": area.rammeomrade_name,
        "prosjekt": name,
        "vedtatt_totalt": sums.approved,
        "palopt_totalt": sums.accrued,
        "revidert_budsjett": sums.revised,
        "regnskap": sums.actual,
        "status": status,
        OTHERS: others,
        IS_SUM: is_sum,
    }
