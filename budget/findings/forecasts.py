"""What the pages of forecasts say in words: true for every data set, each sentence with a rule and a fallback."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.models import Forecast
from budget.queries.back_test import BackTest, Score
from budget.queries.hit_rate import RoundHits
from budget.queries.outlook import Outlook, RoundForecasts, UnitForecast
from budget.queries.rounds import title_of
from roros.numbers import round_half_away
from roros.periods import MONTHS
from roros.wording import Finding, money


def outlook_finding(year: int, shown: RoundForecasts | None, found: Outlook, before: RoundForecasts | None) -> Finding:
    """This will say how the year is expected to end, who adds most to it, and how it moved since the round before."""
    if shown is None:
        return Finding(_("Ingen prognoser å vise for %(year)s") % {"year": year})
    subject, whole = _subject(shown, found)
    expected = whole.deviation or Decimal(0)
    heading = _against(subject, expected, year)
    if largest := _largest(found):
        heading = f"{heading}. {largest}"
    lede = [_when(shown), _services(found, whole), _moved(whole, before), _missing(found)]
    return Finding(heading, " ".join(f"{sentence}." for sentence in lede if sentence))


def _subject(shown: RoundForecasts, found: Outlook) -> tuple[str, UnitForecast]:
    """Who the sum is of: everything, the services, or only those that said something."""
    if shown.is_part:
        units = [unit for unit in found.units if unit.forecast is not None]
        return (units[0].name if len(units) == 1 else _("Dine virksomheter")), found.said
    if not found.missing:
        return _("Kommunen"), found.everything
    if found.services.forecast is not None:
        return _("Tjenestene"), found.services
    return _("Virksomhetene som har gitt prognose,"), found.said


def _against(subject: str, expected: Decimal, year: int) -> str:
    words = {"subject": subject, "amount": money(abs(expected)), "year": year}
    if not round_half_away(expected):
        return _("%(subject)s ventes å ende på budsjettet for %(year)s") % words
    if expected < 0:
        return _("%(subject)s ventes å ende %(amount)s dårligere enn budsjettert i %(year)s") % words
    return _("%(subject)s ventes å ende %(amount)s bedre enn budsjettert i %(year)s") % words


def _largest(found: Outlook) -> str:
    """The unit that is expected to go furthest over, where it is past the limit and alone in being so far."""
    worse = sorted(
        (unit.deviation, unit.name) for unit in found.units if unit.over_limit and unit.deviation is not None
    )
    if len(found.units) < 2 or not worse or (len(worse) > 1 and worse[0][0] == worse[1][0]):
        return ""
    amount, name = worse[0]
    return _("Lengst over budsjettet er %(name)s med %(amount)s") % {"name": name, "amount": money(abs(amount))}


def _when(shown: RoundForecasts) -> str:
    words = {"round": title_of(shown.reporting)}
    if shown.is_draft:
        return _("Utkast fra %(round)s, som ikke er signert") % words
    return _("Prognosen er gitt i %(round)s") % words


def _services(found: Outlook, whole: UnitForecast) -> str:
    """What the services make of it, where central income and finance are in the sum."""
    expected = found.services.deviation
    if whole is not found.everything or expected is None or len({area.operational for area in found.areas}) < 2:
        return ""
    words = {"amount": money(abs(expected))}
    if expected < 0:
        return _("Tjenestene ventes å bruke %(amount)s mer enn budsjettert") % words
    return _("Tjenestene ventes å bruke %(amount)s mindre enn budsjettert") % words


def _moved(whole: UnitForecast, before: RoundForecasts | None) -> str:
    if before is None or whole.moved is None:
        return ""
    words = {"round": title_of(before.reporting), "amount": money(abs(whole.moved))}
    if not round_half_away(whole.moved):
        return _("Det er det samme som i %(round)s") % words
    if whole.moved < 0:
        return _("Det er %(amount)s dårligere enn i %(round)s") % words
    return _("Det er %(amount)s bedre enn i %(round)s") % words


def _missing(found: Outlook) -> str:
    count = len(found.missing)
    if not count:
        return ""
    return ngettext("%(count)s virksomhet mangler prognose", "%(count)s virksomheter mangler prognose", count) % {
        "count": count
    }


def hit_finding(rounds: list[RoundHits]) -> Finding:
    """This will say how far the last forecast of a year was off, and whether the earlier ones were worse."""
    if not rounds:
        return Finding(_("Treffsikkerheten kan ikke vises ennå"))
    last = rounds[-1]
    words = {
        "round": last.title,
        "amount": money(abs(last.total.miss)),
    }
    if not round_half_away(last.total.miss):
        heading = _("Prognosen i %(round)s traff regnskapet") % words
    elif last.total.miss < 0:
        heading = _("Prognosen i %(round)s var %(amount)s for lav") % words
    else:
        heading = _("Prognosen i %(round)s var %(amount)s for høy") % words
    each = _("I snitt bommet hver virksomhet med %(amount)s") % {"amount": money(last.mean_absolute)}
    expected = _("Ventet avvik var %(expected)s, og det ble %(became)s") % {
        "expected": money(last.total.expected),
        "became": money(last.total.became),
    }
    return Finding(heading, f"{expected}. {each}.")


def back_test_finding(test: BackTest) -> Finding:
    """This will say which method would have come nearest for the services, and how they did for the worst unit."""
    if not test.is_done:
        return Finding(_("Metodene kan ikke prøves på %(year)s") % {"year": test.year}, lacking(test))
    worst = _worst(test)
    return Finding(_nearest(test), " ".join(part for part in (f"{worst}." if worst else "", lacking(test)) if part))


def lacking(test: BackTest) -> str:
    """This will say what is not read in, where a method could not be tried."""
    year = test.year
    if test.lacks_outcome:
        return _("Regnskapet for hele %(year)s er ikke lest inn.") % {"year": year}
    sentences = []
    if test.lacks_budget:
        sentences.append(_("Budsjettet for %(year)s er ikke lest inn, så resten av budsjettet er ukjent."))
    if test.lacks_last_year:
        sentences.append(_("Regnskapet for %(last)s er ikke lest inn, så %(year)s har ingen sesongprofil."))
    return " ".join(sentences) % {"year": year, "last": year - 1}


def _nearest(test: BackTest) -> str:
    """At the latest period: which method missed the sum of the services least."""
    period = max(test.periods)
    scores = sorted(
        (score for score in test.scores if score.period == period), key=lambda score: abs(score.services.miss)
    )
    near = scores[0]
    words = {"month": _month(period), "near": _short(near), "amount": money(abs(near.services.miss))}
    if len(scores) < 2 or abs(scores[0].services.miss) == abs(scores[1].services.miss):
        return _("Etter %(month)s ville %(near)s bommet med %(amount)s") % words
    words |= {"far": _short(scores[1]), "other": money(abs(scores[1].services.miss))}
    return _("Etter %(month)s ville %(near)s bommet med %(amount)s for tjenestene, %(far)s med %(other)s") % words


def _worst(test: BackTest) -> str:
    """What the methods said of the unit that ended furthest over its budget, at the latest period."""
    unit, period = test.worst, max(test.periods)
    if unit is None:
        return ""
    said = [trial for trial in (unit.trials.get((period, method)) for method in Forecast.Method) if trial is not None]
    if not said:
        return ""
    best = max(unit.revised - trial.proposed for trial in said), min(unit.revised - trial.proposed for trial in said)
    words = {"name": unit.name, "ended": money(abs(unit.deviation)), "least": money(abs(best[0]))}
    if best[0] >= 0:
        return _("%(name)s endte %(ended)s over budsjettet, og forslagene varslet det ikke") % words
    if best[0] == best[1]:
        return _("%(name)s endte %(ended)s over budsjettet; forslaget varslet %(least)s") % words
    return _("%(name)s endte %(ended)s over budsjettet; forslagene varslet %(least)s til %(most)s") % {
        **words,
        "most": money(abs(best[1])),
    }


def _short(score: Score) -> str:
    return {
        Forecast.Method.REMAINING_BUDGET: _("resten av budsjettet"),
        Forecast.Method.SEASON: _("fjorårets sesong"),
    }[score.method]


def _month(period: int) -> str:
    return MONTHS[period - 1]
