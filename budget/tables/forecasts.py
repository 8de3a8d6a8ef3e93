"""The tables of forecasts; handed their numbers, they ask for nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Round
from budget.queries.forecasts import AnsvarRow
from budget.queries.outlook import AreaForecasts, Outlook, RoundForecasts, UnitForecast
from budget.queries.rounds import title_of
from budget.selection import Level
from roros.exports import ExportColumn
from roros.numbers import Scale, deviation
from roros.tables import (
    AmountColumn,
    BarColumn,
    DeviationColumn,
    FiguresTable,
    Line,
    LineKind,
    Missing,
    NameColumn,
    PercentColumn,
    Phone,
    StatusColumn,
)


class PartsTable(FiguresTable):
    """The ansvar of a virksomhet, with what the system proposes and what the leader said."""

    name = NameColumn(gettext_lazy("Ansvar"), code="code", href="href")
    revised_year = AmountColumn(gettext_lazy("Revidert budsjett, året"), muted=True, wide_only=True)
    actual = AmountColumn(gettext_lazy("Regnskap hittil"), wide_only=True)
    remaining_budget = AmountColumn(gettext_lazy("Hittil + rest av budsjett"), phone=Phone.LEFT, phone_label="Rest:")
    season = AmountColumn(gettext_lazy("Fjorårets sesong"), phone=Phone.RIGHT, phone_label="Sesong:")
    forecast = DeviationColumn(gettext_lazy("Prognose"))
    difference = AmountColumn(gettext_lazy("Prognose\N{SOFT HYPHEN}avvik"), wide_only=True)

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


class ForecastTable(FiguresTable):
    """What a round expects of the year, per rammeområde and virksomhet, beside the round before."""

    css = "deviations"

    name = NameColumn(gettext_lazy("Rammeområde og virksomhet"), code="shown_code", href="href", export="navn")
    revised = AmountColumn(
        gettext_lazy("Revidert budsjett %(year)s"),
        phone=Phone.BESIDE,
        phone_label=gettext_lazy("av"),
        export="revidert_budsjett",
    )
    forecast = AmountColumn(
        gettext_lazy("Prognose"), phone=Phone.LEFT, phone_label=gettext_lazy("Prognose"), export="prognose"
    )
    deviation = DeviationColumn(gettext_lazy("Prognose\N{SOFT HYPHEN}avvik"), export="prognoseavvik")
    bar = BarColumn(gettext_lazy("Prognoseavvik som søyle"), of="deviation", over="over_limit")
    percent = PercentColumn(gettext_lazy("Avvik i\N{NO-BREAK SPACE}%%"), export="prognoseavvik_pst")
    previous = AmountColumn(gettext_lazy("Prognose %(before)s"), muted=True, wide_only=True, export="forrige_prognose")
    moved = AmountColumn(gettext_lazy("Endret fra %(before)s"), plus=True, wide_only=True, export="endring")
    over_limit = StatusColumn(gettext_lazy("Merknad"), export="merknad")

    further_exports = (
        ExportColumn("kode", gettext_lazy("Kode")),
        ExportColumn("rammeomrade_nr", gettext_lazy("Rammeområde nr.")),
        ExportColumn("runde", gettext_lazy("Runde")),
    )

    class Meta:
        orderable = False


def forecast_table(
    year: int,
    shown: RoundForecasts | None,
    before: RoundForecasts | None,
    found: Outlook,
    *,
    forecast_of: Callable[[str], str] | None = None,
) -> ForecastTable:
    """This will list the rammeområder with their virksomheter, and the sums; `forecast_of` is where one is made."""
    round_title = title_of(shown.reporting) if shown else ""
    lines = [_area_line(year, area, round_title, forecast_of) for area in found.areas if area.operational]
    central = [_area_line(year, area, round_title, forecast_of) for area in found.areas if not area.operational]
    footer: list[Line] = []
    if lines and central:
        footer.append(_sum_line(_("Sum tjenester"), found.services, LineKind.SUM, round_title))
        footer += [replace(line, children=(), has_bar=False) for line in central]
        footer.append(_sum_line(_("Sum kommunen"), found.everything, LineKind.GRAND, round_title))
    else:
        lines += central
        if len(found.units) > 1:
            footer.append(_sum_line(_("Sum"), found.everything, LineKind.GRAND, round_title))
    return ForecastTable(
        lines,
        footer=footer,
        caption=_("Prognose for %(year)s, %(round)s.") % {"year": year, "round": round_title},
        explanation=_("Minus = ventet brukt mer enn budsjettert. Pluss i endringen = bedre enn runden før."),
        words={"year": year, "before": title_of(before.reporting).removesuffix(f" {year}") if before else ""},
        exclude=() if before else ("previous", "moved"),
    )


def _area_line(year: int, area: AreaForecasts, round_title: str, forecast_of: Callable[[str], str] | None) -> Line:
    own = {"rammeomrade_nr": area.total.code, "runde": round_title}
    head = (
        _record(area.total)
        | own
        | {
            "shown_code": area.total.code,
            "kode": area.total.code,
            "href": reverse("budget:node", args=[year, Level.RAMMEOMRADE.value, area.total.code]),
        }
    )
    alone = len(area.units) == 1
    if alone and forecast_of is not None:
        head["href"] = forecast_of(area.units[0].code)
    children = (
        ()
        if alone
        else tuple(
            Line(
                _record(unit)
                | own
                | {
                    "kode": unit.code,
                    "href": (
                        forecast_of(unit.code)
                        if forecast_of
                        else reverse("budget:node", args=[year, Level.VIRKSOMHET.value, unit.code])
                    ),
                }
            )
            for unit in sorted(area.units, key=lambda unit: (unit.deviation is None, unit.deviation, unit.code))
        )
    )
    return Line(head, children=children, open=True)


def _sum_line(label: str, total: UnitForecast, kind: LineKind, round_title: str) -> Line:
    record = _record(total) | {"name": label, "over_limit": False, "runde": round_title}
    return Line(record, kind, has_bar=False)


def _record(unit: UnitForecast) -> dict[str, Any]:
    return {
        "name": unit.name,
        "revised": unit.revised,
        "forecast": unit.forecast,
        "deviation": unit.deviation,
        "percent": Missing.UNKNOWN if unit.deviation is None else unit.percent,
        "previous": unit.previous,
        "moved": unit.moved,
        "over_limit": unit.over_limit,
    }
