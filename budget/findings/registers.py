"""The headings of the register pages: what the figures say, true for every data set."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.queries.decisions import DecisionRow, Gap
from budget.queries.maltall import IndicatorRow
from budget.queries.pupils import PupilNumbers
from budget.queries.themes import GrantGroup, ThemeCosts
from roros.numbers import NBSP, Scale, format_amount
from roros.wording import money


def decisions_finding(rows: Sequence[DecisionRow], *, filtered: bool) -> str:
    """This will say how many have passed their deadline and how many are done.

    Without decisions it says so; when all are done there is no deadline to pass.
    """
    if not rows:
        return _("Ingen vedtak i dette utvalget") if filtered else _("Ingen vedtak er registrert")
    total, overdue = len(rows), sum(row.overdue for row in rows)
    done = sum(row.is_closed for row in rows)
    if done == total:
        return ngettext("Vedtaket er ferdig", "Alle %(total)s vedtak er ferdige", total) % {"total": total}
    first = (
        _("%(overdue)s av %(total)s vedtak har passert fristen") % {"overdue": overdue, "total": total}
        if overdue
        else _("Ingen av %(total)s vedtak har passert fristen") % {"total": total}
    )
    if not done:
        return _("%(first)s. Ingen er ferdige") % {"first": first}
    return ngettext("%(first)s. %(done)s er ferdig", "%(first)s. %(done)s er ferdige", done) % {
        "first": first,
        "done": done,
    }


def cases_finding(count: int, gaps: Sequence[Gap], *, text: str) -> str:
    """This will say how many cases there are, and that numbers are missing; or how many hits a search gave."""
    if text:
        hits = ngettext("%(count)s sak passer med «%(text)s»", "%(count)s saker passer med «%(text)s»", count)
        return (
            hits % {"count": count, "text": text} if count else _("Ingen saker passer med «%(text)s»") % {"text": text}
        )
    if not count:
        return _("Ingen saker er registrert")
    first = ngettext("%(count)s sak er registrert", "%(count)s saker er registrert", count) % {"count": count}
    missing = [number for gap in gaps for number in gap.numbers]
    if not missing:
        return _("%(first)s, uten hull i nummereringen") % {"first": first}
    if len(missing) == 1:
        return _("%(first)s. Sak %(number)s mangler") % {"first": first, "number": missing[0]}
    return _("%(first)s. %(missing)s numre mangler") % {"first": first, "missing": len(missing)}


def indicators_finding(rows: Sequence[IndicatorRow], year: int) -> str:
    """This will say how many targets are met, and name the one furthest from its target in percent of it."""
    judged = [row for row in rows if row.is_met is not None]
    if not rows:
        return _("Ingen måltall er registrert")
    if not judged:
        return _("Ingen måltall har mål for %(year)s") % {"year": year}
    missed = [row for row in judged if not row.is_met]
    met = len(judged) - len(missed)
    if not missed:
        return ngettext("Målet er nådd i %(year)s", "Alle %(total)s mål er nådd i %(year)s", len(judged)) % {
            "total": len(judged),
            "year": year,
        }
    first = _("%(met)s av %(total)s mål er nådd i %(year)s") % {"met": met, "total": len(judged), "year": year}
    worst = max(missed, key=_relative_miss)
    return _("%(first)s. %(indicator)s er %(distance)s unna") % {
        "first": first,
        "indicator": short_name(worst.name).partition(" i prosent av ")[0],
        "distance": with_unit(abs(worst.distance or Decimal(0)), worst.unit, difference=True),
    }


def _relative_miss(row: IndicatorRow) -> Decimal:
    distance, size = row.distance or Decimal(0), abs(row.target.value) if row.target else Decimal(0)
    return -distance / size if size else -distance


def indicator_finding(row: IndicatorRow) -> str:
    """This will say where one indicator stands, and whether that is where the council wants it."""
    name = short_name(row.name)
    if row.own is None:
        return _("%(name)s har ingen verdi for %(year)s") % {"name": name, "year": row.year}
    value = with_unit(row.own.value, row.unit)
    if row.target is None or row.distance is None:
        return _("%(name)s var %(value)s i %(year)s") % {"name": name, "value": value, "year": row.year}
    words = {
        "name": name,
        "value": value,
        "distance": with_unit(abs(row.distance), row.unit, difference=True),
    }
    if row.is_met:
        return _("%(name)s er %(value)s, og målet er nådd") % words
    return _("%(name)s er %(value)s, %(distance)s fra målet") % words


def theme_finding(name: str, year: int, costs: ThemeCosts, groups: Sequence[GrantGroup]) -> str:
    """This will say what a theme cost and what was given for it; without grants, how it moved since last year."""
    total = costs.total
    granted = sum((group.total for group in groups), Decimal(0))
    if total.actual is None:
        if granted:
            return _("Staten ga %(granted)s til %(name)s i %(year)s, men ingen kostnader er ført") % {
                "granted": money(granted),
                "name": name,
                "year": year,
            }
        return _("Ingen kostnader er ført på %(name)s i %(year)s") % {"name": name, "year": year}
    words = {"name": name, "year": year, "last_year": year - 1, "cost": money(total.actual)}
    if granted:
        return _("%(name)s kostet %(cost)s i %(year)s. Staten ga %(granted)s") % {**words, "granted": money(granted)}
    if total.last_year is None:
        return _("%(name)s kostet %(cost)s i %(year)s") % words
    change = total.actual - total.last_year
    words["change"] = money(abs(change))
    if change > 0:
        return _("%(name)s kostet %(cost)s i %(year)s, %(change)s mer enn i %(last_year)s") % words
    if change < 0:
        return _("%(name)s kostet %(cost)s i %(year)s, %(change)s mindre enn i %(last_year)s") % words
    return _("%(name)s kostet %(cost)s i %(year)s, det samme som i %(last_year)s") % words


def pupils_finding(numbers: PupilNumbers) -> str:
    """This will say how many children there are in the last year and how that changed since the first."""
    known = [(year, total) for year in numbers.years if (total := numbers.total(year)) is not None]
    if not known:
        return _("Ingen elevtall er registrert")
    (first_year, first), (last_year, last) = known[0], known[-1]
    words = {"count": last, "year": last_year, "first_year": first_year, "change": abs(last - first)}
    if first_year == last_year:
        return _("%(count)s barn i skolealder i %(year)s") % words
    if last < first:
        return _("%(count)s barn i skolealder i %(year)s, %(change)s færre enn i %(first_year)s") % words
    if last > first:
        return _("%(count)s barn i skolealder i %(year)s, %(change)s flere enn i %(first_year)s") % words
    return _("%(count)s barn i skolealder i %(year)s, like mange som i %(first_year)s") % words


def with_unit(value: Decimal, unit: str, *, difference: bool = False) -> str:
    """This will write a value with its unit; a difference of percents is in prosentpoeng."""
    exponent = value.normalize().as_tuple().exponent
    decimals = max(0, -exponent if isinstance(exponent, int) else 0)
    if unit == "1000 kr":
        return f"{format_amount(value, Scale.KR, decimals=decimals)}{NBSP}tusen{NBSP}kr"
    if unit == "%" and difference:
        return f"{format_amount(value, Scale.KR, decimals=decimals)}{NBSP}{_('prosentpoeng')}"
    return f"{format_amount(value, Scale.KR, decimals=max(decimals, int(unit == '%')))}{NBSP}{unit}"


def short_name(name: str) -> str:
    """This will leave out the letter in brackets that KOSTRA puts behind its indicators: "(B)"."""
    return name[:-4] if len(name) > 4 and name[-4:-2] == " (" and name.endswith(")") else name
