"""Children of school age as lines: one per age group, the one that changes most in the subject's colour."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from budget.queries.pupils import PupilNumbers
from roros.charts import THEME, Chart, Height, Role, end_positions
from roros.components import Numbers
from roros.numbers import NO_FIGURE, Scale, format_amount, round_half_away

PLOT_HEIGHT = Decimal(305)
LABEL_HEIGHT = Decimal(17)
MOST_TICKS = 6  # so that years do not run together on a phone


def pupil_chart(numbers: PupilNumbers) -> Chart:
    """This will draw one line per age group; needs two years."""
    largest = max(numbers.counts.values(), default=0)
    top = max(50, -(-largest // 50) * 50)
    subject = max(numbers.groups, key=lambda group: abs(_change(numbers, group)), default="")
    ticks = list(range(0, top + 1, 50 if top <= 300 else 100 if top <= 600 else top // 5))
    shown = list(numbers.years[::-1][:: -(-len(numbers.years) // MOST_TICKS)][::-1])  # the last year is always told
    figure = go.Figure(
        data=[_line(numbers, group, group == subject) for group in numbers.groups],
        layout={
            "template": THEME,
            "xaxis": {
                "tickvals": shown,
                "ticktext": [str(year) for year in shown],
                "range": [numbers.years[0] - 0.15, numbers.years[-1] + 0.05],
            },
            "yaxis": {"tickvals": ticks, "ticktext": [str(tick) for tick in ticks], "range": [0, top]},
            "annotations": _labels(numbers, subject, top),
        },
    )
    table = Numbers(
        _("Barn per aldersgruppe."),
        _("Antall barn."),
        (_("År"), *numbers.groups, _("Sum")),
        tuple(
            (str(year), *(_text(numbers.count(group, year)) for group in numbers.groups), _text(numbers.total(year)))
            for year in numbers.years
        ),
    )
    return Chart(
        "elevtall",
        _("Barn i skolealder"),
        _("Barn per aldersgruppe, år for år."),
        _("Antall barn"),
        figure,
        table,
        _("Linjediagram med én linje per aldersgruppe. Tallene står i tabellen."),
        height=Height.TALL,
    )


def _line(numbers: PupilNumbers, group: str, is_subject: bool) -> go.Scatter:
    years = [year for year in numbers.years if numbers.count(group, year) is not None]
    return go.Scatter(
        mode="lines",
        x=years,
        y=[numbers.count(group, year) for year in years],
        name=group,
        meta=(Role.COPPER if is_subject else Role.SLAG).value,
        line={"width": 3 if is_subject else 1.5},
        hovertemplate=f"%{{y}}<extra>{group.replace('<', '‹')}</extra>",
    )


def _labels(numbers: PupilNumbers, subject: str, top: int) -> list[dict[str, Any]]:
    """The name and last count at the end of each line, moved apart where lines end close to each other."""
    ends = [
        (group, max(year for year in numbers.years if numbers.count(group, year) is not None))
        for group in numbers.groups
    ]
    pixels = PLOT_HEIGHT / top
    heights = [Decimal(numbers.count(group, year) or 0) * pixels for group, year in ends]
    places = end_positions(heights, LABEL_HEIGHT)
    return [
        {
            "x": year,
            "y": numbers.count(group, year),
            "text": f"{group.replace('<', '‹')}: {numbers.count(group, year)}",
            "xanchor": "left",
            "xshift": 8,
            "yshift": int(round_half_away(place - height)),
            "showarrow": False,
            "align": "left",
            "name": (Role.COPPER if group == subject else Role.MUTED).value,
            "font": {"weight": 600 if group == subject else 400},
        }
        for (group, year), height, place in zip(ends, heights, places, strict=True)
    ]


def _change(numbers: PupilNumbers, group: str) -> int:
    known = [count for year in numbers.years if (count := numbers.count(group, year)) is not None]
    return known[-1] - known[0]


def _text(count: int | None) -> str:
    return NO_FIGURE if count is None else format_amount(count, Scale.KR)
