"""The charts of the room: small multiples with one scale, and one year's quarters in two parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from hr.findings import one
from hr.queries.sick_leave import QUARTERS, WHOLE, Key, Share, SickLeaveBook, Window
from roros.charts import THEME, Chart, Height, Role
from roros.components import Numbers
from roros.lines import Missing
from roros.numbers import NBSP, format_amount, round_half_away

STEP = Decimal(5)  # between ticks of the axis


@dataclass(frozen=True)
class Multiple:
    """One pane of the small multiples."""

    name: str
    remark: str
    chart: Chart
    is_wide: bool = False


@dataclass(frozen=True)
class _Line:
    key: Key
    name: str
    values: list[Decimal | None]


def multiples(book: SickLeaveBook, year: int, *, copper: Key | None) -> list[Multiple]:
    """This will draw the municipality and each rammeområde, quarter by quarter; what is hidden has no pane.

    `copper` is the one that the heading speaks of.
    """
    years = [one for one in book.years if year - 2 <= one <= year]
    keys = [WHOLE, *sorted(book.areas(year), key=lambda area: (-_year_total(book, area, year), int(area.code)))]
    lines = [
        _Line(
            key,
            book.name(key) or _("Hele kommunen"),
            [_total(book, key, Window.quarter(one, quarter)) for one in years for quarter in QUARTERS],
        )
        for key in keys
        if not isinstance(book.share(key, Window.year(year)), Missing)
    ]
    top = _top([value for line in lines for value in line.values if value is not None])
    return [
        Multiple(
            line.name,
            _remark(book, line.key, year),
            _pane(
                f"sykefravaer-{place}", line, years, top, _target(book, line.key, year), is_copper=line.key == copper
            ),
            is_wide=line.key == WHOLE,
        )
        for place, line in enumerate(lines)
    ]


def multiples_numbers(book: SickLeaveBook, year: int) -> Numbers:
    """This will return the numbers behind the small multiples."""
    years = [one for one in book.years if year - 2 <= one <= year]
    keys = [WHOLE, *book.areas(year)]
    head = (_("Kvartal"), *(book.name(key) or _("Hele kommunen") for key in keys))
    rows = []
    for when in years:
        for quarter in QUARTERS:
            shares = [book.share(key, Window.quarter(when, quarter)) for key in keys]
            if any(share is not Missing.UNKNOWN for share in shares):
                label = _("%(quarter)s. kvartal %(year)s") % {"quarter": quarter, "year": when}
                rows.append((label, *(_written(share) for share in shares)))
    return Numbers(_("Samlet sykefravær per kvartal."), _("Prosent."), head, tuple(rows))


def node_chart(book: SickLeaveBook, key: Key, year: int) -> Chart | None:
    """This will draw short and long sick leave of a year's quarters, with last year and the target; None if hidden."""
    now = [book.share(key, Window.quarter(year, quarter)) for quarter in QUARTERS]
    before = [book.share(key, Window.quarter(year - 1, quarter)) for quarter in QUARTERS]
    shown = [share for share in now if isinstance(share, Share)]
    if not shown:
        return None
    target = _target(book, key, year)
    last = [share.total if isinstance(share, Share) else None for share in before]
    top = _top([*(share.total for share in shown), *(value for value in last if value is not None)])
    labels = [_("%(quarter)s. kvartal") % {"quarter": quarter} for quarter in QUARTERS]
    traces: list[Any] = [
        _bars(_("Korttid"), Role.RULE, [share.short if isinstance(share, Share) else None for share in now]),
        _bars(_("Langtid"), Role.SLAG, [share.long if isinstance(share, Share) else None for share in now]),
    ]
    annotations = _part_labels(shown)
    if any(value is not None for value in last):
        traces.append(
            go.Scatter(
                x=list(range(4)),
                y=[_rounded(value) for value in last],
                name=str(year - 1),
                mode="lines+markers",
                meta=Role.TEXT.value,
                line={"width": 1.5},
                marker={"size": 6},
                hovertemplate=f"%{{y:.1f}} %<extra>{year - 1}</extra>",
            )
        )
        end = next((place for place in reversed(range(4)) if last[place] is not None), 3)
        annotations.append(_note(Decimal(end) + Decimal("0.32"), last[end], str(year - 1), Role.TEXT, anchor="left"))
    shapes = []
    if target is not None:
        shapes.append(_target_line(target, Decimal("-0.5"), Decimal("3.5")))
        text = _("mål %(target)s") % {"target": one(target)}
        annotations.append(_note(Decimal("-0.5"), target, text, Role.TEXT, anchor="left", over=True))
    figure = go.Figure(
        data=traces,
        layout={
            "template": THEME,
            "barmode": "stack",
            "bargap": 0.5,
            "hovermode": "x",
            "margin": {"l": 30, "r": 70, "t": 12, "b": 30},
            "xaxis": {"tickvals": list(range(4)), "ticktext": labels, "range": [-0.5, 3.6]},
            "yaxis": _axis(top),
            "annotations": annotations,
            "shapes": shapes,
        },
    )
    rows = tuple(
        (
            labels[place],
            *(_written(now[place], part) for part in ("short", "long", "total")),
            _written(before[place]),
        )
        for place in range(4)
    )
    numbers = Numbers(
        _("Sykefravær per kvartal."),
        _("Prosent."),
        (_("Kvartal"), _("Korttid"), _("Langtid"), _("Samlet"), str(year - 1)),
        rows,
    )
    name = book.name(key) or _("Hele kommunen")
    return Chart(
        "kvartaler",
        _("Sykefravær i %(name)s %(year)s") % {"name": name, "year": year},
        _("Korttid (1–16 dager) og langtid, kvartal for kvartal. Linjen er året før."),
        _("Prosent av avtalte dagsverk"),
        figure,
        numbers,
        _("Søylediagram: korttid og langtid per kvartal, med året før. Tallene står i tabellen."),
        height=Height.MEDIUM,
    )


def _pane(
    chart_id: str, line: _Line, years: Sequence[int], top: Decimal, target: Decimal | None, *, is_copper: bool
) -> Chart:
    last = max(place for place, value in enumerate(line.values) if value is not None)
    end = line.values[last]
    assert end is not None  # noqa: S101 - the last place that has a value
    width = len(line.values)
    annotations = [_note(Decimal(last), end, one(end), Role.TEXT, anchor="left", shift=6, weight=600)]
    shapes = []
    if target is not None:
        shapes.append(_target_line(target, Decimal("-0.3"), Decimal(width) - Decimal("0.7")))
        text = _("mål %(target)s") % {"target": one(target)}
        annotations.append(_note(Decimal("-0.2"), target, text, Role.TEXT, anchor="left", over=True, size=12))
    figure = go.Figure(
        data=[
            go.Scatter(
                mode="lines",
                x=list(range(width)),
                y=[_rounded(value) for value in line.values],
                meta=Role.SLAG.value,
                line={"width": 2},
                hovertemplate="%{y:.1f} %<extra></extra>",
            ),
            go.Scatter(
                mode="markers",
                x=[last],
                y=[_rounded(end)],
                meta=(Role.COPPER if is_copper else Role.TEXT).value,
                marker={"size": 7},
                hoverinfo="skip",
            ),
        ],
        layout={
            "template": THEME,
            "hovermode": "x",
            "margin": {"l": 22, "r": 34, "t": 8, "b": 22},
            "xaxis": {
                "tickvals": [place * 4 + 1.5 for place in range(len(years))],
                "ticktext": [str(year) for year in years],
                "range": [-0.3, width - 0.7],
            },
            "yaxis": _axis(top),
            "annotations": annotations,
            "shapes": shapes,
        },
    )
    what = _("%(name)s: sykefravær per kvartal %(first)s–%(last)s") % {
        "name": line.name,
        "first": years[0],
        "last": years[-1],
    }
    numbers = Numbers("", "", (), ())
    return Chart(chart_id, what, "", "", figure, numbers, _("Tallene står i tabellen under."), height=Height.LOW)


def _remark(book: SickLeaveBook, key: Key, year: int) -> str:
    """ "Året 2021: 8,3 %. Året 2020: 7,2 %." """
    now, before = book.share(key, Window.year(year)), book.share(key, book.last_year(year))
    said = []
    whole = book.last_quarter(year) == 4
    for when, share in ((year, now), (year - 1, before)):
        if isinstance(share, Share):
            words = {"year": when, "percent": f"{one(share.total)}{NBSP}%"}
            said.append((_("Året %(year)s: %(percent)s.") if whole else _("Hittil i %(year)s: %(percent)s.")) % words)
    return " ".join(said)


def _total(book: SickLeaveBook, key: Key, window: Window) -> Decimal | None:
    found = book.share(key, window)
    return found.total if isinstance(found, Share) else None


def _year_total(book: SickLeaveBook, key: Key, year: int) -> Decimal:
    return _total(book, key, Window.year(year)) or Decimal(0)


def _target(book: SickLeaveBook, key: Key, year: int) -> Decimal | None:
    return book.target(key, year)


def _written(share: Share | Missing, part: str = "total") -> str:
    if isinstance(share, Missing):
        return share.value
    return format_amount(getattr(share, part), decimals=1)


def _top(values: Sequence[Decimal]) -> Decimal:
    """The end of the axis: a little above every value, and never so low that small figures look large."""
    return max([*values, STEP]) * Decimal("1.08")


def _axis(top: Decimal) -> dict[str, Any]:
    step = STEP * max(1, int((top / STEP / 4).to_integral_value(ROUND_CEILING)))
    ticks = [step * place for place in range(int(top / step) + 1)]
    return {"range": [0, top], "tickvals": ticks, "zeroline": False, "showgrid": True}


def _rounded(value: Decimal | None) -> Decimal | None:
    """Two decimals are enough for a line, and no more than files say."""
    return round_half_away(value, 2)


def _bars(name: str, role: str, values: Sequence[Decimal | None]) -> go.Bar:
    return go.Bar(
        x=list(range(4)),
        y=[_rounded(value) for value in values],
        name=name,
        meta=str(role),
        hovertemplate=f"%{{y:.1f}} %<extra>{name}</extra>",
    )


def _part_labels(shown: Sequence[Share]) -> list[dict[str, Any]]:
    """The names of the two parts beside the last bar."""
    place, share = Decimal(len(shown) - 1) + Decimal("0.32"), shown[-1]
    return [
        _note(place, share.short / 2, _("korttid"), Role.MUTED, anchor="left"),
        _note(place, share.short + share.long / 2, _("langtid"), Role.MUTED, anchor="left"),
    ]


def _note(
    x: Decimal,
    y: Decimal | None,
    text: str,
    role: Role,
    *,
    anchor: str,
    shift: int = 0,
    over: bool = False,
    weight: int = 400,
    size: int = 13,
) -> dict[str, Any]:
    return {
        "x": x,
        "y": _rounded(y),
        "text": text,
        "xanchor": anchor,
        "yanchor": "bottom" if over else "middle",
        "xshift": shift,
        "showarrow": False,
        "name": role.value,
        "font": {"weight": weight, "size": size},
    }


def _target_line(target: Decimal, first: Decimal, last: Decimal) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": first,
        "x1": last,
        "y0": target,
        "y1": target,
        "line": {"width": 1.25, "dash": "3px,3px"},
        "name": Role.TEXT.value,
    }
