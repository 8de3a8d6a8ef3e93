"""One picture of the whole budget: a bar for each rammeområde, cut where one virksomhet ends and the next begins."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from budget.queries.deviations import DeviationRow
from roros.charts import THEME, Chart, Height, Role, axis_ticks, plain_text, scaled, tick_text, unit_name
from roros.components import Numbers
from roros.numbers import NBSP, Scale, format_amount

NOTHING = Decimal(0)


def whole_chart(
    areas: Sequence[DeviationRow], units: Sequence[DeviationRow], *, source: str = "", data: str = ""
) -> Chart | None:
    """This will draw the year's budget of each rammeområde, cut into its virksomheter: copper where past the limit.

    `units` know their rammeområde. What has no net expense in the budget has no length; None without two areas.
    """
    inside = {area.code: _largest_first(area, units) for area in areas}
    drawn = [area for area in areas if inside[area.code]]
    if len(drawn) < 2:
        return None
    scale = Scale.MILL
    names = {area.code: plain_text(str(area.name)) for area in drawn}
    sums = {area.code: sum((unit.revised_year or NOTHING for unit in inside[area.code]), NOTHING) for area in drawn}
    axis = axis_ticks(scaled(list(sums.values()), scale))
    parts = [(names[area.code], start, unit) for area in drawn for start, unit in _placed(inside[area.code])]
    figure = go.Figure(
        data=[
            _cut([part for part in parts if part[2].over_limit is over], role, scale)
            for role, over in ((Role.COPPER, True), (Role.SLAG, False))
            if any(part[2].over_limit is over for part in parts)
        ],
        layout={
            "template": THEME,
            "barmode": "overlay",
            "bargap": 0.35,
            "hovermode": "closest",
            "margin": {"l": 8, "r": 48, "t": 8, "b": 30},
            "xaxis": {
                "showgrid": True,
                "zeroline": True,
                "range": [axis[0], axis[-1]],
                "tickvals": axis,
                "ticktext": [tick_text(tick) for tick in axis],
            },
            "yaxis": {
                "zeroline": False,
                "showgrid": False,
                "automargin": True,
                "type": "category",
                "categoryorder": "array",
                "categoryarray": [*names.values()][::-1],
            },
            "annotations": [_sum_label(names[code], amount, scale) for code, amount in sums.items()],
        },
    )
    return Chart(
        "helheten",
        _("Budsjettet per rammeområde og virksomhet"),
        _("Årets budsjett, delt på virksomhetene i området, den største først. Kobber = over grensen."),
        unit_name(scale),
        figure,
        _numbers([(area, unit) for area in drawn for unit in inside[area.code]]),
        _("Søylediagram: en søyle for hvert rammeområde, delt på virksomhetene. Tallene står i tabellen."),
        source,
        Height.TALL if len(drawn) > 5 else Height.MEDIUM,
        data_href=data,
    )


def _largest_first(area: DeviationRow, units: Sequence[DeviationRow]) -> list[DeviationRow]:
    found = [unit for unit in units if unit.rammeomrade == area.code and (unit.revised_year or NOTHING) > 0]
    return sorted(found, key=lambda unit: (-(unit.revised_year or NOTHING), unit.code))


def _placed(units: Sequence[DeviationRow]) -> list[tuple[Decimal, DeviationRow]]:
    """Each unit and where it begins: where the one before it ends."""
    placed, start = [], NOTHING
    for unit in units:
        placed.append((start, unit))
        start += unit.revised_year or NOTHING
    return placed


def _cut(parts: Sequence[tuple[str, Decimal, DeviationRow]], role: Role, scale: Scale) -> go.Bar:
    return go.Bar(
        x=scaled([unit.revised_year or NOTHING for _area, _start, unit in parts], scale),
        base=scaled([start for _area, start, _unit in parts], scale),
        y=[area for area, _start, _unit in parts],
        orientation="h",
        meta=role.value,
        marker={"line": {"width": 1}},  # the cut; its colour is the paper's
        hovertext=[_told(unit, scale) for _area, _start, unit in parts],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _told(unit: DeviationRow, scale: Scale) -> str:
    words = {
        "name": plain_text(str(unit.name)),
        "budget": format_amount(unit.revised_year, scale),
        "deviation": format_amount(unit.deviation, scale),
        "unit": f"mill.{NBSP}kr",
    }
    return _("%(name)s: budsjett %(budget)s, avvik %(deviation)s %(unit)s") % words


def _sum_label(name: str, amount: Decimal, scale: Scale) -> dict[str, object]:
    return {
        "x": scaled([amount], scale)[0],
        "y": name,
        "text": format_amount(amount, scale),
        "xanchor": "left",
        "xshift": 4,
        "showarrow": False,
        "name": Role.TEXT.value,
    }


def _numbers(parts: Sequence[tuple[DeviationRow, DeviationRow]]) -> Numbers:
    rows = tuple(
        (
            f"{area.name}: {unit.name}",
            *(format_amount(value, Scale.TKR) for value in (unit.revised_year, unit.actual, unit.deviation)),
            _("Over grensen") if unit.over_limit else "",
        )
        for area, unit in parts
    )
    head = (_("Rammeområde og virksomhet"), _("Årets budsjett"), _("Regnskap"), _("Avvik"), _("Merknad"))
    return Numbers(_("Budsjettet per rammeområde og virksomhet."), _("Beløp i 1000 kr."), head, rows)
