"""The log of changes as a table and as a file; handed the changes, they ask for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roros.exports import ExportColumn, ExportTable, Kind, Value
from roros.history import ChangeKind
from roros.history_forms import KINDS
from roros.history_log import Entry
from roros.tables import FiguresTable, HtmlColumn, NameColumn, TextColumn
from roros.templatetags.figures import moment

MOST_FIELDS = 8  # of a row that was added or removed; the file has all of them
LONGEST = 120  # letters of one value on the page


class LogTable(FiguresTable):
    """Changes, newest first."""

    css = "log"
    empty = gettext_lazy("Ingen endringer i dette utvalget.")
    row = NameColumn(gettext_lazy("Rad"))
    register = TextColumn(gettext_lazy("Register"), muted=True)
    when = HtmlColumn(gettext_lazy("Når og hvem"))
    what = HtmlColumn(gettext_lazy("Fra og til"))
    why = TextColumn(gettext_lazy("Hvorfor"), phone_label=gettext_lazy("Hvorfor:"))

    class Meta:
        orderable = False


def log_table(entries: Iterable[Entry], *, caption: str) -> LogTable:
    """This will list changes with their values before and after."""
    lines = [
        {
            "row": entry.row,
            "register": entry.register,
            "when": format_html("{}<br>{}", moment(entry.when), who(entry)),
            "what": _what(entry),
            "why": entry.reason,
        }
        for entry in entries
    ]
    return LogTable(lines, caption=caption, unit="")


def log_file(entries: Iterable[Entry], *, title: str) -> ExportTable:
    """This will make a file of changes, one row each."""
    columns = [
        ExportColumn("tidspunkt", _("Tidspunkt"), Kind.TEXT),
        ExportColumn("hvem", _("Hvem")),
        ExportColumn("rom", _("Rom")),
        ExportColumn("register", _("Register")),
        ExportColumn("rad", _("Rad")),
        ExportColumn("hva", _("Hva")),
        ExportColumn("fra", _("Fra")),
        ExportColumn("til", _("Til")),
        ExportColumn("hvorfor", _("Hvorfor")),
        ExportColumn("innlesing", _("Innlesing nr."), Kind.INTEGER),
    ]
    words = {kind: str(word) for kind, word in KINDS}
    rows: list[dict[str, Value]] = [
        {
            "tidspunkt": entry.when,
            "hvem": who(entry),
            "rom": entry.room,
            "register": entry.register,
            "rad": entry.row,
            "hva": words[entry.kind],
            "fra": entry.before,
            "til": entry.after,
            "hvorfor": entry.reason,
            "innlesing": entry.run,
        }
        for entry in entries
    ]
    return ExportTable("historikk", columns, rows, title=title)


def who(entry: Entry) -> str:
    """This will name who made a change, as far as it is known."""
    return entry.who or (_("Innlesing") if entry.run else _("Systemet"))


def _what(entry: Entry) -> SafeString:
    if entry.kind is ChangeKind.UPDATE:
        pairs = [(label, _short(was), _short(became)) for label, was, became in entry.differences]
        return format_html_join(SafeString("<br>"), "{}: {} → {}", pairs)
    place = 2 if entry.kind is ChangeKind.INSERT else 1
    word = _("Lagt til") if entry.kind is ChangeKind.INSERT else _("Fjernet")
    shown = "; ".join(f"{one[0]}: {_short(one[place])}" for one in entry.differences[:MOST_FIELDS])
    more = " …" if len(entry.differences) > MOST_FIELDS else ""
    return format_html("<b>{}.</b> {}{}", word, shown, more)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
