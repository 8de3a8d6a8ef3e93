"""Charts: one quiet Plotly theme, figures as JSON, and the numbers behind every figure as a table.

Traces carry a *role* in `meta`, annotations and shapes in `name` (copper, slag, text, muted); `chart.js` turns a role
into a colour from the css, so that light, dark and print follow. Amounts are Decimal until they become JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

import plotly.graph_objects as go
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from roros.components import Numbers, Text
from roros.numbers import NBSP, Scale, deviation, format_amount, round_half_away
from roros.periods import MONTHS, Period

MONTH_TICKS = ("jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des.")

THEME = go.layout.Template(
    layout={
        "font": {"family": "Inter Variable, sans-serif", "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "x unified",
        "dragmode": False,
        "margin": {"l": 36, "r": 118, "t": 16, "b": 30},
        "xaxis": {"showgrid": False, "zeroline": False, "fixedrange": True, "tickangle": 0, "ticklabelstandoff": 4},
        "yaxis": {"zeroline": True, "fixedrange": True, "ticklabelstandoff": 6},
        "separators": f",{NBSP}",
    }
)

# Characters that could end the script element, as `json_script` of Django escapes them.
_SCRIPT_SAFE = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


class Role(StrEnum):
    """The colour of a mark, by what it means."""

    COPPER = "copper"  # the subject, or past the limit
    SLAG = "slag"  # within the limit, last year
    TEXT = "text"  # budget, target
    MUTED = "muted"
    RULE = "rule"  # a field behind the lines, the lighter part of a bar


class Height(StrEnum):
    """How tall a chart is; the value is its css class."""

    TALL = ""
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Chart:
    """A figure with all that must stand around it; drawn by `components/chart.html`."""

    id: str  # unique on the page
    title: Text  # said to those who cannot see the figure
    caption: Text
    unit: Text
    figure: go.Figure
    numbers: Numbers
    alternative: Text  # what the figure shows, in a sentence
    source: Text = ""
    height: Height = Height.TALL
    data_href: str = ""  # a file with the numbers; without one the page makes it of the table
    has_links: bool = False  # whether a click on a mark leads somewhere; the same links stand in a table beside

    @property
    def json_block(self) -> SafeString:
        """This will return the figure as a script element that holds data and runs nothing."""
        text = self.figure.to_json().translate(_SCRIPT_SAFE)
        return format_html('<script type="application/json" id="{}">{}</script>', f"{self.id}-data", SafeString(text))


@dataclass(frozen=True)
class MonthlyFigures:
    """Sums from January to each month, one per month; shorter than twelve while the year runs, empty if unknown."""

    actual: Sequence[Decimal]
    budget: Sequence[Decimal] = ()
    last_year: Sequence[Decimal] = ()
    expected: Sequence[tuple[Decimal, Decimal]] = ()  # the lower and the higher, for each month after `actual` ends


@dataclass(frozen=True)
class Remark:
    """One arrow with the reason beside it: "Strøm okt.–des.: 2,9 mill. over budsjett"."""

    month: int  # 1..12
    text: Text


@dataclass(frozen=True)
class Bar:
    """One bar of a deviation chart."""

    label: str
    value: Decimal
    over_limit: bool = False
    href: str = ""  # where a click on the bar leads


@dataclass(frozen=True)
class _Series:
    label: str
    end_label: str
    values: Sequence[Decimal]
    role: Role
    width: float
    dash: str = ""
    end_role: Role | None = None
    weight: int = 400


def year_to_date_chart(
    chart_id: str,
    figures: MonthlyFigures,
    period: Period,
    *,
    title: Text,
    scale: Scale = Scale.MILL,
    remark: Remark | None = None,
    source: Text = "",
) -> Chart:
    """This will draw what is spent so far this year, month by month, against the periodised budget and last year."""
    year = period.year
    actual_name, budget_name = _("Regnskap %(year)s") % {"year": year}, _("Budsjett")
    last_name = _("Regnskap %(year)s") % {"year": year - 1}
    series = [
        _Series(last_name, f"{year - 1}:", figures.last_year, Role.SLAG, 1.5, end_role=Role.MUTED),
        _Series(budget_name, budget_name, figures.budget, Role.TEXT, 1.5, dash="4px,3px"),
        _Series(actual_name, _("Regnskap"), figures.actual, Role.COPPER, 3, weight=600),
    ]
    shown = [replace(one, values=scaled(one.values, scale)) for one in series if one.values]
    band = _band(figures, scale)
    heights = [*(value for one in shown for value in one.values), *(value for field in band for value in field.y)]
    axis = axis_ticks(heights)
    figure = go.Figure(
        data=[*band, *(_line(one) for one in shown)],
        layout={
            "template": THEME,
            "xaxis": {"tickvals": list(range(12)), "ticktext": list(MONTH_TICKS), "range": [-0.15, 11.05]},
            "yaxis": {"tickvals": axis, "ticktext": [tick_text(tick) for tick in axis], "range": [axis[0], axis[-1]]},
            "annotations": [*_end_labels(shown, scale, axis), *_remarks(remark, figures.actual, scale)],
        },
    )
    return Chart(
        chart_id,
        title,
        _("Brukt hittil i år, måned for måned. Grått felt: ventet ut året, etter resten av budsjettet og fjoråret.")
        if band
        else _("Brukt hittil i år, måned for måned."),
        unit_name(scale),
        figure,
        _monthly_numbers(figures, year),
        _("Linjediagram: regnskap, periodisert budsjett og fjorårets regnskap hittil i år. Tallene står i tabellen."),
        source,
    )


def deviation_chart(
    chart_id: str, bars: Sequence[Bar], *, title: Text, caption: Text, scale: Scale = Scale.MILL, source: Text = ""
) -> Chart:
    """This will draw one horizontal bar per name, copper past the limit, with the figure at its end."""
    names = [plain_text(bar.label) for bar in bars]
    values = scaled([bar.value for bar in bars], scale)
    links = any(bar.href for bar in bars)
    traces = []
    for role, over in ((Role.COPPER, True), (Role.SLAG, False)):
        places = [place for place, bar in enumerate(bars) if bar.over_limit is over]
        traces.append(
            go.Bar(
                x=[values[place] for place in places],
                y=[names[place] for place in places],
                orientation="h",
                meta=role.value,
                text=[format_amount(bars[place].value, scale) for place in places],
                textposition="outside",
                constraintext="none",
                cliponaxis=False,
                **({"customdata": [bars[place].href for place in places]} if links else {}),
                hoverinfo="none" if links else "skip",
            )
        )
    axis = axis_ticks(values)
    room = (axis[-1] - axis[0]) / 8  # for the figure at the end of the longest bar
    figure = go.Figure(
        data=[trace for trace in traces if trace.x],
        layout={
            "template": THEME,
            "barmode": "overlay",
            "bargap": 0.45,
            "hovermode": "closest" if links else False,  # without it a click is not heard
            "margin": {"l": 8, "r": 8, "t": 8, "b": 30},
            "xaxis": {
                "showgrid": True,
                "zeroline": True,
                "range": [axis[0] - room * (axis[0] < 0), axis[-1] + room * (axis[-1] > 0)],
                "tickvals": axis,
                "ticktext": [tick_text(tick) for tick in axis],
            },
            "yaxis": {
                "zeroline": False,
                "showgrid": False,
                "automargin": True,
                "type": "category",
                "categoryorder": "array",
                "categoryarray": names[::-1],
                "ticklabelposition": "outside",
            },
        },
    )
    rows = tuple((bar.label, format_amount(bar.value, Scale.TKR)) for bar in bars)
    numbers = Numbers(caption, _("Beløp i 1000 kr."), (_("Navn"), _("Avvik")), rows)
    alternative = _("Søylediagram: avvik per navn. Tallene står i tabellen.")
    height = Height.MEDIUM if len(bars) <= 6 else Height.TALL
    unit = unit_name(scale)
    return Chart(chart_id, title, caption, unit, figure, numbers, alternative, source, height, has_links=links)


def end_positions(values: Sequence[Decimal], gap: Decimal) -> list[Decimal]:
    """This will return places for labels as near their values as can be, with at least `gap` between neighbours."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    groups: list[tuple[list[int], Decimal]] = []  # labels that must move together, and the middle of the group
    for place in order:
        groups.append(([place], values[place]))
        while len(groups) > 1 and _top(groups[-2], gap) + gap > _bottom(groups[-1], gap):
            (lower, low_middle), (upper, up_middle) = groups[-2:]
            middle = (low_middle * len(lower) + up_middle * len(upper)) / (len(lower) + len(upper))
            groups[-2:] = [(lower + upper, middle)]
    places = [Decimal(0)] * len(values)
    for group in groups:
        for step, place in enumerate(group[0]):
            places[place] = _bottom(group, gap) + gap * step
    return places


def _bottom(group: tuple[list[int], Decimal], gap: Decimal) -> Decimal:
    return group[1] - gap * (len(group[0]) - 1) / 2


def _top(group: tuple[list[int], Decimal], gap: Decimal) -> Decimal:
    return group[1] + gap * (len(group[0]) - 1) / 2


def scaled(values: Sequence[Decimal], scale: Scale) -> list[Decimal]:
    """This will return the values in the unit of a scale."""
    return [round_half_away(value / scale.divisor, 3) for value in values]


def axis_ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """This will return three to six round ticks that hold all values and zero."""
    low, high = min([Decimal(0), *values]), max([Decimal(0), *values])
    span = (high - low) or Decimal(1)
    magnitude = Decimal(1).scaleb(span.adjusted() - 1)
    step = next(magnitude * factor for factor in (1, 2, 5, 10, 20, 50, 100) if span / (magnitude * factor) <= 5)
    first = -((-low / step).to_integral_value(ROUND_CEILING))
    last = (high / step).to_integral_value(ROUND_CEILING) if high else Decimal(0)
    return [step * number for number in range(int(first), int(max(last, first + 1)) + 1)]


def tick_text(value: Decimal) -> str:
    """This will write a tick with the decimals that it has."""
    exponent = value.normalize().as_tuple().exponent
    return format_amount(value, Scale.KR, decimals=max(0, -exponent if isinstance(exponent, int) else 0))


def _band(figures: MonthlyFigures, scale: Scale) -> list[go.Scatter]:
    """The field from the last month with accounts to the end of the year; nothing where nothing is expected."""
    if not figures.actual or not figures.expected:
        return []
    start, last = len(figures.actual) - 1, figures.actual[-1]
    low = scaled([last, *(lower for lower, _higher in figures.expected)], scale)
    high = scaled([last, *(higher for _lower, higher in figures.expected)], scale)
    months = list(range(start, start + len(low)))
    return [
        go.Scatter(
            mode="lines",
            x=[*months, *reversed(months)],
            y=[*low, *reversed(high)],
            fill="toself",
            meta=Role.RULE.value,
            line={"width": 0},
            hoverinfo="skip",
        )
    ]


def _line(one: _Series) -> go.Scatter:
    return go.Scatter(
        mode="lines",
        x=list(range(len(one.values))),
        y=list(one.values),
        name=one.label,
        meta=one.role.value,
        line={"width": one.width, **({"dash": one.dash} if one.dash else {})},
        hovertemplate=f"%{{y:.1f}}<extra>{one.label}</extra>",
    )


def _end_labels(shown: Sequence[_Series], scale: Scale, axis: Sequence[Decimal]) -> list[dict[str, Any]]:
    """The name and last figure at the end of each line, moved apart where lines end close to each other."""
    last = max((len(one.values) for one in shown), default=0)
    whole = [one for one in shown if len(one.values) == last]
    pixels = Decimal(305) / (axis[-1] - axis[0])  # the plot is about 305 px high
    places = end_positions([one.values[-1] * pixels for one in whole], Decimal(17))
    shifts = {one.label: place - one.values[-1] * pixels for one, place in zip(whole, places, strict=True)}
    labels = []
    for one in shown:
        end, month = one.values[-1], len(one.values) - 1
        label: dict[str, Any] = {
            "x": month,
            "y": end,
            "text": f"{one.end_label} {format_amount(end * scale.divisor, scale)}",
            "xanchor": "left",
            "xshift": 8,
            "showarrow": False,
            "align": "left",
            "name": (one.end_role or one.role).value,
            "font": {"weight": one.weight},
        }
        if one.label in shifts:
            label["yshift"] = int(round_half_away(shifts[one.label]))
        else:  # the year is not over: over or under the end of the line, away from the others
            above = all(end >= other.values[month] for other in whole)
            label |= {"xanchor": "right", "yshift": 14 if above else -14}
        labels.append(label)
    return labels


def _remarks(remark: Remark | None, actual: Sequence[Decimal], scale: Scale) -> list[dict[str, Any]]:
    if remark is None or remark.month > len(actual):
        return []
    return [
        {
            "x": remark.month - 1,
            "y": scaled(actual, scale)[remark.month - 1],
            "text": plain_text(str(remark.text)),
            "ax": -16,
            "ay": -46,
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "xanchor": "right",
            "align": "left",
            "name": Role.TEXT.value,
        }
    ]


def plain_text(text: str) -> str:
    """This will take out what Plotly would read as a tag; only a line break is wanted."""
    return text.replace("<", "‹").replace(">", "›").replace("\n", "<br>")


def _monthly_numbers(figures: MonthlyFigures, year: int) -> Numbers:
    def at(values: Sequence[Decimal], month: int) -> Decimal | None:
        return values[month] if month < len(values) else None

    rows = []
    first = len(figures.actual)  # the first month that is only expected
    for month in range(max(first, len(figures.budget), len(figures.last_year))):
        actual, budget = at(figures.actual, month), at(figures.budget, month)
        cells = [actual, budget, deviation(budget, actual), at(figures.last_year, month)]
        if figures.expected:
            cells += figures.expected[month - first] if month >= first else (None, None)
        rows.append((MONTHS[month], *(format_amount(cell, Scale.TKR) for cell in cells)))
    head = (
        _("Til og med"),
        _("Regnskap %(year)s") % {"year": year},
        _("Budsjett"),
        _("Avvik"),
        _("Regnskap %(year)s") % {"year": year - 1},
        *((_("Ventet, lavest"), _("Ventet, høyest")) if figures.expected else ()),
    )
    return Numbers(_("Hittil i år."), _("Beløp i 1000 kr."), head, tuple(rows))


def unit_name(scale: Scale) -> str:
    """This will write the unit of a scale under a chart's title."""
    return {Scale.KR: _("Kroner"), Scale.TKR: _("1000 kroner"), Scale.MILL: _("Millioner kroner")}[scale]
