"""The heading and the lede of the deviation page, written from the figures: true for every data set.

Each sentence has a rule and a fallback. Superlatives and shares are computed; where two are equal, none is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.queries.deviations import DeviationRow, Deviations
from budget.selection import Level, Selection
from roros.numbers import Scale, format_amount, round_half_away
from roros.periods import MONTHS
from roros.wording import Finding, capital, listed, lower_first, money, spelled


def deviation_finding(selection: Selection, found: Deviations, *, subject: str = "") -> Finding:
    """This will put a deviation table into words; `subject` is the name of the part that is filtered on."""
    total = found.total
    if not found.rows or (total.actual is None and total.revised is None):
        return Finding(_("Ingen tall i dette utvalget"))
    if total.actual is None:
        return Finding(
            _("Regnskapet for %(year)s er ikke lest inn") % {"year": selection.year},
            _("Budsjettet står i tabellen, men det er ingen avvik å vise."),
        )
    if total.revised is None:
        return Finding(
            (
                _("%(subject)s hadde netto utgifter på %(amount)s %(when)s")
                if total.actual >= 0
                else _("%(subject)s hadde netto inntekter på %(amount)s %(when)s")
            )
            % {"subject": subject or _("Tjenestene"), "amount": money(abs(total.actual)), "when": when(selection)},
            _("Budsjettet for %(year)s er ikke lest inn, så det er ingen avvik å vise.") % {"year": selection.year},
        )
    sentences = [_count(selection.level, found.rows), _largest(selection.level, found.rows)]
    lede = [_against_budget(selection, total, subject), _with_central(found)]
    heading = ". ".join(sentence for sentence in sentences if sentence)
    return Finding(heading, " ".join(f"{sentence}." for sentence in lede if sentence))


def whole_finding(areas: Sequence[DeviationRow]) -> str:
    """This will say which rammeområde has the largest part of the budget, and how large it is."""
    yearly = ((row.revised_year, row.name) for row in areas)
    spending = sorted(((amount, name) for amount, name in yearly if amount and amount > 0), reverse=True)
    if len(spending) < 2 or spending[0][0] == spending[1][0]:
        return _("Budsjettet per rammeområde og virksomhet")
    percent = round_half_away(spending[0][0] * 100 / sum(amount for amount, _name in spending))
    return _("%(name)s er størst, med %(percent)s prosent av budsjettet") % {
        "name": spending[0][1],
        "percent": format_amount(percent, Scale.KR),
    }


def when(selection: Selection) -> str:
    """This will say which part of the year: "i 2021", "til og med august 2021", "i januar 2021"."""
    if selection.is_year:
        return _("i %(year)s") % {"year": selection.year}
    words = {"month": MONTHS[selection.period - 1], "year": selection.year}
    return _("i %(month)s %(year)s") % words if selection.period == 1 else _("til og med %(month)s %(year)s") % words


def share(part: Decimal, whole: Decimal) -> str:
    """This will put a share into words that are true of it: "nesten halvparten", "over halvparten", "12 prosent"."""
    percent = round_half_away(part * 100 / whole, 1)
    for lowest, highest, words in (
        (Decimal("31.5"), Decimal("33.2"), _("nesten en tredel")),
        (Decimal("33.3"), Decimal("33.4"), _("en tredel")),
        (Decimal("45"), Decimal("49.4"), _("nesten halvparten")),
        (Decimal("49.5"), Decimal("50.4"), _("halvparten")),
        (Decimal("50.5"), Decimal("58"), _("over halvparten")),
        (Decimal("66.6"), Decimal("66.7"), _("to tredeler")),
    ):
        if lowest <= percent <= highest:
            return words
    return _("%(percent)s prosent av merforbruket") % {"percent": format_amount(percent, Scale.KR)}


_NEUTER = (Level.RAMMEOMRADE, Level.ANSVAR, Level.PROSJEKT)


def _unit(level: Level, number: int) -> str:
    return {
        Level.RAMMEOMRADE: ngettext("område", "områder", number),
        Level.VIRKSOMHET: ngettext("virksomhet", "virksomheter", number),
        Level.ANSVAR: ngettext("ansvar", "ansvar ", number).strip(),
        Level.TJENESTE: ngettext("tjeneste", "tjenester", number),
        Level.ART: ngettext("art", "arter", number),
        Level.PROSJEKT: ngettext("prosjekt", "prosjekter", number),
    }[level]


def _count(level: Level, rows: Sequence[DeviationRow]) -> str:
    """How many are past the limit; the limit itself stands in the caption."""
    over, all_of_them = sum(row.over_limit for row in rows), len(rows)
    neuter = level in _NEUTER
    words = {
        "over": capital(spelled(over, neuter=neuter)),
        "all": spelled(all_of_them, neuter=neuter),
        "unit": _unit(level, all_of_them) if len({row.code for row in rows}) == all_of_them else _("poster"),
        "name": rows[0].name,
    }
    if all_of_them == 1:
        if not over:
            return _("%(name)s er innenfor grensen") % words
        if _is_spending(level, rows):
            return _("%(name)s brukte klart mer enn budsjettert") % words
        return _("%(name)s er over grensen") % words
    if not over:
        return _("Ingen av %(all)s %(unit)s er over grensen") % words
    if not _is_spending(level, rows):
        return _("%(over)s av %(all)s %(unit)s er over grensen") % words
    if over == all_of_them:
        return _("Alle %(all)s %(unit)s brukte klart mer enn budsjettert") % words
    return _("%(over)s av %(all)s %(unit)s brukte klart mer enn budsjettert") % words


def _largest(level: Level, rows: Sequence[DeviationRow]) -> str:
    """Which one overspent most, and how much of all overspending that is; nothing when it says nothing."""
    overspent = sorted((-row.deviation, row.name) for row in rows if row.deviation is not None and row.deviation < 0)
    if len(rows) < 2 or not any(row.over_limit for row in rows):
        return ""
    amount, name = overspent[-1]
    if len(overspent) > 1 and overspent[-2][0] == amount:
        return ""
    if not _is_spending(level, rows):
        return _("Størst er %(name)s med %(amount)s") % {"name": name, "amount": money(amount)}
    if len(overspent) == 1:
        return _("%(name)s står for alt merforbruket") % {"name": name}
    whole = sum((each for each, _name in overspent), Decimal(0))
    return _("%(name)s står for %(share)s") % {"name": name, "share": share(amount, whole)}


def _is_spending(level: Level, rows: Sequence[DeviationRow]) -> bool:
    """Whether everything that went worse than budgeted is spending; missing income is not "brukte mer"."""
    worse = [row for row in rows if row.deviation is not None and row.deviation < 0]
    return level is not Level.ART and all((row.revised or 0) >= 0 <= (row.actual or 0) for row in worse)


def _against_budget(selection: Selection, total: DeviationRow, subject: str) -> str:
    """The sum against its budget, in words."""
    deviation = (total.revised or Decimal(0)) - (total.actual or Decimal(0))
    words = {
        "subject": subject or _("Tjenestene"),
        "amount": money(abs(deviation)),
        "budget": _("revidert budsjett") if selection.is_year else _("periodisert budsjett"),
        "when": when(selection),
    }
    if not round_half_away(deviation):
        return _("%(subject)s traff %(budget)s %(when)s") % words
    if (total.revised or 0) < 0:
        if deviation < 0:
            return _("%(subject)s ga %(amount)s mindre enn %(budget)s %(when)s") % words
        return _("%(subject)s ga %(amount)s mer enn %(budget)s %(when)s") % words
    if deviation < 0:
        return _("%(subject)s brukte %(amount)s mer enn %(budget)s %(when)s") % words
    return _("%(subject)s brukte %(amount)s mindre enn %(budget)s %(when)s") % words


def _with_central(found: Deviations) -> str:
    """What is left when tax, grants and interest are counted in."""
    left = found.grand_total.deviation
    if not found.central or left is None:
        return ""
    names = [lower_first(row.name) for row in found.central]
    words = {
        "names": listed(names),
        "amount": money(abs(left)),
    }
    if not round_half_away(left):
        return _("Medregnet %(names)s gikk regnskapet som budsjettert") % words
    if left < 0:
        return _("Medregnet %(names)s gikk regnskapet %(amount)s dårligere enn budsjettert") % words
    return _("Medregnet %(names)s gikk regnskapet %(amount)s bedre enn budsjettert") % words
