"""The figures of the page that draws deviations: the steps from budget to accounts, and a bar for every part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from budget.queries.deviations import DeviationRow
from budget.selection import Level
from roros.charts import THEME, Bar, Chart, Height, Role, axis_ticks, deviation_chart, plain_text, scaled, tick_text
from roros.charts import unit_name as unit_of
from roros.components import Numbers
from roros.numbers import Scale, format_amount

MOST_BARS = 12


def waterfall_chart(
    rows: Sequence[DeviationRow], total: DeviationRow, *, scale: Scale = Scale.MILL, source: str = "", data: str = ""
) -> Chart | None:
    """This will draw the way from budget to accounts: every step begins where the one before it ended.

    Zero is the budget; the last bar is the deviation of everything. None without two steps to draw.
    """
    steps = sorted((row for row in rows if row.deviation), key=lambda row: (row.deviation, row.code))
    if len(steps) < 2 or total.deviation is None:
        return None
    values = [row.deviation or Decimal(0) for row in steps]
    starts = [Decimal(0), *accumulate(values)][:-1]
    names = [plain_text(str(row.name)) for row in steps]
    last = _("Samlet avvik")
    traces = [
        _steps(Role.COPPER, [place for place, row in enumerate(steps) if row.over_limit], names, values, starts, scale),
        _steps(
            Role.SLAG, [place for place, row in enumerate(steps) if not row.over_limit], names, values, starts, scale
        ),
        _steps(Role.TEXT, [0], [last], [total.deviation], [Decimal(0)], scale),
    ]
    axis = axis_ticks(scaled([*starts, *accumulate(values), total.deviation], scale))
    room = (axis[-1] - axis[0]) / 8
    figure = go.Figure(
        data=[trace for trace in traces if trace.x],
        layout={
            "template": THEME,
            "barmode": "overlay",
            "bargap": 0.35,
            "hovermode": False,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 30},
            "xaxis": {
                "showgrid": True,
                "zeroline": True,
                "range": [axis[0] - room, axis[-1] + room],
                "tickvals": axis,
                "ticktext": [tick_text(tick) for tick in axis],
            },
            "yaxis": {
                "zeroline": False,
                "showgrid": False,
                "automargin": True,
                "type": "category",
                "categoryorder": "array",
                "categoryarray": [last, *names[::-1]],
            },
        },
    )
    return Chart(
        "fossefall",
        _("Fra budsjett til regnskap"),
        _("Hver søyle begynner der den forrige slutter. Null er budsjettet, minus = brukt mer."),
        unit_of(scale),
        figure,
        _numbers([*steps, total], last),
        _("Fossefall: hvert steg er avviket til et område, og den siste søylen er summen. Tallene står i tabellen."),
        source,
        Height.TALL if len(steps) > 5 else Height.MEDIUM,
        data_href=data,
    )


def parts_chart(
    level: Level, rows: Sequence[DeviationRow], *, href: Callable[[str], str], source: str = "", data: str = ""
) -> Chart | None:
    """This will draw a bar for each part that deviates, the largest first; a click leads into it. None without any."""
    known = [row for row in rows if row.deviation]
    if not known:
        return None
    known.sort(key=lambda row: (-abs(row.deviation or Decimal(0)), row.code))
    shown = sorted(known[:MOST_BARS], key=lambda row: (row.deviation, row.code))
    caption = _("Avvik fra revidert budsjett, minus = brukt mer. Velg en søyle for å gå inn i den.")
    if len(known) > MOST_BARS:
        caption = _("De %(count)s største. %(caption)s") % {"count": MOST_BARS, "caption": caption}
    bars = [Bar(str(row.name), row.deviation or Decimal(0), row.over_limit, href(row.code)) for row in shown]
    chart = deviation_chart(
        "deler",
        bars,
        title=_("Avvik per %(level)s") % {"level": level.label.lower()},
        caption=caption,
        scale=Scale.MILL if abs(known[0].deviation or Decimal(0)) >= Scale.MILL.divisor else Scale.TKR,
        source=source,
    )
    return replace(chart, data_href=data)


def _steps(
    role: Role,
    places: Sequence[int],
    names: Sequence[str],
    values: Sequence[Decimal],
    starts: Sequence[Decimal],
    scale: Scale,
) -> go.Bar:
    return go.Bar(
        x=scaled([values[place] for place in places], scale),
        base=scaled([starts[place] for place in places], scale),
        y=[names[place] for place in places],
        orientation="h",
        meta=role.value,
        text=[format_amount(values[place], scale) for place in places],
        textposition="outside",
        constraintext="none",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _numbers(rows: Sequence[DeviationRow], last: str) -> Numbers:
    written = []
    for place, row in enumerate(rows, 1):
        name = last if place == len(rows) else str(row.name)
        cells = (format_amount(value, Scale.TKR) for value in (row.revised, row.actual, row.deviation))
        written.append((name, *cells))
    head = (_("Område"), _("Revidert budsjett"), _("Regnskap"), _("Avvik"))
    return Numbers(_("Fra budsjett til regnskap."), _("Beløp i 1000 kr."), head, tuple(written))
