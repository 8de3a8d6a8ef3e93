"""Headings that say what the figures show. Each sentence has a rule, and says nothing where the rule does not hold."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hr.queries.control import Done, DoneRow
from hr.queries.sick_leave import WHOLE, Key, Level, Share, SickLeaveBook, Window
from hr.queries.staff import Goal
from roros.lines import Missing
from roros.numbers import NBSP, format_amount, round_half_away
from roros.wording import Finding, listed


def one(value: Decimal) -> str:
    """This will write a figure with one decimal: "8,3"."""
    return format_amount(value, decimals=1)


def percent(value: Decimal) -> str:
    """This will write a percent in a sentence: "8,3 prosent"."""
    return f"{one(value)}{NBSP}{_('prosent')}"


def driver(book: SickLeaveBook, year: int) -> Key | None:
    """This will return the rammeområde that moved the municipality most in the direction it went."""
    change = book.change(WHOLE, year)
    if isinstance(change, Missing) or not round_half_away(change, 1):
        return None
    moved = {area: book.contribution(area, year) for area in book.areas(year)}
    same = {area: value for area, value in moved.items() if value is not None and value * change > 0}
    return max(same, key=lambda area: (abs(same[area]), area.code)) if same else None


def year_finding(book: SickLeaveBook, year: int) -> Finding:
    """This will say how high sick leave was, which way it went and what drove it."""
    now, before = book.share(WHOLE, Window.year(year)), book.share(WHOLE, book.last_year(year))
    if isinstance(now, Missing):
        return Finding(_("Sykefraværet i %(year)s kan ikke vises") % {"year": year})
    heading = _moved(_("Sykefraværet"), now.total, before)
    area = driver(book, year)
    if area is not None and not isinstance(before, Missing):
        words = {"area": book.name(area)}
        pulls = _("%(area)s trekker mest opp") if now.total > before.total else _("%(area)s trekker mest ned")
        heading = f"{heading}. {pulls % words}"
    return Finding(heading, " ".join(text for text in (_parts(book, area, year), _halved(book, year)) if text))


def node_finding(book: SickLeaveBook, key: Key, year: int) -> Finding:
    """This will say how high the sick leave of one unit or rammeområde was, or why it is not shown."""
    name = book.name(key)
    now, before = book.share(key, Window.year(year)), book.share(key, book.last_year(year))
    if now is Missing.HIDDEN:
        return Finding(_("Sykefraværet i %(name)s vises ikke") % {"name": name}, why_hidden(book, key, year))
    if isinstance(now, Missing):
        return Finding(_("Ingen tall for %(name)s i %(year)s") % {"name": name, "year": year})
    subject = _("Sykefraværet i %(name)s") % {"name": name}
    lede = [_parts(book, key, year)]
    target = book.target(key, year)
    if target is not None:
        words = {"target": percent(target)}
        met = now.total <= target
        lede.append((_("Målet på %(target)s er nådd.") if met else _("Målet på %(target)s er ikke nådd.")) % words)
    return Finding(_moved(subject, now.total, before), " ".join(text for text in lede if text))


def why_hidden(book: SickLeaveBook, key: Key, year: int) -> str:
    """This will say why a figure is hidden."""
    if key.level is Level.UNIT and book.is_small(key, year):
        return _("Enheten har så få ansatte at tallet kunne si noe om enkeltpersoner.")
    return _("Tallet er skjult fordi tall for en liten enhet ellers kunne regnes ut.")


def cover_notes(book: SickLeaveBook, area: Key, year: int) -> list[str]:
    """This will say which units of a rammeområde are hidden for the sake of others."""
    units = [unit for unit in book.units(year, area) if book.is_hidden(unit, year)]
    small = [book.name(unit) for unit in units if book.is_small(unit, year)]
    covers = [book.name(unit) for unit in units if not book.is_small(unit, year)]
    if not small or not covers:
        return []
    words = {"cover": listed(covers), "small": listed(small)}
    return [
        ngettext(
            "%(cover)s er skjult fordi tallet for %(small)s ellers kunne regnes ut.",
            "%(cover)s er skjult fordi tallene for %(small)s ellers kunne regnes ut.",
            len(small),
        )
        % words
    ]


def share_finding(book: SickLeaveBook, year: int) -> str:
    """This will say which kind of sick leave there is more of."""
    now = book.share(WHOLE, Window.year(year))
    if isinstance(now, Missing) or now.short == now.long:
        return _("Korttid og langtid per rammeområde")
    return _("Det meste er langtidsfravær") if now.long > now.short else _("Det meste er korttidsfravær")


def goal_finding(goals: list[Goal]) -> Finding:
    """This will say how far the staff figures are from their targets."""
    told = [goal for goal in goals if goal.distance is not None]
    if not told:
        return Finding(_("Personaltall"))
    goal = told[0]
    words = {
        "what": goal.indicator,
        "value": figure(goal.latest.value, goal.unit),
        "year": goal.latest.year,
        "target": figure(goal.target.value, goal.unit),
        "target_year": goal.target.year,
    }
    if goal.is_met:
        return Finding(_("%(what)s er %(value)s. Målet på %(target)s er nådd") % words)
    heading = _("%(what)s er %(value)s. Målet er %(target)s i %(target_year)s") % words
    return Finding(
        heading, _("Siste tall er fra %(year)s. Det mangler %(distance)s.") % {**words, "distance": distance(goal)}
    )


def figure(value: Decimal | Missing, unit: str) -> str:
    """This will write a staff figure with its unit and the decimals it has."""
    if isinstance(value, Missing):
        return value.value
    exponent = value.normalize().as_tuple().exponent
    text = format_amount(value, decimals=max(0, -exponent if isinstance(exponent, int) else 0))
    measure, _bracket, about = unit.rstrip(")").partition(" (")  # "% (om lag)", "antall (ca)"
    said = {"%": f"{text}{NBSP}{_('prosent')}", "antall": text}.get(measure, f"{text}{NBSP}{measure}")
    return f"{about} {said}".strip()


def distance(goal: Goal) -> str:
    """This will write what is left to a target: prosentpoeng for percents."""
    assert goal.distance is not None  # noqa: S101 - callers ask for goals with a distance
    unit = _("prosentpoeng") if goal.unit == "%" else goal.unit
    return f"{one(abs(goal.distance))}{NBSP}{unit}"


def control_finding(whole: Done, areas: list[DoneRow], year: int) -> Finding:
    """This will say how much of the checklist is done, and where least."""
    if whole.percent is None:
        return Finding(_("Ingen har svart på sjekklisten for %(year)s") % {"year": year})
    heading = _("%(percent)s av sjekklisten er gjennomført") % {"percent": percent(whole.percent)}
    ranked = sorted((row for row in areas if row.percent is not None), key=lambda row: (row.percent, row.code))
    lede = ""
    if len(ranked) > 1 and ranked[0].percent != ranked[1].percent and ranked[0].percent is not None:
        words = {"area": ranked[0].name, "percent": percent(ranked[0].percent)}
        lede = _("Lavest er %(area)s med %(percent)s.") % words
    return Finding(heading, lede)


def _moved(subject: str, now: Decimal, before: Share | Missing) -> str:
    words = {"subject": subject, "percent": percent(now)}
    if isinstance(before, Missing):
        return _("%(subject)s er %(percent)s") % words
    change = round_half_away(now, 1) - round_half_away(before.total, 1)
    if change > 0:
        return _("%(subject)s steg til %(percent)s") % words
    if change < 0:
        return _("%(subject)s sank til %(percent)s") % words
    return _("%(subject)s er uendret, %(percent)s") % words


def _parts(book: SickLeaveBook, key: Key | None, year: int) -> str:
    """Which part of the sick leave moved most, and which way the other one went."""
    if key is None:
        return ""
    now, before = book.share(key, Window.year(year)), book.share(key, book.last_year(year))
    if isinstance(now, Missing) or isinstance(before, Missing):
        return ""
    long = abs(now.long - before.long) >= abs(now.short - before.short)
    most, other = ("long", "short") if long else ("short", "long")
    was, is_now = round_half_away(getattr(before, most), 1), round_half_away(getattr(now, most), 1)
    if was == is_now:
        return ""
    names = {"long": _("Langtidsfraværet"), "short": _("Korttidsfraværet")}
    words = {"part": names[most], "area": book.name(key), "before": one(was), "now": percent(is_now)}
    first = _("%(part)s i %(area)s gikk fra %(before)s til %(now)s.") % words
    moved = round_half_away(getattr(now, other), 1) - round_half_away(getattr(before, other), 1)
    if not moved:
        return first
    way = _("%(part)s gikk opp i samme periode.") if moved > 0 else _("%(part)s gikk ned i samme periode.")
    return f"{first} {way % {'part': names[other]}}"


def _halved(book: SickLeaveBook, year: int) -> str:
    """The rammeområde where sick leave is at most half of last year's, if there is one; the lowest where several."""
    found: list[tuple[Decimal, Key, Decimal, Decimal]] = []
    for area in book.areas(year):
        now, before = book.share(area, Window.year(year)), book.share(area, book.last_year(year))
        if isinstance(now, Missing) or isinstance(before, Missing) or not before.total:
            continue
        if now.total * 2 <= before.total:
            found.append((now.total / before.total, area, before.total, now.total))
    if not found:
        return ""
    _ratio, area, was, is_now = min(found, key=lambda item: (item[0], item[1].code))
    words = {"area": book.name(area), "before": one(was), "now": percent(is_now)}
    if is_now * 2 == was:
        return _("I %(area)s er det halvert, fra %(before)s til %(now)s.") % words
    return _("I %(area)s er det mer enn halvert, fra %(before)s til %(now)s.") % words
