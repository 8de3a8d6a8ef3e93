"""The table of measures, its sums in words, and its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budget.models import Measure
from budget.queries.measures import MeasureFilter, MeasureRow, measures, sums
from budget.tables.registers import PASSED
from roros.components import Status, StatusKind
from roros.exports import IS_SUM, ExportColumn, ExportTable, Kind, Value
from roros.table_registry import TableQuery
from roros.tables import (
    AmountColumn,
    FiguresTable,
    HtmlColumn,
    Line,
    LineKind,
    NameColumn,
    Phone,
    StatusColumn,
    TextColumn,
)
from roros.templatetags.figures import day, status
from roros.wording import money

KINDS = {
    Measure.Status.PLANNED: StatusKind.NOT_STARTED,
    Measure.Status.UNDER_WAY: StatusKind.STARTED,
    Measure.Status.DONE: StatusKind.DONE,
    Measure.Status.DROPPED: StatusKind.DONE,
}


def measure_status(word: str) -> Status:
    """This will return how a status is shown: its word with an icon."""
    known = Measure.Status(word)
    return Status(known.label, KINDS[known])


def deadline_text(row: MeasureRow) -> SafeString:
    """This will write the deadline, and that it has passed."""
    if row.deadline is None:
        return format_html("{}", _("uten frist"))
    return (
        format_html("{}<br>{}", day(row.deadline), status(PASSED)) if row.is_overdue else SafeString(day(row.deadline))
    )


class SideColumn(TextColumn):
    """A text that a tablet has no room for."""

    tablet = False


class MeasureTable(FiguresTable):
    """Measures, those past their deadline first."""

    empty = gettext_lazy("Ingen tiltak i dette utvalget.")
    title = NameColumn(gettext_lazy("Tiltak"), href="href")
    unit = TextColumn(gettext_lazy("Virksomhet"), phone_label=gettext_lazy("Virksomhet"))
    owner = SideColumn(gettext_lazy("Ansvarlig"), phone_label=gettext_lazy("Ansvarlig"))
    deadline = HtmlColumn(gettext_lazy("Frist"), phone_label=gettext_lazy("Frist"))
    expected = AmountColumn(gettext_lazy("Forventet effekt"), key=True)
    realised = AmountColumn(gettext_lazy("Oppnådd effekt"), phone=Phone.LEFT, phone_label=gettext_lazy("Oppnådd"))
    status = StatusColumn(gettext_lazy("Status"))

    class Meta:
        orderable = False


def measure_table(rows: Sequence[MeasureRow], *, caption: str) -> MeasureTable:
    """This will group the measures: past the deadline, under way, closed. Each stands once."""
    overdue = [row for row in rows if row.is_overdue]
    closed = [row for row in rows if row.status in (Measure.Status.DONE, Measure.Status.DROPPED)]
    rest = [row for row in rows if row not in overdue and row not in closed]
    groups = ((_("Har passert fristen"), overdue), (_("Under arbeid"), rest), (_("Avsluttet"), closed))
    lines = [
        Line({"title": name}, LineKind.GROUP, children=tuple(Line(_record(row)) for row in found), open=True)
        for name, found in groups
        if found
    ]
    total = sums(rows)
    label = _("Sum") if total.counted == len(rows) else _("Sum uten det som utgår")
    footer = [
        Line(
            {"title": label, "expected": total.expected, "realised": total.realised if total.reported else None},
            LineKind.GRAND,
        )
    ]
    return MeasureTable(lines, footer=footer if rows else [], caption=caption)


def _record(row: MeasureRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "href": reverse("budget:measure", args=[row.pk]),
        "unit": row.virksomhet_name,
        "owner": row.owner,
        "deadline": deadline_text(row),
        "expected": row.expected_effect,
        "realised": row.realised_effect,
        "status": measure_status(row.status),
    }


def measures_finding(rows: Sequence[MeasureRow], *, filtered: bool) -> str:
    """This will say how many have passed their deadline, what was expected and what it gave."""
    if not rows:
        return _("Ingen tiltak i dette utvalget") if filtered else _("Ingen tiltak er registrert")
    total, overdue = sums(rows), sum(row.is_overdue for row in rows)
    words = {"overdue": overdue, "total": len(rows), "expected": money(total.expected)}
    if overdue:
        first = ngettext(
            "Tiltaket har passert fristen", "%(overdue)s av %(total)s tiltak har passert fristen", len(rows)
        )
    else:
        first = ngettext("Tiltaket er innenfor fristen", "Ingen av %(total)s tiltak har passert fristen", len(rows))
    if not total.counted:
        return first % words
    if not total.reported:
        return f"{first % words}. " + _("De skal gi %(expected)s") % words
    words["realised"] = money(total.realised)
    return f"{first % words}. " + _("De skal gi %(expected)s og har gitt %(realised)s") % words


def measures_file(rows: Sequence[MeasureRow]) -> ExportTable:
    """This will return the measures with all that is known of them, and the sums."""
    columns = [
        ExportColumn("ar", _("Budsjettår"), Kind.INTEGER),
        ExportColumn("virksomhet", _("Virksomhet")),
        ExportColumn("virksomhet_navn", _("Virksomhetsnavn")),
        ExportColumn("tiltak", _("Tiltak")),
        ExportColumn("beskrivelse", _("Beskrivelse")),
        ExportColumn("ansvarlig", _("Ansvarlig")),
        ExportColumn("status", _("Status")),
        ExportColumn("frist", _("Frist"), Kind.DATE),
        ExportColumn("passert", _("Passert frist"), Kind.BOOLEAN),
        ExportColumn("forventet_effekt", _("Forventet effekt"), Kind.AMOUNT),
        ExportColumn("oppnadd_effekt", _("Oppnådd effekt"), Kind.AMOUNT),
    ]
    lines: list[dict[str, Value]] = [
        {
            "ar": row.year,
            "virksomhet": row.virksomhet,
            "virksomhet_navn": row.virksomhet_name,
            "tiltak": row.title,
            "beskrivelse": row.description,
            "ansvarlig": row.owner,
            "status": str(row.status.label),
            "frist": row.deadline,
            "passert": row.is_overdue,
            "forventet_effekt": row.expected_effect,
            "oppnadd_effekt": row.realised_effect,
        }
        for row in rows
    ]
    if rows:
        total = sums(rows)
        lines.append(
            {
                "tiltak": _("Sum uten det som utgår"),
                "forventet_effekt": total.expected,
                "oppnadd_effekt": total.realised if total.reported else None,
                IS_SUM: True,
            }
        )
    return ExportTable("tiltak", columns, lines, title=_("Tiltak"))


def registered_measures(query: TableQuery) -> ExportTable:
    """This will return the measures of a year, or all of them, for the command line."""
    return measures_file(measures(MeasureFilter(query.year, query.filters.get("virksomhet", ""))))
