"""The tables of forecasts; handed their numbers, they ask for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Round
from budget.queries.forecasts import AnsvarRow
from roros.numbers import Scale, deviation
from roros.tables import AmountColumn, DeviationColumn, FiguresTable, Line, LineKind, NameColumn, Phone


class PartsTable(FiguresTable):
    """The ansvar of a virksomhet, with what the system proposes and what the leader said."""

    name = NameColumn(gettext_lazy("Ansvar"), code="code", href="href")
    revised_year = AmountColumn(gettext_lazy("Revidert budsjett, året"), muted=True, wide_only=True)
    actual = AmountColumn(gettext_lazy("Regnskap hittil"), wide_only=True)
    remaining_budget = AmountColumn(gettext_lazy("Hittil + rest av budsjett"), phone=Phone.LEFT, phone_label="Rest:")
    season = AmountColumn(gettext_lazy("Fjorårets sesong"), phone=Phone.RIGHT, phone_label="Sesong:")
    forecast = DeviationColumn(gettext_lazy("Prognose"))
    difference = AmountColumn(gettext_lazy("Prognoseavvik"), wide_only=True)

    class Meta:
        orderable = False


def forecast_parts_table(reporting: Round, virksomhet: str, rows: Sequence[AnsvarRow]) -> PartsTable:
    """This will list the ansvar; the sum of the forecasts is there when every ansvar has one."""
    lines = [
        {
            "name": row.proposal.name,
            "code": row.code,
            "href": reverse("budget:forecast", args=[reporting.pk, virksomhet, row.code]),
            "revised_year": row.proposal.revised_year,
            "actual": row.proposal.actual,
            "remaining_budget": row.proposal.remaining_budget,
            "season": row.proposal.season,
            "forecast": row.forecast,
            "difference": deviation(row.proposal.revised_year, row.forecast),
        }
        for row in rows
    ]
    names = ("revised_year", "actual", "remaining_budget", "season", "forecast", "difference")
    total = {"name": _("Sum"), **{name: _sum([line[name] for line in lines]) for name in names}}
    return PartsTable(
        lines,
        footer=[Line(total, LineKind.SUM)] if lines else [],
        caption=_("Forslag og prognose per ansvar."),
        scale=Scale.TKR,
    )


def _sum(values: Sequence[object]) -> Decimal | None:
    """The sum where every value is known."""
    known = [value for value in values if isinstance(value, Decimal)]
    return sum(known, Decimal(0)) if len(known) == len(values) else None
