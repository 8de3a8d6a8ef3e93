"""The figure of one project: what was used in all at the end of each year, against the frame."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from investments.queries.detail import YearLine
from roros.charts import THEME, Chart, Height, Role
from roros.components import Numbers
from roros.numbers import Scale, format_amount, round_half_away

MILLION = Scale.MILL.divisor


def money_chart(lines: Sequence[YearLine], *, title: str) -> Chart:
    """This will draw a bar per year end, copper beyond the frame, with the frame of the last year as a line."""
    names = [_("T.o.m. %(year)s") % {"year": line.year} for line in lines]
    frame = lines[-1].approved
    within = [min(line.accrued, frame) if frame else line.accrued for line in lines]
    beyond = [line.accrued - inside for line, inside in zip(lines, within, strict=True)]
    longest = max([frame, *(line.accrued for line in lines)]) or Decimal(1)
    figure = go.Figure(
        data=[_bars(names, within, Role.SLAG), _bars(names, beyond, Role.COPPER)],
        layout={
            "template": THEME,
            "barmode": "stack",
            "bargap": 0.45,
            "hovermode": False,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 30},
            "xaxis": {"showgrid": True, "zeroline": True, "range": [0, _scaled(longest * Decimal("1.12"))]},
            "yaxis": {
                "automargin": True,
                "showgrid": False,
                "zeroline": False,
                "type": "category",
                "autorange": "reversed",
            },
            "annotations": [_end(name, line, frame) for name, line in zip(names, lines, strict=True)]
            + _frame_label(frame),
            "shapes": _frame_line(frame),
        },
    )
    rows = tuple(
        (name, format_amount(line.accrued, Scale.TKR), format_amount(line.approved, Scale.TKR))
        for name, line in zip(names, lines, strict=True)
    )
    head = (_("Ved utgangen av"), _("Brukt i alt"), _("Vedtatt ramme"))
    caption = _("Brukt i alt ved utgangen av året.")
    return Chart(
        "penger",
        title,
        caption,
        _("Millioner kroner"),
        figure,
        Numbers(caption, _("Beløp i 1000 kr."), head, rows),
        _("Søylediagram: brukt i alt ved utgangen av hvert år, mot vedtatt ramme. Tallene står i tabellen."),
        height=Height.LOW if len(lines) < 4 else Height.MEDIUM,
    )


def _scaled(amount: Decimal) -> Decimal:
    return round_half_away(amount / MILLION, 3)


def _bars(names: Sequence[str], amounts: Sequence[Decimal], role: Role) -> go.Bar:
    return go.Bar(
        x=[_scaled(amount) for amount in amounts], y=list(names), orientation="h", meta=role.value, hoverinfo="skip"
    )


def _end(name: str, line: YearLine, frame: Decimal) -> dict[str, object]:
    over = bool(frame) and line.accrued > frame
    return {
        "x": _scaled(line.accrued),
        "y": name,
        "text": format_amount(line.accrued, Scale.MILL),
        "xanchor": "left",
        "xshift": 6,
        "showarrow": False,
        "name": (Role.COPPER if over else Role.TEXT).value,
        "font": {"weight": 600 if over else 400},
    }


def _frame_label(frame: Decimal) -> list[dict[str, object]]:
    if not frame:
        return []
    text = _("Vedtatt ramme %(amount)s") % {"amount": format_amount(frame, Scale.MILL)}
    place = {"x": _scaled(frame), "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "right", "yshift": 4}
    return [{**place, "text": text, "showarrow": False, "name": Role.TEXT.value}]


def _frame_line(frame: Decimal) -> list[dict[str, object]]:
    if not frame:
        return []
    x = _scaled(frame)
    return [
        {
            "type": "line",
            "x0": x,
            "x1": x,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "name": Role.TEXT.value,
            "line": {"width": 2},
        }
    ]
