"""The tables of the report control page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roros.columns import FigureColumn
from roros.report_control.findings import Disagreement, Rule, Unchecked
from roros.report_control.misprints import shown
from roros.tables import FiguresTable, NameColumn, Phone, TextColumn


class WrittenColumn(FigureColumn):
    """A figure that is written already, each with its own number of decimals."""

    def format(self, value: Any, table: FiguresTable) -> str:
        """This will return the figure as it is."""
        return str(value)


class DisagreementTable(FiguresTable):
    """What disagrees, one row per figure."""

    where = NameColumn(gettext_lazy("Hvor"))
    what = TextColumn(gettext_lazy("Tabell eller kapittel"), wide_only=True)
    printed = WrittenColumn(gettext_lazy("Trykt"), phone=Phone.LEFT, phone_label=gettext_lazy("Trykt"))
    computed = WrittenColumn(gettext_lazy("Regnet"), phone=Phone.BESIDE, phone_label=gettext_lazy("regnet"))
    difference = WrittenColumn(gettext_lazy("Differanse"), key=True)
    against = TextColumn(gettext_lazy("Regnet fra"), wide_only=True)
    misprint = TextColumn(gettext_lazy("Trolig grunn"))


class UncheckedTable(FiguresTable):
    """What could not be controlled."""

    where = NameColumn(gettext_lazy("Hvor"))
    reason = TextColumn(gettext_lazy("Hvorfor"))


def disagreement_table(found: Sequence[Disagreement], *, caption: str, prefix: str) -> FiguresTable:
    """This will return disagreements as a table."""
    return DisagreementTable([_line(one) for one in found], caption=caption, unit="", prefix=prefix, orderable=False)


def unchecked_table(found: Sequence[Unchecked]) -> FiguresTable:
    """This will return what could not be controlled, and why."""
    rows = [{"where": " · ".join(part for part in (one.table, one.row) if part), "reason": one.reason} for one in found]
    return UncheckedTable(rows, caption=_("Ikke kontrollert."), unit="", prefix="u-", orderable=False)


def _line(found: Disagreement) -> dict[str, object]:
    step = found.step
    column = found.column if found.rule is Rule.CLAIM else f"· {found.column.replace('_', ' ')}"
    unit = f" ({found.unit})" if found.unit else ""
    return {
        "where": f"{found.row} {column}{unit}",
        "what": found.source or found.table.replace("_", " "),
        "printed": shown(found.printed, step),
        "computed": shown(found.computed, step),
        "difference": shown(found.difference, step),
        "against": str(found.rule.label),
        "misprint": ". ".join(part for part in (found.misprint, *found.evidence) if part) or None,
    }
