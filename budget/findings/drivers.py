"""Findings in words, for the node and the front page. Each has a rule and a fallback; each is true for any figures.

At most 15 words a sentence. A superlative is computed, and left out where two are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.queries.curves import Curve
from budget.queries.deviations import DeviationRow
from budget.queries.drivers import Driver, Drivers
from budget.selection import Level
from roros.numbers import Scale, format_amount, round_half_away
from roros.periods import MONTHS, Period
from roros.wording import MILLIONS_FROM, capital, listed, money, spelled

MOST_WORDS = 15
ENOUGH = Decimal("0.9")  # of the deviation: named causes that explain this much need no more of them
NOTEWORTHY = Decimal("0.2")  # of the deviation: less is not worth a sentence


def words(sentence: str) -> int:
    """This will count the words of a sentence; an amount with its unit counts its parts."""
    return len(sentence.split())


def fitting(*sentences: str) -> str:
    """This will return the first sentence that is short enough; the last one if none is."""
    return next((sentence for sentence in sentences if words(sentence) <= MOST_WORDS), sentences[-1])


def inside(name: str, level: Level) -> str:
    """This will return a name as it stands inside a sentence: an art or a tjeneste is no proper noun."""
    if level in (Level.ART, Level.TJENESTE) and not name[1:2].isupper():
        return name[:1].lower() + name[1:]
    return name


def bare(amount: Decimal, beside: Decimal) -> str:
    """This will return the size of an amount that follows another: without the unit where both are millions."""
    if abs(amount) >= MILLIONS_FROM and abs(beside) >= MILLIONS_FROM:
        return format_amount(abs(amount), Scale.MILL)
    return money(amount)


def node_finding(name: str, level: Level, row: DeviationRow, drivers: Drivers, period: Period) -> str:
    """This will say how far a node is from its budget, and which driver made most of it."""
    first = _first_sentence(name, level, row, period)
    second = _largest_driver(drivers)
    return f"{first}. {second}" if second else first


def _first_sentence(name: str, level: Level, row: DeviationRow, period: Period) -> str:
    known = {"name": name, "year": period.year, "until": _until(period)}
    if row.actual is None and row.revised is None:
        return fitting(_("%(name)s har ingen tall for %(year)s") % known, _("Ingen tall for %(year)s") % known)
    if row.actual is None or row.revised is None:
        amount = (row.actual or Decimal(0)) + (row.revised or Decimal(0))
        known["amount"] = money(amount)
        if row.actual is None:
            budgeted = _("en budsjettert inntekt på") if amount < 0 else _("et budsjett på")
            known["budgeted"] = budgeted
            return fitting(
                _("%(name)s har %(budgeted)s %(amount)s i %(year)s") % known,
                _("%(amount)s er budsjettert i %(year)s") % known,
            )
        known["did"] = _did(level, income=amount < 0)
        return fitting(
            _("%(name)s %(did)s %(amount)s i %(year)s%(until)s") % known,
            _("Regnskapet viser %(amount)s i %(year)s") % known,
        )
    income = row.revised <= 0 and row.actual <= 0 and bool(row.revised or row.actual)
    known["did"] = _did(level, income=income)
    difference = row.revised - row.actual
    if not row.revised and not row.actual:
        return fitting(_("%(name)s har verken budsjett eller regnskap") % known, _("Verken budsjett eller regnskap"))
    if not difference:
        known["amount"] = money(row.actual)
        return fitting(
            _("%(name)s %(did)s %(amount)s%(until)s, som budsjettert") % known,
            _("%(amount)s, som budsjettert%(until)s") % known,
        )
    known["amount"] = money(difference)
    if not row.revised:
        return fitting(
            _("%(name)s %(did)s %(amount)s uten budsjett%(until)s") % known,
            _("%(amount)s er ført uten budsjett%(until)s") % known,
        )
    # Spent more, or taken in more: both are "more" than budgeted, with opposite signs of the deviation.
    known["more"] = _("mer") if (difference < 0) != income else _("mindre")
    return fitting(
        _("%(name)s %(did)s %(amount)s %(more)s enn budsjettert%(until)s") % known,
        _("%(did)s %(amount)s %(more)s enn budsjettert%(until)s") % {**known, "did": _somebody(income=income)},
    )


def _did(level: Level, *, income: bool) -> str:
    if level in (Level.ART, Level.PROSJEKT):
        return _("ga") if income else _("kostet")
    return _("fikk inn") if income else _("brukte")


def _somebody(*, income: bool) -> str:
    return _("Her kom det inn") if income else _("Her ble det brukt")


def _until(period: Period) -> str:
    return "" if period.is_year else _(" til og med %(month)s") % {"month": MONTHS[period.number - 1]}


def _largest_driver(drivers: Drivers) -> str:
    """The art that pulled most the way the whole went, unless two are equal or it is a small part."""
    pulling = _pulling(drivers)
    if not pulling or len(drivers.shown) + bool(drivers.other_count) < 2:
        return ""
    top = pulling[0]
    if len(pulling) > 1 and pulling[1].deviation == top.deviation:
        return ""
    size, whole = abs(top.deviation), abs(drivers.deviation)
    if size < NOTEWORTHY * whole:
        return ""
    known = {"name": top.name, "amount": bare(top.deviation, drivers.deviation)}
    if size <= whole:
        return fitting(_("%(name)s sto for %(amount)s") % known, "")
    return fitting(_("%(name)s trakk mest, med %(amount)s") % known, "")


def _pulling(drivers: Drivers) -> list[Driver]:
    return [driver for driver in drivers.shown if driver.deviation and _same_way(driver.deviation, drivers.deviation)]


def _same_way(one: Decimal, other: Decimal) -> bool:
    return (one < 0) == (other < 0) and bool(one) and bool(other)


def drivers_finding(drivers: Drivers) -> str:
    """This will name the one to three causes that explain most of a deviation."""
    whole = drivers.deviation
    plural = str(drivers.level.plural).lower()
    if not whole:
        if not drivers.shown:
            return _("Ingen avvik å forklare")
        return _("Avvikene går opp i null")
    pulling = _pulling(drivers)
    if not pulling:
        return _("Mange små avvik, ingen som dominerer")
    chosen: list[Driver] = []
    for driver in pulling[:3]:
        chosen.append(driver)
        if abs(sum((one.deviation for one in chosen), Decimal(0))) >= ENOUGH * abs(whole):
            break
    candidates = []
    for count in range(len(chosen), 0, -1):
        explained = sum((one.deviation for one in chosen[:count]), Decimal(0))
        names = [
            one.name if place == 0 else inside(one.name, drivers.level) for place, one in enumerate(chosen[:count])
        ]
        known = {
            "names": listed(names),
            "explained": bare(explained, whole),
            "whole": money(whole),
            "against": bare(abs(explained) - abs(whole), whole),
            "others": plural,
        }
        if abs(explained) < abs(whole) and known["explained"] == bare(whole, whole):
            candidates.append(_("%(names)s forklarer nesten hele avviket på %(whole)s") % known)
        elif abs(explained) == abs(whole):
            candidates.append(_("%(names)s forklarer hele avviket på %(whole)s") % known)
        elif abs(explained) < abs(whole):
            candidates.append(_("%(names)s forklarer %(explained)s av %(whole)s") % known)
        else:
            candidates.append(_("%(names)s ga %(explained)s, og resten trakk %(against)s tilbake") % known)
    return fitting(*candidates, _("De største %(others)s forklarer mest") % {"others": plural})


def size_of(row: DeviationRow) -> Decimal:
    """This will return how far a row is from its budget, either way."""
    return abs(row.deviation or Decimal(0))


def parts_finding(level: Level, rows: Sequence[DeviationRow]) -> str:
    """This will say which of a node's parts deviate most, or that none is past the limit."""
    known_rows = [row for row in rows if row.deviation is not None]
    word = str(level.plural).lower()
    if not known_rows:
        return _largest_parts(level, rows)
    moved = sorted((row for row in known_rows if row.deviation), key=size_of, reverse=True)
    if not moved:
        return _("Ingen avvik mellom regnskap og budsjett")
    if len(moved) == 1:
        return fitting(
            _("Hele avviket ligger på %(name)s") % {"name": inside(moved[0].name, level)},
            _("Hele avviket ligger på én rad"),
        )
    sizes = [size_of(row) for row in moved]
    if len(moved) == 2 or sizes[1] > sizes[2]:
        first, second = moved[0].name, inside(moved[1].name, level)
        both = _("%(first)s og %(second)s har de største avvikene") % {"first": first, "second": second}
        if len(moved) > 2 and words(both) <= MOST_WORDS:
            return both
    if sizes[0] > sizes[1]:
        return fitting(
            _("%(name)s har det største avviket") % {"name": moved[0].name},
            _("Ett avvik er større enn de andre"),
        )
    over = sum(row.over_limit for row in known_rows)
    if over:
        return capital(_("%(count)s %(parts)s er over grensen") % {"count": spelled(over), "parts": word})
    return _("Ingen avvik over grensen")


def _largest_parts(level: Level, rows: Sequence[DeviationRow]) -> str:
    """Without a budget to compare with: where most was spent, or how many parts there are."""
    spent = sorted((row for row in rows if row.actual), key=lambda row: row.actual or Decimal(0), reverse=True)
    count = capital(spelled(len(spent)))
    counted = _("%(count)s %(parts)s har tall") % {"count": count, "parts": str(level.plural).lower()}
    if not spent:
        return _("Ingen tall under dette nivået")
    top = spent[0].actual or Decimal(0)
    if top <= 0 or len(spent) < 2 or spent[1].actual == top:
        return counted
    return fitting(_("%(name)s brukte mest, %(amount)s") % {"name": spent[0].name, "amount": money(top)}, counted)


def curve_finding(curve: Curve) -> str:
    """This will say when in the year the deviation came, or that it followed the budget."""
    to_date = curve.deviations
    if not to_date:
        return _("Regnskapet måned for måned") if curve.actual else _("Budsjettet måned for måned")
    whole = to_date[-1]
    if not any(to_date):
        return _("Regnskapet har fulgt budsjettet hver måned")
    monthly = [after - before for before, after in zip((Decimal(0), *to_date), to_date, strict=False)]
    if whole and len(monthly) >= 6:
        windows = [(sum(monthly[start : start + 3], Decimal(0)), start) for start in range(len(monthly) - 2)]
        amount, start = max(windows, key=lambda window: (window[0] * (1 if whole > 0 else -1), -window[1]))
        share = round_half_away(amount * 100 / whole)
        if 50 <= share <= 100:
            return _("%(share)s prosent av avviket kom i %(from)s–%(to)s") % {
                "share": share,
                "from": MONTHS[start],
                "to": MONTHS[start + 2],
            }
    if all(deviation < 0 for deviation in to_date):
        return _("Avviket har vært negativt hele perioden")
    if all(deviation > 0 for deviation in to_date):
        return _("Avviket har vært positivt hele perioden")
    turns = [place for place in range(1, len(to_date)) if to_date[place - 1] * to_date[place] < 0]
    if turns and whole:
        month = {"month": MONTHS[turns[-1]]}
        return (
            _("Avviket snudde til minus i %(month)s") % month
            if whole < 0
            else _("Avviket snudde til pluss i %(month)s") % month
        )
    return _("Avviket har gått opp og ned gjennom året")


def causes(drivers: Drivers) -> str:
    """This will name up to three arts that made a deviation: "Strøm 4,0, lønn renhold 1,1, pensjonsinnskudd 0,6"."""
    whole = abs(drivers.deviation)
    named = [driver for driver in _pulling(drivers) if abs(driver.deviation) * 12 >= whole][:3]
    if not named:
        return _("Mange små avvik")
    text = ", ".join(
        f"{inside(driver.name, drivers.level)} {bare(driver.deviation, drivers.deviation)}" for driver in named
    )
    against = [
        driver for driver in drivers.shown if not _same_way(driver.deviation, drivers.deviation) and driver.deviation
    ]
    if against and abs(against[0].deviation) * 10 >= whole * 3:
        return _("%(causes)s. %(name)s trekker motsatt vei, %(amount)s") % {
            "causes": capital(text),
            "name": against[0].name,
            "amount": bare(against[0].deviation, drivers.deviation),
        }
    return capital(text)
