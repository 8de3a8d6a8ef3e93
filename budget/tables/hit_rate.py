"""The tables of hit rate and back-test; handed their numbers, they ask for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import Forecast
from budget.queries.back_test import BackTest
from budget.queries.hit_rate import Hit, RoundHits, UnitHits
from roros.exports import ExportColumn, Kind
from roros.periods import MONTHS
from roros.tables import (
    AmountColumn,
    DeviationColumn,
    FiguresColumn,
    FiguresTable,
    Line,
    LineKind,
    Missing,
    NameColumn,
    PercentColumn,
    Phone,
)


class HitTable(FiguresTable):
    """Forecasts of a year against its accounts: a column of misses per round."""

    name = NameColumn(gettext_lazy("Virksomhet"), code="kode", export="navn")
    revised = AmountColumn(gettext_lazy("Revidert budsjett %(year)s"), muted=True, wide_only=True)
    outcome = AmountColumn(gettext_lazy("Regnskap %(year)s"), phone=Phone.LEFT, phone_label=gettext_lazy("Regnskap"))

    class Meta:
        orderable = False


def hit_table(year: int, rounds: Sequence[RoundHits], units: Sequence[UnitHits]) -> HitTable:
    """This will list what each unit forecast in each round, and how far off it was in kroner and percent."""
    columns: list[tuple[str, FiguresColumn]] = []
    for place, found in enumerate(rounds, 1):
        short = found.title.removesuffix(f" {year}")
        words = {"round": short}
        last = place == len(rounds)
        columns += [
            (f"prognose_{place}", AmountColumn(_("Prognose %(round)s") % words, wide_only=True)),
            (
                f"bom_{place}",
                AmountColumn(_("Bom %(round)s") % words, key=last, plus=True, phone=None if last else Phone.RIGHT),
            ),
            (f"bom_{place}_pst", PercentColumn(_("I\N{NO-BREAK SPACE}%"), phone=Phone.HIDDEN)),
        ]
    lines = [
        {"name": unit.name, "kode": unit.code, **_hits([unit.by_round.get(found.round) for found in rounds])}
        for unit in units
    ]
    total = {"name": _("Sum"), **_hits([found.total for found in rounds])}
    return HitTable(
        lines,
        footer=[Line(total, LineKind.GRAND)] if lines else [],
        caption=_("Prognoser mot regnskapet for %(year)s.") % {"year": year},
        explanation=_("Minus = det ble brukt mer enn prognosen sa. Prosent av revidert budsjett."),
        words={"year": year},
        extra_columns=columns,
    )


def _hits(hits: Sequence[Hit | None]) -> dict[str, Any]:
    """What the columns read of one line; the budget and the accounts are those of the last forecast that is there."""
    known = [hit for hit in hits if hit is not None]
    record: dict[str, Any] = {"revised": known[-1].revised, "outcome": known[-1].outcome} if known else {}
    for place, hit in enumerate(hits, 1):
        record[f"prognose_{place}"] = hit.forecast if hit else None
        record[f"bom_{place}"] = hit.miss if hit else None
        record[f"bom_{place}_pst"] = hit.percent if hit else Missing.UNKNOWN
    return record


class ScoreTable(FiguresTable):
    """How the two methods did in the back-test."""

    name = NameColumn(gettext_lazy("Forslag"), export="forslag")
    further_exports = (
        ExportColumn("ar", gettext_lazy("År"), Kind.INTEGER),
        ExportColumn("periode", gettext_lazy("Til og med periode"), Kind.INTEGER),
        ExportColumn("metode", gettext_lazy("Metode")),
    )
    mean_absolute = AmountColumn(
        gettext_lazy("Snittbom per virksomhet"), key=True, export="snittbom", phone_label=gettext_lazy("Snittbom")
    )
    absolute_percent = PercentColumn(gettext_lazy("I\N{NO-BREAK SPACE}%% av budsjett"), export="snittbom_pst")
    bias = AmountColumn(gettext_lazy("Skjevhet per virksomhet"), plus=True, export="skjevhet")
    services = AmountColumn(
        gettext_lazy("Bom for tjenestene"),
        plus=True,
        export="bom_tjenester",
        phone=Phone.BESIDE,
        phone_label=gettext_lazy("tjenestene"),
    )
    services_percent = PercentColumn(gettext_lazy("I\N{NO-BREAK SPACE}%%"), export="bom_tjenester_pst")
    everything = AmountColumn(gettext_lazy("Bom for kommunen"), plus=True, wide_only=True, export="bom_kommunen")

    class Meta:
        orderable = False


def score_table(test: BackTest) -> ScoreTable:
    """This will set the scores of both methods under each other, period by period."""
    lines = [
        {
            "name": _("%(method)s, etter %(month)s")
            % {"method": score.method.label, "month": MONTHS[min(score.period, 12) - 1]},
            "ar": test.year,
            "periode": score.period,
            "metode": score.method.value,
            "mean_absolute": score.mean_absolute,
            "absolute_percent": score.absolute_percent,
            "bias": score.bias,
            "services": score.services.miss,
            "services_percent": score.services.percent,
            "everything": score.everything.miss,
        }
        for score in test.scores
    ]
    count = min((score.units for score in test.scores), default=0)
    explanation = _(
        "Bom = forslag minus regnskap; minus = det ble brukt mer. Snittene er over %(count)s virksomheter der alle "
        "forslag lar seg regne ut."
    ) % {"count": count}
    if test.left_out:
        explanation = f"{explanation} " + _("Uten %(names)s.") % {
            "names": ", ".join(unit.name for unit in test.left_out)
        }
    return ScoreTable(
        lines,
        caption=_("Forslagene prøvd på %(year)s.") % {"year": test.year},
        explanation=explanation,
    )


class TrialTable(FiguresTable):
    """What each method would have proposed per virksomhet, and how far off it was."""

    name = NameColumn(gettext_lazy("Virksomhet"), code="kode", export="navn")
    revised = AmountColumn(gettext_lazy("Revidert budsjett"), muted=True, wide_only=True, export="revidert_budsjett")
    outcome = AmountColumn(
        gettext_lazy("Regnskap"), export="regnskap", phone=Phone.LEFT, phone_label=gettext_lazy("Regnskap")
    )
    deviation = DeviationColumn(gettext_lazy("Avvik"), export="avvik")

    class Meta:
        orderable = False


STEMS = {Forecast.Method.REMAINING_BUDGET: "rest", Forecast.Method.SEASON: "sesong"}  # in column names
SHORT = {Forecast.Method.REMAINING_BUDGET: gettext_lazy("rest"), Forecast.Method.SEASON: gettext_lazy("sesong")}


def trial_table(test: BackTest) -> TrialTable:
    """This will list the virksomheter with the miss of every method at every period, in kroner and percent."""
    pairs = [(score.period, score.method) for score in test.scores]
    columns: list[tuple[str, FiguresColumn]] = []
    further = []
    for period, method in pairs:
        words = {"method": SHORT[method], "month": MONTHS[min(period, 12) - 1]}
        stem = f"{STEMS[method]}_{period}"
        further.append(ExportColumn(f"forslag_{stem}", _("Forslag %(method)s, %(month)s") % words, Kind.AMOUNT))
        columns += [
            (f"bom_{stem}", AmountColumn(_("Bom %(method)s, %(month)s") % words, plus=True, phone=Phone.RIGHT)),
            (f"bom_{stem}_pst", PercentColumn(_("I\N{NO-BREAK SPACE}%"), phone=Phone.HIDDEN)),
        ]
    lines = []
    for unit in test.units:
        record: dict[str, Any] = {
            "name": unit.name,
            "kode": unit.code,
            "revised": None if test.lacks_budget else unit.revised,
            "outcome": unit.outcome,
            "deviation": None if test.lacks_budget else unit.deviation,
        }
        for period, method in pairs:
            trial = unit.trials.get((period, method))
            stem = f"{STEMS[method]}_{period}"
            record[f"forslag_{stem}"] = trial.proposed if trial else None
            record[f"bom_{stem}"] = trial.miss if trial else None
            record[f"bom_{stem}_pst"] = trial.percent if trial else Missing.UNKNOWN
        lines.append(record)
    table = TrialTable(
        lines,
        caption=_("Forslagene prøvd på %(year)s, per virksomhet.") % {"year": test.year},
        explanation=_("Bom = forslag minus regnskap; minus = det ble brukt mer. Prosent av revidert budsjett."),
        extra_columns=columns,
    )
    table.further_exports = tuple(further)
    return table
