"""The registers as files, with the columns that the importers read back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.models import CouncilCase, Grant, Theme
from budget.queries.decisions import (
    DecisionRow,
    case_years,
    cases,
    decisions,
    newest_report_date,
)
from budget.queries.maltall import indicator_years, reported_values
from budget.queries.pupils import PupilNumbers, pupil_numbers
from budget.queries.themes import GrantGroup, grant_groups, theme_years
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.periods import CLOSING, Period
from roros.table_registry import Export, NoSuchTable, TableQuery
from roros.templatetags.figures import day

KORONA = "korona"


def decisions_file(rows: Sequence[DecisionRow], as_of: datetime.date) -> ExportTable:
    """This will return the decisions as they stood, one row each."""
    columns = [
        ExportColumn("nr", _("Nr")),
        ExportColumn("tittel", _("Tittel")),
        ExportColumn("status", _("Status")),
        ExportColumn("saksreferanse", _("Saksreferanse")),
        ExportColumn("frist", _("Frist"), Kind.DATE),
        ExportColumn("frist_tekst", _("Fristtekst")),
        ExportColumn("oppfolging_sak", _("Oppfølging sak")),
        ExportColumn("oppfolging_organ", _("Oppfølging organ")),
        ExportColumn("oppfolging_dato", _("Oppfølging dato"), Kind.DATE),
        ExportColumn("oppdragseier_rolle", _("Oppdragseier (rolle)")),
        ExportColumn("ansvarlig_rolle", _("Ansvarlig (rolle)")),
        ExportColumn("sammendrag", _("Sammendrag")),
        ExportColumn("ar", _("År")),
        ExportColumn("status_per", _("Status per"), Kind.DATE),
        ExportColumn("status_beskrivelse", _("Beskrivelse status")),
        ExportColumn("oppfolging_nr", _("Oppfølging nr")),
        ExportColumn("rammeomrade", _("Rammeområde")),
        ExportColumn("prosjekt", _("Prosjekt")),
        ExportColumn("budsjettendring", _("Budsjettendring")),
    ]
    lines = [_decision_line(row) for row in rows]
    title = _("Oppfølging av verbalvedtak")
    return ExportTable(
        "verbalvedtak", columns, lines, title=title, note=_("Slik det sto %(day)s.") % {"day": day(as_of)}
    )


def _decision_line(row: DecisionRow) -> dict[str, Value]:
    followup = row.followup
    return {
        "nr": row.number,
        "tittel": row.title,
        "status": row.status_label,
        "saksreferanse": row.case_number,
        "frist": row.deadline,
        "frist_tekst": row.deadline_text,
        "oppfolging_sak": followup.case_number if followup else "",
        "oppfolging_organ": followup.body if followup else "",
        "oppfolging_dato": followup.decided_on if followup else None,
        "oppdragseier_rolle": row.owner_role,
        "ansvarlig_rolle": row.responsible_role,
        "sammendrag": row.text,
        "ar": row.year,
        "status_per": row.status_date,
        "status_beskrivelse": row.status_text,
        "oppfolging_nr": followup.place if followup else None,
        "rammeomrade": row.rammeomrade,
        "prosjekt": row.project_code,
        "budsjettendring": row.amendment,
    }


def cases_file(rows: Sequence[CouncilCase]) -> ExportTable:
    """This will return the council cases."""
    columns = [
        ExportColumn("saksnr", _("Saksnr")),
        ExportColumn("lopenr", _("Løpenr")),
        ExportColumn("ar", _("År")),
        ExportColumn("organ", _("Organ")),
        ExportColumn("tittel", _("Tittel")),
        ExportColumn("dato", _("Dato"), Kind.DATE),
    ]
    lines: list[dict[str, Value]] = [
        {
            "saksnr": row.reference,
            "lopenr": row.number,
            "ar": row.year,
            "organ": row.body,
            "tittel": row.title,
            "dato": row.decided_on,
        }
        for row in rows
    ]
    return ExportTable("politiske-saker", columns, lines, title=_("Politiske saker"))


def indicators_file(year: int) -> ExportTable:
    """This will return the values of a year and the year before, as the annual report sets them side by side."""
    columns = [
        ExportColumn("indikator", _("Indikator")),
        ExportColumn("kommune", _("Kommune")),
        ExportColumn("ar", _("År")),
        ExportColumn("verdi", _("Verdi"), Kind.DECIMAL),
        ExportColumn("enhet", _("Enhet")),
        ExportColumn("mal", _("Mål"), Kind.DECIMAL),
        ExportColumn("mal_merknad", _("Merknad")),
        ExportColumn("vedtatt_i", _("Vedtatt i")),
    ]
    lines: list[dict[str, Value]] = [
        {
            "indikator": row.indicator.name,
            "kommune": row.municipality,
            "ar": row.year,
            "verdi": plain(row.value),
            "enhet": row.indicator.unit,
            "mal": plain(target.value) if target else None,
            "mal_merknad": "; ".join(part for part in (target.direction if target else "", row.note) if part),
            "vedtatt_i": target.decision if target else "",
        }
        for row, target in reported_values((year - 1, year))
    ]
    return ExportTable("handlingsregler", columns, lines, title=_("Måltall og handlingsregler"))


def grants_file(theme: str, year: int, groups: Sequence[GrantGroup]) -> ExportTable:
    """This will return a theme's grants with the sum of each table."""
    columns = [
        ExportColumn("gruppe", _("Gruppe")),
        ExportColumn("tilskudd", _("Tilskudd")),
        ExportColumn("merknad", _("Merknad")),
        ExportColumn("departement", _("Departement")),
        ExportColumn("belop", _("Beløp"), Kind.AMOUNT),
        ExportColumn("ar", _("År")),
        ExportColumn("tema", _("Tema")),
    ]
    lines: list[dict[str, Value]] = []
    for group in groups:
        common: dict[str, Value] = {"gruppe": group.name, "ar": year, "tema": theme}
        lines += [_grant_line(grant) | common for grant in group.grants]
        lines.append({**common, "tilskudd": _("Sum ekstrabevilgninger"), "belop": group.total, IS_SUM: True})
    title = _("Statlige tilskudd til %(theme)s %(year)s") % {"theme": theme, "year": year}
    return ExportTable("korona-tilskudd", columns, lines, title=title)


def _grant_line(grant: Grant) -> dict[str, Value]:
    return {
        "tilskudd": grant.name,
        "merknad": grant.note,
        "departement": grant.department,
        "belop": grant.amount,
        IS_SUM: False,
    }


def pupils_file(numbers: PupilNumbers) -> ExportTable:
    """This will return one row per age group and year, and the sums of the years."""
    columns = [
        ExportColumn("aldersgruppe", _("Aldersgruppe")),
        ExportColumn("ar", _("År")),
        ExportColumn("antall", _("Antall"), Kind.INTEGER),
    ]
    lines: list[dict[str, Value]] = [
        {"aldersgruppe": group, "ar": year, "antall": numbers.count(group, year)}
        for group in numbers.groups
        for year in numbers.years
        if numbers.count(group, year) is not None
    ]
    lines += [
        {"aldersgruppe": "Total", "ar": year, "antall": total, IS_SUM: True}
        for year in numbers.years
        if (total := numbers.total(year)) is not None
    ]
    return ExportTable("elevtall", columns, lines, title=_("Barn i skolealder"))


def plain(value: Decimal) -> Decimal:
    """This will drop the zeros behind the last decimal that says something: 5.900000 is 5.9."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else value


def _decisions(query: TableQuery) -> ExportTable:
    if query.year is None:
        as_of = newest_report_date()
        if as_of is None:
            raise NoSuchTable(_("Ingen vedtak er registrert."))
    else:
        as_of = Period(query.year, query.period or CLOSING).ends_on
    return decisions_file(decisions(as_of, year=query.year), as_of)


def _cases(query: TableQuery) -> ExportTable:
    return cases_file(cases(_year(query, case_years())))


def _indicators(query: TableQuery) -> ExportTable:
    return indicators_file(_year(query, indicator_years()))


def _grants(query: TableQuery) -> ExportTable:
    name = Theme.objects.filter(code=KORONA).values_list("name", flat=True).first() or KORONA
    year = _year(query, theme_years())
    return grants_file(name, year, grant_groups(KORONA, year))


def _pupils(query: TableQuery) -> ExportTable:
    return pupils_file(pupil_numbers())


def _year(query: TableQuery, years: Sequence[int]) -> int:
    """The year that was asked for, the newest when none was."""
    if query.year is not None:
        return query.year
    if not years:
        raise NoSuchTable(_("Ingenting er registrert."))
    return years[0]


EXPORTS: dict[str, Export] = {
    "verbalvedtak": _decisions,
    "politiske-saker": _cases,
    "handlingsregler": _indicators,
    "maltall": _indicators,
    "korona-tilskudd": _grants,
    "elevtall": _pupils,
}
