"""Findings of the front page: does it go round, who deviates, what changed. Each has a rule and a fallback."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.findings.drivers import NOTEWORTHY, bare, fitting, size_of
from budget.queries.deviations import DeviationRow, Deviations
from roros.numbers import Scale, format_amount
from roros.periods import MONTHS, Period
from roros.wording import MILLIONS_FROM, capital, money, spelled

WHOLE_SHARE = Decimal("0.05")  # net of everything, against the services: below it, income and expense are both there


def answer(found: Deviations, period: Period) -> str:
    """This will say whether it goes round, and what the services did."""
    total, services = found.grand_total, found.total
    words = {"year": period.year, "when": _when(period)}
    if total.deviation is None or services.deviation is None:
        return _without_budget(found, period)
    words["amount"] = money(total.deviation)
    limit = Decimal(settings.DEVIATION_LIMIT_AMOUNT)
    if abs(total.deviation) < limit:
        first = _("Kommunen gikk rundt %(when)s") if _is_whole(found) else _("Kommunen holdt budsjettet %(when)s")
    elif total.deviation > 0:
        first = _("Kommunen brukte %(amount)s mindre enn budsjettert %(when)s")
    else:
        first = _("Kommunen brukte %(amount)s mer enn budsjettert %(when)s")
    first = first % words
    if not found.central or not services.deviation:
        return first
    against = abs(total.deviation) < limit or (services.deviation < 0) != (total.deviation < 0)
    words |= {
        "first": first,
        "but": _("men") if against and services.deviation < 0 else _("og"),
        "amount": money(services.deviation),
        "more": _("mer") if services.deviation < 0 else _("mindre"),
    }
    return fitting(
        _("%(first)s, %(but)s tjenestene brukte %(amount)s %(more)s enn budsjettert") % words,
        _("%(first)s. Tjenestene brukte %(amount)s %(more)s enn budsjettert") % words,
    )


def _when(period: Period) -> str:
    if period.is_year:
        return _("i %(year)s") % {"year": period.year}
    return _("til og med %(month)s %(year)s") % {"month": MONTHS[period.number - 1], "year": period.year}


def _is_whole(found: Deviations) -> bool:
    """Whether taxes and grants are there too, so that the sum says something about the municipality."""
    total, services = found.grand_total.actual, found.total.actual
    return bool(found.central and total is not None and services and abs(total) <= WHOLE_SHARE * abs(services))


def _without_budget(found: Deviations, period: Period) -> str:
    actual, revised = found.total.actual, found.total.revised
    words = {"when": _when(period), "year": period.year, "amount": money(actual or revised or Decimal(0))}
    if actual is not None:
        return _("Tjenestene kostet %(amount)s %(when)s. Budsjettet er ikke lest inn") % words
    return _("Tjenestene har %(amount)s i budsjett for %(year)s. Regnskapet er ikke lest inn") % words


def lede(found: Deviations, projects: Sequence[DeviationRow]) -> str:
    """This will say what weighed against the services, and which project made a large part of their deviation."""
    services = found.total.deviation
    if services is None:
        return ""
    sentences = []
    opposite = [row for row in found.central if row.deviation and (row.deviation < 0) != (services < 0)]
    if opposite and services:
        largest = max(opposite, key=size_of)
        if services < 0 and size_of(largest) >= abs(services):
            sentences.append(_("%(name)s veide opp for det") % {"name": largest.name})
        elif services < 0 and size_of(largest) * 2 > abs(services):
            sentences.append(_("%(name)s veide opp for det meste") % {"name": largest.name})
        elif size_of(largest) >= NOTEWORTHY * abs(services):
            sentences.append(area_sentence(largest))
    named = [row for row in projects if row.code and row.deviation and (row.deviation < 0) == (services < 0)]
    if named:
        project = max(named, key=size_of)
        size = size_of(project)
        if NOTEWORTHY * abs(services) <= size <= abs(services) and size >= MILLIONS_FROM:
            words = {
                "part": format_amount(size, Scale.MILL),
                "whole": format_amount(abs(services), Scale.MILL),
                "name": project.name,
            }
            sentences.append(_("%(part)s av de %(whole)s millionene gjelder prosjektet %(name)s") % words)
    return " ".join(f"{sentence}." for sentence in sentences)


def outlook(services: DeviationRow, title: str) -> str:
    """This will say how the services will end the year by the forecasts of a signed round; "" where one is missing."""
    expected = services.forecast_deviation
    if expected is None:
        return ""
    words = {"round": title, "amount": money(expected)}
    if abs(expected) < MILLIONS_FROM:
        return _("Prognosen fra %(round)s: tjenestene ender året som budsjettert.") % words
    if expected < 0:
        return _("Prognosen fra %(round)s: tjenestene bruker %(amount)s mer enn årets budsjett.") % words
    return _("Prognosen fra %(round)s: tjenestene bruker %(amount)s mindre enn årets budsjett.") % words


def area_sentence(row: DeviationRow) -> str:
    """This will say what an area did: "Sentrale inntekter ga 18,9 mill. kr mer enn budsjettert"."""
    deviation = row.deviation or Decimal(0)
    income = (row.actual or Decimal(0)) <= 0 and (row.revised or Decimal(0)) <= 0
    words = {
        "name": row.name,
        "did": _("ga") if income else _("kostet"),
        "amount": money(deviation),
        "more": _("mer") if (deviation < 0) != income else _("mindre"),
    }
    if not deviation:
        return _("%(name)s ble som budsjettert") % words
    return _("%(name)s %(did)s %(amount)s %(more)s enn budsjettert") % words


def together(found: Deviations) -> str:
    """This will say which area of income or finance moved the sum most."""
    moved = [row for row in found.central if row.deviation]
    if not moved:
        return _("Tjenestene mot budsjettet")
    return area_sentence(max(moved, key=size_of))


def areas(rows: Sequence[DeviationRow]) -> str:
    """This will count the rammeområder past the limit."""
    over = sum(row.over_limit for row in rows)
    words = {"over": capital(spelled(over)), "all": spelled(len(rows))}
    if not any(row.deviation is not None for row in rows):
        return capital(ngettext("%(all)s rammeområde", "%(all)s rammeområder", len(rows)) % words)
    if not over:
        return _("Ingen rammeområder er over grensen")
    if over == 1:
        (only,) = (row for row in rows if row.over_limit)
        return _("%(name)s er over grensen") % {"name": only.name}
    if over == len(rows):
        return _("Alle %(all)s rammeområder er over grensen") % words
    return _("%(over)s av %(all)s rammeområder er over grensen") % words


def largest_units(rows: Sequence[DeviationRow]) -> str:
    """This will sum what the listed units spent more, and what they spent less."""
    more = [row.deviation for row in rows if row.deviation is not None and row.deviation < 0]
    less = [row for row in rows if row.deviation is not None and row.deviation > 0]
    if not more and not less:
        return _("Ingen virksomheter avviker fra budsjettet")
    spent, saved = sum(more, Decimal(0)), sum((row.deviation or Decimal(0) for row in less), Decimal(0))
    sentences = []
    if more:
        words = {"count": capital(spelled(len(more))), "amount": money(spent)}
        unit = ngettext(
            "%(count)s virksomhet brukte %(amount)s mer enn budsjettert",
            "%(count)s virksomheter brukte %(amount)s mer enn budsjettert",
            len(more),
        )
        sentences.append(unit % words)
    if less:
        name = less[0].name if len(less) == 1 else _("%(count)s virksomheter") % {"count": capital(spelled(len(less)))}
        words = {"name": name, "amount": bare(saved, spent) if more else money(saved)}
        text = (
            _("%(name)s brukte %(amount)s mindre") if more else _("%(name)s brukte %(amount)s mindre enn budsjettert")
        )
        sentences.append(text % words)
    return ". ".join(sentences)


def changed(pairs: Sequence[tuple[str, Decimal, Decimal]], report: str) -> str:
    """This will say which area turned after the last report, or changed most; pairs are name, before and now."""
    turned = [pair for pair in pairs if pair[1] * pair[2] < 0 and min(abs(pair[1]), abs(pair[2])) >= MILLIONS_FROM]
    if turned:
        name = max(turned, key=lambda pair: abs(pair[2] - pair[1]))[0]
        return _("%(name)s snudde etter %(report)s") % {"name": name, "report": report}
    moved = sorted(pairs, key=lambda pair: -abs(pair[2] - pair[1]))
    if not moved or moved[0][1] == moved[0][2]:
        return _("Ingen endring etter %(report)s") % {"report": report}
    return _("%(name)s endret seg mest etter %(report)s") % {"name": moved[0][0], "report": report}
