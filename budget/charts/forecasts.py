"""The figures of the forecast page: what was expected and what it became, and how far the methods were off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from budget.queries.back_test import BackTest
from budget.queries.hit_rate import RoundHits
from roros.charts import Bar, Chart, Height, deviation_chart
from roros.components import Numbers
from roros.numbers import Scale, format_amount, format_percent
from roros.periods import MONTHS


def hit_chart(year: int, rounds: Sequence[RoundHits], *, title: str, source: str = "") -> Chart | None:
    """This will draw the deviation that each round expected, and below them the one it became; None without rounds."""
    if not rounds:
        return None
    last = rounds[-1].total
    bars = [Bar(found.title, found.total.expected) for found in rounds]
    bars.append(Bar(_("Regnskap %(year)s") % {"year": year}, last.became, over_limit=True))
    chart = deviation_chart(
        "treff",
        bars,
        title=title,
        caption=_("Ventet avvik i hver runde, og avviket det ble. Minus = brukt mer enn budsjettert."),
        scale=_scale(bars),
        source=source,
    )
    rows = tuple(
        (
            found.title,
            *(format_amount(value, Scale.TKR) for value in (found.total.expected, found.total.became)),
            format_amount(found.total.miss, Scale.TKR),
            format_percent(found.total.percent),
        )
        for found in rounds
    )
    head = (_("Runde"), _("Ventet avvik"), _("Avviket ble"), _("Bom"), _("I prosent av budsjettet"))
    numbers = Numbers(_("Ventet avvik og avviket det ble."), _("Beløp i 1000 kr."), head, rows)
    alternative = _("Søylediagram: ventet avvik per runde, og det endelige avviket nederst. Tallene står i tabellen.")
    return replace(chart, numbers=numbers, alternative=alternative, height=Height.LOW)


def back_test_chart(test: BackTest, *, title: str, source: str = "") -> Chart | None:
    """This will draw how far each method would have been off for the services; None where none could be tried."""
    if not test.is_done:
        return None
    bars = [
        Bar(
            _("%(method)s, %(month)s") % {"method": _short(score.method), "month": MONTHS[min(score.period, 12) - 1]},
            score.services.miss,
        )
        for score in test.scores
    ]
    chart = deviation_chart(
        "tilbakeprove",
        bars,
        title=title,
        caption=_("Forslag minus regnskap for tjenestene samlet. Minus = det ble brukt mer enn foreslått."),
        scale=_scale(bars),
        source=source,
    )
    rows = tuple(
        (bar.label, format_amount(bar.value, Scale.TKR), format_percent(score.services.percent))
        for bar, score in zip(bars, test.scores, strict=True)
    )
    numbers = Numbers(
        _("Bom for tjenestene samlet."),
        _("Beløp i 1000 kr."),
        (_("Forslag"), _("Bom"), _("I prosent av budsjettet")),
        rows,
    )
    alternative = _("Søylediagram: hvor mye hvert forslag ville bommet. Tallene står i tabellen.")
    return replace(chart, numbers=numbers, alternative=alternative, height=Height.LOW)


def _short(method: str) -> str:
    return {"rest-budsjett": _("Rest av budsjett"), "sesong": _("Fjorårets sesong")}[method]


def _scale(bars: Sequence[Bar]) -> Scale:
    largest = max((abs(bar.value) for bar in bars), default=Scale.MILL.divisor)
    return Scale.MILL if largest >= Scale.MILL.divisor else Scale.TKR
