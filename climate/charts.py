"""The figure of the climate page: what each year's emissions were made of, and the path to the target."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from climate.findings import tonnes
from climate.queries.emissions import Series
from climate.queries.targets import Target
from roros.charts import THEME, Chart, Role, end_positions
from roros.components import Numbers
from roros.numbers import format_amount

LARGE = Decimal("0.05")  # a sector's share of all emissions from which it is named beside its part of the bar
WRAP = 14  # letters of a sector's name on one line
PIXELS = Decimal(300)  # the height of the plot, about


def sector_chart(series: Series, since: int, year: int, target: Target | None, *, title: str) -> Chart:
    """This will draw one bar per year, stacked by sector, with the straight path from the base year to the target."""
    years = [known for known in series.years if since <= known <= year]
    totals = {known: series.total(known) or Decimal(0) for known in years}
    last = max(year, target.target_year) if target else year
    span = max(last - years[0], 1)
    highest = max([*totals.values(), target.base if target else Decimal(0)]) * Decimal("1.12")
    stacked = sorted(series.sectors, key=lambda sector: -(series.of(year, sector) or Decimal(0)))
    step = _tick(highest)
    ticks = [step * number for number in range(int(highest // step) + 1)]
    figure = go.Figure(
        data=[*_bars(series, stacked, years, _width(years, span)), *_path(target, year, totals)],
        layout={
            "template": THEME,
            "barmode": "stack",
            "hovermode": False,
            "margin": {"l": 56, "r": 92, "t": 8, "b": 30},
            "xaxis": {
                "range": [float(years[0] - span * 0.8), float(last + span * 0.03)],
                "tickvals": [*years, *([target.target_year] if target and target.target_year > year else [])],
                "ticktext": [str(known) for known in _ticked([*years, *([last] if last > year else [])])],
            },
            "yaxis": {
                "range": [0, highest],
                "tickvals": ticks,
                "ticktext": [tonnes(tick) for tick in ticks],
                "showgrid": True,
            },
            "annotations": [
                *_sector_names(series, stacked, years[0], totals[years[0]], highest, _width(years, span)),
                *_totals(totals, target),
                *_target_labels(target, year),
            ],
        },
    )
    caption = _("Utslipp i %(name)s, delt på sektorer, og veien til målet.") % {"name": series.municipality}
    head = (_("Sektor"), *(str(known) for known in years))
    rows = [(sector, *(format_amount(series.of(known, sector), decimals=1) for known in years)) for sector in stacked]
    rows.append((_("Sum"), *(format_amount(totals[known], decimals=1) for known in years)))
    if target:
        rows.append(
            (_("Veien til målet"), *(format_amount(target.path(known), decimals=1) for known in years)),
        )
    return Chart(
        "vei",
        title,
        caption,
        _("Tonn CO₂-ekvivalenter"),
        figure,
        Numbers(caption, _("Tonn CO₂-ekvivalenter."), head, tuple(rows)),
        _("Stablede søyler: utslipp per sektor i hvert år, og en rett linje til målet. Tallene står i tabellen."),
    )


def _ticked(years: Sequence[int]) -> list[str]:
    """A name under every bar, or under every other one when there are many."""
    every = 1 if len(years) <= 6 else 2 if len(years) <= 12 else 5
    return [str(year) if place % every == 0 or place == len(years) - 1 else "" for place, year in enumerate(years)]


def _width(years: Sequence[int], span: int) -> float:
    """The width of a bar in years: bars must not touch."""
    gap = min((after - before for before, after in pairwise(years)), default=span)
    return float(min(Decimal(gap) * Decimal("0.7"), Decimal(span) * Decimal("0.09")))


def _bars(series: Series, stacked: Sequence[str], years: Sequence[int], width: float) -> list[go.Bar]:
    return [
        go.Bar(
            x=list(years),
            y=[series.of(known, sector) or Decimal(0) for known in years],
            width=width,
            name=sector,
            meta=Role.SLAG.value,
            marker={"opacity": 0.95 if place % 2 == 0 else 0.5},  # neighbours differ; the names stand beside them
            hoverinfo="skip",
        )
        for place, sector in enumerate(stacked)
    ]


def _path(target: Target | None, year: int, totals: dict[int, Decimal]) -> list[go.Scatter]:
    if target is None:
        return []
    ends = {"x": [target.base_year, target.target_year], "y": [target.base, target.tonnes]}
    line = go.Scatter(
        **ends, mode="lines", meta=Role.TEXT.value, line={"width": 1.5, "dash": "4px,3px"}, hoverinfo="skip"
    )
    ring = go.Scatter(
        x=[target.target_year],
        y=[target.tonnes],
        mode="markers",
        meta=Role.TEXT.value,
        marker={"symbol": "circle-open", "size": 9},
        cliponaxis=False,
        hoverinfo="skip",
    )
    return [line, ring]


def _sector_names(
    series: Series, stacked: Sequence[str], year: int, total: Decimal, highest: Decimal, width: float
) -> list[dict[str, Any]]:
    """The names of the large sectors, to the left of the first bar at the middle of their parts."""
    bottom, names, middles = Decimal(0), [], []
    for sector in stacked:
        part = series.of(year, sector) or Decimal(0)
        if total and part >= total * LARGE:
            names.append(sector)
            middles.append(bottom + part / 2)
        bottom += part
    scale = PIXELS / highest if highest else Decimal(1)
    places = end_positions([middle * scale for middle in middles], Decimal(31))
    return [
        {
            "x": year - width / 2,
            "y": middle,
            "yshift": int(place - middle * scale),
            "text": _wrapped(sector),
            "xanchor": "right",
            "xshift": -7,
            "align": "right",
            "showarrow": False,
            "name": Role.MUTED.value,
        }
        for sector, middle, place in zip(names, middles, places, strict=True)
    ]


def _wrapped(sector: str) -> str:
    """A long name on two lines, so that it has room on a phone."""
    if len(sector) <= WRAP:
        return sector
    first, _space, rest = sector.partition(" ") if sector.find(" ") >= 6 else sector.rpartition(" ")
    return f"{first}<br>{rest}"


def _totals(totals: dict[int, Decimal], target: Target | None) -> list[dict[str, Any]]:
    """The sum over the first and the last bar; copper when it is above the path."""
    shown = sorted({min(totals), max(totals)})
    labels = []
    for year in shown:
        over = target is not None and year > target.base_year and totals[year] > target.path(year)
        labels.append(
            {
                "x": year,
                "y": totals[year],
                "yshift": 12,
                "text": tonnes(totals[year]),
                "showarrow": False,
                "name": (Role.COPPER if over else Role.TEXT).value,
                "font": {"weight": 600 if over else 400},
            }
        )
    return labels


def _target_labels(target: Target | None, year: int) -> list[dict[str, Any]]:
    if target is None:
        return []
    labels: list[dict[str, Any]] = [
        {
            "x": target.target_year,
            "y": target.tonnes,
            "text": _("Mål<br>%(tonnes)s") % {"tonnes": tonnes(target.tonnes)},
            "xanchor": "left",
            "xshift": 9,
            "align": "left",
            "showarrow": False,
            "name": Role.TEXT.value,
        }
    ]
    if target.base_year < year < target.target_year:
        labels.append(
            {
                "x": year,
                "y": target.path(year),
                "text": _("jevn nedgang:<br>%(tonnes)s") % {"tonnes": tonnes(target.path(year))},
                "xanchor": "left",
                "xshift": 24,
                "yshift": 22,
                "align": "left",
                "showarrow": False,
                "name": Role.MUTED.value,
            }
        )
    return labels


def _tick(highest: Decimal) -> Decimal:
    """A round step that gives three to six lines."""
    magnitude = Decimal(1).scaleb((highest or Decimal(1)).adjusted())
    return next(
        step
        for step in (magnitude * factor for factor in map(Decimal, ("0.2", "0.5", "1", "2", "5")))
        if highest / step <= 5
    )
