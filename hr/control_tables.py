"""The tables of internal control; handed their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hr.models import ChecklistAnswer, ControlItem
from hr.queries.control import Checklists, DoneRow
from roros.lines import Missing
from roros.tables import (
    CountColumn,
    DecimalColumn,
    FiguresTable,
    Line,
    LineKind,
    NameColumn,
    PartsBarColumn,
    Phone,
    TextColumn,
)

Record = dict[str, Any]


class DoneTable(FiguresTable):
    """How much of the checklist is done."""

    name = NameColumn(gettext_lazy("%(what)s"), href="href")
    percent = DecimalColumn(gettext_lazy("Gjennomført, prosent"), key=True)
    bar = PartsBarColumn(gettext_lazy("Gjennomført"), of="rest_zero", second="percent", target="full", wide=True)
    done = CountColumn(gettext_lazy("Ja"), phone=Phone.LEFT, phone_label=gettext_lazy("Ja"))
    partly = CountColumn(gettext_lazy("Delvis"), phone=Phone.BESIDE, phone_label=gettext_lazy("delvis"))
    not_done = CountColumn(gettext_lazy("Nei"), phone=Phone.RIGHT, phone_label=gettext_lazy("nei"))
    unanswered = CountColumn(gettext_lazy("Ikke besvart"), muted=True, wide_only=True)
    not_relevant = CountColumn(gettext_lazy("Ikke aktuelt"), muted=True, wide_only=True)

    class Meta:
        order_by_field = "sorter"


def _done_record(row: DoneRow, href: str = "") -> Record:
    count = row.count
    return {
        "name": row.name,
        "href": href,
        "percent": Missing.MEANINGLESS if row.percent is None else row.percent,
        "rest_zero": Decimal(0),
        "full": Decimal(100),
        "done": count.done,
        "partly": count.partly,
        "not_done": count.not_done,
        "unanswered": count.unanswered,
        "not_relevant": count.not_relevant,
    }


def done_table(found: Checklists, year: int, **options: Any) -> FiguresTable:
    """This will list the rammeområder with their virksomheter, and the municipality below."""
    lines = []
    for area in found.areas:
        parts = tuple(Line(_done_record(part, reverse("hr:checklist", args=[year, part.code]))) for part in area.parts)
        lines.append(Line(_done_record(area), children=parts))
    total = DoneRow("", _("Hele kommunen"), found.whole)
    return DoneTable(
        lines,
        footer=[Line(_done_record(total), LineKind.GRAND)],
        caption=_("Sjekkliste %(year)s.") % {"year": year},
        unit=_("Antall svar, og andel ja av alle som er aktuelle."),
        words={"what": _("Rammeområde")},
        **options,
    )


def categories_table(found: Checklists, **options: Any) -> FiguresTable:
    """This will list the categories of the checklist."""
    return DoneTable(
        [Line(_done_record(row)) for row in found.categories],
        caption=_("Sjekklisten etter kategori."),
        unit="",
        words={"what": _("Kategori")},
        prefix="kategori-",
        **options,
    )


class ItemTable(FiguresTable):
    """One list of internal control."""

    name = NameColumn(gettext_lazy("Navn"), href="href", orderable=False)
    description = TextColumn(gettext_lazy("Beskrivelse"), orderable=False)
    status = TextColumn(gettext_lazy("Status"), orderable=False)


def items_table(items: Iterable[ControlItem], *, title: str) -> FiguresTable:
    """This will list what stands on one list."""
    records = [
        {
            "name": item.name,
            "description": item.description,
            "status": item.status,
            "href": reverse("hr:control_item", args=[item.pk]),
        }
        for item in items
    ]
    without = [name for name in ("description", "status") if not any(record[name] for record in records)]
    return ItemTable(records, caption=title, unit="", hide_caption=True, exclude=without)


class AnswerTable(FiguresTable):
    """What one virksomhet answers."""

    question = NameColumn(gettext_lazy("Spørsmål"), href="href", orderable=False)
    answer = TextColumn(gettext_lazy("Svar"), orderable=False)
    note = TextColumn(gettext_lazy("Merknad"), orderable=False)


def answers_table(answers: Sequence[ChecklistAnswer], *, title: str) -> FiguresTable:
    """This will list the answers of one virksomhet, under their categories."""
    by_category: dict[str, list[Line]] = {}
    for answer in answers:
        record = {
            "question": answer.question,
            "answer": answer.get_answer_display() if answer.answer else _("Ikke besvart"),
            "note": answer.note,
            "href": reverse("hr:checklist_answer", args=[answer.pk]),
        }
        by_category.setdefault(answer.category, []).append(Line(record))
    lines: list[Line] = []
    for category, inside in by_category.items():
        lines += [Line({"question": category}, LineKind.GROUP), *inside]
    return AnswerTable(lines, caption=title, unit="", hide_caption=True)
