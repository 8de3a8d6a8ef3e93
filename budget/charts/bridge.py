"""The waterfall from original to revised budget."""

from __future__ import annotations

from itertools import accumulate

import plotly.graph_objects as go
from django.utils.translation import gettext as _

from budget.queries.bridge import Bridge
from roros.charts import THEME, Chart, Height, Role, axis_ticks, plain_text, scaled, tick_text, unit_name
from roros.components import Numbers
from roros.numbers import Scale, format_amount
from roros.templatetags.figures import signed

LARGE = 1_000_000


def bridge_chart(found: Bridge) -> Chart | None:
    """This will draw each amendment's effect from where the one before ended; zero is the original budget.

    None where no amendment changed the node: amendments of the whole municipality always net to zero.
    """
    steps = [step for step in found.steps if step.net]
    if not steps or found.original is None or found.revised is None:
        return None
    values = [step.net for step in steps]
    ends = list(accumulate(values))
    starts = [end - value for end, value in zip(ends, values, strict=True)]
    scale = Scale.MILL if max(abs(value) for value in [*values, *ends]) >= LARGE else Scale.TKR
    last = _("Samlet endring")
    names = [plain_text(step.number) for step in steps]
    shown = [
        (Role.SLAG, names, values, starts),
        (Role.TEXT, [last], [found.change], [found.change * 0]),
    ]
    axis = axis_ticks(scaled([*starts, *ends, found.change], scale))
    room = (axis[-1] - axis[0]) / 6
    figure = go.Figure(
        data=[
            go.Bar(
                x=scaled(amounts, scale),
                base=scaled(bases, scale),
                y=labels,
                orientation="h",
                meta=role.value,
                text=[signed(format_amount(amount, scale)) for amount in amounts],
                textposition="outside",
                constraintext="none",
                cliponaxis=False,
                hoverinfo="skip",
            )
            for role, labels, amounts, bases in shown
        ],
        layout={
            "template": THEME,
            "barmode": "overlay",
            "bargap": 0.35,
            "hovermode": False,
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
                "categoryarray": [last, *names[::-1]],
            },
        },
    )
    told = [*((step.number, step.net, step.after) for step in steps), (last, found.change, found.revised)]
    rows = [(name, signed(format_amount(net, Scale.TKR)), format_amount(after, Scale.TKR)) for name, net, after in told]
    return Chart(
        "bro",
        _("Fra opprinnelig til revidert budsjett"),
        _("Hver søyle begynner der den forrige slutter. Null er opprinnelig budsjett, pluss = mer å bruke."),
        unit_name(scale),
        figure,
        Numbers(
            _("Virkningen av hver endring."),
            _("Beløp i 1000 kr."),
            (_("Endring"), _("Virkning"), _("Budsjett etter")),
            tuple(rows),
        ),
        _("Fossefall: hvert steg er virkningen av en budsjettendring, og den siste søylen er summen."),
        height=Height.MEDIUM if len(steps) <= 5 else Height.TALL,
    )
