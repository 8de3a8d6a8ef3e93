"""What does not fit together in a project: computed from its figures, never typed. Pure: no queries."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from investments.models import StatusWord
from roros.wording import money

NOTHING = Decimal(0)
CLEARLY_PERCENT = 10  # with DEVIATION_LIMIT_AMOUNT: what is clearly over the frame
SMALLEST_IN_MILLIONS = Decimal(50_000)  # below it, "0,0 mill. kr" would say nothing


class WarningKind(StrEnum):
    """What a warning is about, the gravest first."""

    OVER_ON_PLAN = "over-on-plan"
    OVER = "over"
    FORECAST_OVER = "forecast-over"
    COMPLETION_PASSED = "completion-passed"
    NO_ACCRUAL = "no-accrual"
    FIGURES_DISAGREE = "figures-disagree"

    @property
    def label(self) -> str:
        """What the warning is called in a list."""
        return {
            WarningKind.OVER_ON_PLAN: _("Over rammen, men meldt iht. plan"),
            WarningKind.OVER: _("Over rammen"),
            WarningKind.FORECAST_OVER: _("Prognosen er høyere enn rammen"),
            WarningKind.COMPLETION_PASSED: _("Fristen er passert"),
            WarningKind.NO_ACCRUAL: _("Budsjett, men ingenting brukt"),
            WarningKind.FIGURES_DISAGREE: _("Tallene henger ikke sammen"),
        }[self]


@dataclass(frozen=True)
class ProjectWarning:
    """One thing that does not fit: a few words and the sentence that proves it."""

    kind: WarningKind
    text: str
    explained: bool = False  # a fact of the project accounts for it

    @property
    def label(self) -> str:
        """What the warning is called."""
        return self.kind.label


@dataclass(frozen=True)
class Facts:
    """What the rules look at, for one project in one year."""

    year: int
    as_of: datetime.date
    approved: Decimal
    accrued: Decimal
    revised: Decimal
    actual: Decimal
    accrued_before: Decimal | None
    is_other: bool
    status: StatusWord | None
    outstanding: Decimal
    final_cost: Decimal | None
    completion: datetime.date | None

    @property
    def excess(self) -> Decimal:
        """How much more is spent than was decided; 0 when it is within the frame."""
        return max(self.accrued - self.approved, NOTHING)


def warnings_of(facts: Facts) -> tuple[ProjectWarning, ...]:
    """This will return everything about the project that does not fit together, the gravest first.

    The small projects have no frame and no status of their own: for them only figures that disagree count.
    """
    found = [_figures_disagree(facts)]
    if not facts.is_other:
        found = [_over(facts), _forecast_over(facts), _completion_passed(facts), _no_accrual(facts), *found]
    return tuple(warning for warning in found if warning)


def is_clearly_over(approved: Decimal, accrued: Decimal) -> bool:
    """This will say whether a project is past the limit, in kroner and in percent of its frame."""
    excess = accrued - approved
    return excess >= settings.DEVIATION_LIMIT_AMOUNT and excess * 100 >= approved * CLEARLY_PERCENT


def _over(facts: Facts) -> ProjectWarning | None:
    if not facts.excess:
        return None
    explained = facts.outstanding >= facts.excess
    words = {"excess": money(facts.excess), "grants": money(facts.outstanding)}
    on_plan = facts.status is StatusWord.ON_PLAN
    text = (
        _("Prosjektet er meldt «iht. plan», men har brukt %(excess)s mer enn rammen.")
        if on_plan
        else _("Prosjektet har brukt %(excess)s mer enn rammen.")
    ) % words
    if explained:
        text += " " + _("Innvilgede tilskudd på %(grants)s er ikke utbetalt ennå, og dekker overskridelsen.") % words
    elif facts.outstanding:
        text += " " + _("Innvilgede tilskudd på %(grants)s er ikke utbetalt ennå, og dekker bare en del.") % words
    return ProjectWarning(WarningKind.OVER_ON_PLAN if on_plan else WarningKind.OVER, text, explained)


def _forecast_over(facts: Facts) -> ProjectWarning | None:
    if facts.final_cost is None or facts.final_cost <= facts.approved:
        return None
    above = facts.final_cost - facts.approved
    text = _("Sluttkostnaden er ventet å bli %(cost)s, som er %(above)s mer enn rammen.")
    explained = facts.outstanding >= above
    return ProjectWarning(
        WarningKind.FORECAST_OVER, text % {"cost": money(facts.final_cost), "above": money(above)}, explained
    )


def _completion_passed(facts: Facts) -> ProjectWarning | None:
    if facts.completion is None or facts.completion >= facts.as_of or facts.status is StatusWord.DONE:
        return None
    text = _("Prosjektet skulle vært ferdig %(day)s, men er ikke meldt ferdig.")
    return ProjectWarning(WarningKind.COMPLETION_PASSED, text % {"day": f"{facts.completion:%d.%m.%Y}"})


def _no_accrual(facts: Facts) -> ProjectWarning | None:
    if facts.revised <= 0 or facts.actual:
        return None
    text = _("Budsjettet for %(year)s er %(budget)s, men ingenting er brukt.")
    return ProjectWarning(WarningKind.NO_ACCRUAL, text % {"year": facts.year, "budget": money(facts.revised)})


def _figures_disagree(facts: Facts) -> ProjectWarning | None:
    if facts.accrued_before is None or facts.accrued_before + facts.actual == facts.accrued:
        return None
    text = _("Påløpt til og med %(before)s og regnskapet for %(year)s gir ikke påløpt totalt. Forskjellen er %(gap)s.")
    gap = facts.accrued - facts.accrued_before - facts.actual
    words = {"before": facts.year - 1, "year": facts.year, "gap": money(gap)}
    return ProjectWarning(WarningKind.FIGURES_DISAGREE, text % words)


def approvals_disagree(stated: Decimal, decided: Decimal, case_number: str) -> ProjectWarning | None:
    """This will warn when the frame in the accounts is another than the last decision set."""
    if stated == decided:
        return None
    text = _("Regnskapet sier at rammen er %(stated)s, men vedtaket i sak %(case)s sier %(decided)s.")
    words = {"stated": money(stated), "case": case_number, "decided": money(decided)}
    return ProjectWarning(WarningKind.FIGURES_DISAGREE, text % words)
