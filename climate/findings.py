"""Headings and ledes of the climate page, written from the figures: each sentence has a rule and a fallback."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from climate.models import Measure
from climate.queries.emissions import MunicipalityRow, Series
from climate.queries.measures import MeasureRow
from climate.queries.targets import Target
from roros.components import Fact
from roros.numbers import Scale, format_amount, round_half_away
from roros.wording import Finding, capital, listed, spelled

WORTH_NAMING = Decimal("0.01")  # a sector's change, as a share of all emissions, that the heading names


def tonnes(value: Decimal) -> str:
    """This will write tonnes without decimals: "23 089"."""
    return format_amount(value, Scale.KR, decimals=0)


def percent_words(value: Decimal) -> str:
    """This will write a percent for a sentence: "28 prosent", with a decimal when it is below ten: "2,7 prosent"."""
    places = 1 if abs(value) < 10 else 0
    text = format_amount(round_half_away(value, places), Scale.KR, decimals=places).removesuffix(",0")
    return _("%(number)s prosent") % {"number": text}


def emissions_finding(series: Series, since: int, year: int, target: Target | None, inhabitants: int | None) -> Finding:
    """This will say which way the emissions go and what the target still asks for."""
    now, before = series.total(year), series.total(since)
    if now is None:
        return Finding(_("Ingen utslippstall for %(name)s i %(year)s") % {"name": series.municipality, "year": year})
    words = {"name": series.municipality, "year": year, "tonnes": tonnes(now)}
    if before is None or since == year:
        first = _("%(name)s slapp ut %(tonnes)s tonn i %(year)s") % words
    else:
        first = _change(before, now, year - since)
    second = _still(target, year, now) if target else ""
    sentences = [_("I %(year)s slapp %(name)s ut %(tonnes)s tonn CO₂-ekvivalenter.") % words]
    if inhabitants:
        share = format_amount(now / inhabitants, Scale.KR, decimals=1)
        sentences.append(_("Det er %(share)s tonn per innbygger.") % {"share": share})
    if target and target.base_year < year < target.target_year:
        sentences.append(
            _("Med jevn nedgang fra %(base)s skulle tallet vært %(path)s.")
            % {"base": target.base_year, "path": tonnes(target.path(year))}
        )
    return Finding(f"{first}. {second}" if second else first, " ".join(sentences))


def _change(before: Decimal, now: Decimal, years: int) -> str:
    change = (now - before) * 100 / before if before else Decimal(0)
    if not round_half_away(change, 1):
        return _("Utslippene er like store som for %(years)s år siden") % {"years": spelled(years, neuter=True)}
    words = {"percent": percent_words(abs(change)), "years": spelled(years, neuter=True)}
    if change < 0:
        return _("Utslippene falt %(percent)s på %(years)s år") % words
    return _("Utslippene økte %(percent)s på %(years)s år") % words


def _still(target: Target, year: int, now: Decimal) -> str:
    left = target.left(year, now)
    words = {"year": target.target_year}
    if left.is_reached:
        return _("Målet for %(year)s er nådd") % words
    if left.years <= 0 or left.percent is None:
        return _("Målet for %(year)s er ikke nådd") % words
    return _("De må falle %(percent)s til for å nå %(year)s-målet") % {**words, "percent": percent_words(left.percent)}


def sectors_finding(series: Series, since: int, year: int) -> str:
    """This will name the sectors that pull the emissions down and up; small changes name nobody."""
    total = series.total(since)
    if not total or since == year:
        return _("Utslipp per sektor")
    changes = [
        (sector, (series.of(year, sector) or Decimal(0)) - (series.of(since, sector) or Decimal(0)))
        for sector in series.sectors
    ]
    worth = [(sector, change) for sector, change in changes if abs(change) >= total * WORTH_NAMING]
    down = [sector for sector, change in sorted(worth, key=lambda item: item[1]) if change < 0][:2]
    up = [sector for sector, change in sorted(worth, key=lambda item: -item[1]) if change > 0][:2]
    sentences = []
    if down:
        sentences.append(_("%(sectors)s går ned") % {"sectors": capital(listed([sector.lower() for sector in down]))})
    if up:
        sentences.append(_("%(sectors)s går opp") % {"sectors": capital(listed([sector.lower() for sector in up]))})
    return ". ".join(sentences) or _("Ingen sektor har endret seg nevneverdig")


def municipalities_finding(rows: Sequence[MunicipalityRow]) -> str:
    """This will say where the own municipality stands among the others, per inhabitant if that is known for all."""
    own = next((row for row in rows if row.is_own), None)
    if own is None or len(rows) < 2:
        return _("Utslipp per kommune")
    shares = [row.per_inhabitant for row in rows]
    own_share = own.per_inhabitant
    if own_share is None or any(share is None for share in shares):
        lower = sum(row.tonnes < own.tonnes for row in rows)
        kind = _("samlet utslipp")
    else:
        lower = sum(share < own_share for share in shares if share is not None)
        kind = _("utslipp per innbygger")
    words = {"name": own.name, "count": spelled(len(rows)), "kind": kind}
    if lower == 0:
        return _("%(name)s har lavest %(kind)s av %(count)s kommuner") % words
    if lower == len(rows) - 1:
        return _("%(name)s har høyest %(kind)s av %(count)s kommuner") % words
    lower_words = _("en") if lower == 1 else spelled(lower)
    return ngettext(
        "%(lower)s av %(count)s kommuner har lavere %(kind)s enn %(name)s",
        "%(lower)s av %(count)s kommuner har lavere %(kind)s enn %(name)s",
        lower,
    ) % {**words, "lower": capital(lower_words)}


def measures_finding(rows: Sequence[MeasureRow]) -> str:
    """This will say how the measures stand: late ones first, then those not begun, then all."""
    if not rows:
        return _("Ingen klimatiltak er registrert")
    late = sum(row.is_late for row in rows)
    waiting = sum(row.status == Measure.Status.NOT_STARTED for row in rows)
    words = {"total": spelled(len(rows))}
    if late:
        words["count"] = capital(spelled(late, neuter=True))
        return _("%(count)s av %(total)s tiltak er forsinket") % words
    if waiting:
        return _("%(count)s av %(total)s tiltak er ikke startet") % {
            **words,
            "count": capital(spelled(waiting, neuter=True)),
        }
    done = sum(row.status == Measure.Status.DONE for row in rows)
    if done == len(rows):
        return _("Alle tiltakene er ferdige")
    words["count"] = capital(spelled(done, neuter=True))
    return _("%(count)s av %(total)s tiltak er ferdige") % words


def target_facts(target: Target, year: int, emitted: Decimal) -> list[Fact]:
    """This will list what a target says: both figures when two were told, what is left, and the cut of every year."""
    words = {"base": target.base_year, "target": target.target_year}
    told = _("%(percent)s lavere enn %(base)s: %(tonnes)s tonn")
    facts = [
        Fact(
            _("Vedtatt"),
            told % {**words, "percent": percent_words(target.percent), "tonnes": tonnes(target.from_percent)},
        )
    ]
    if target.printed is not None and target.printed_percent is not None:
        percent = percent_words(target.printed_percent)
        facts.append(Fact(_("Oppgitt"), told % {**words, "percent": percent, "tonnes": tonnes(target.printed)}))
    left = target.left(year, emitted)
    if left.is_reached:
        facts.append(Fact(_("Igjen etter %(year)s") % {"year": year}, _("Ingenting: målet er nådd")))
    else:
        facts.append(
            Fact(_("Igjen etter %(year)s") % {"year": year}, _("%(tonnes)s tonn") % {"tonnes": tonnes(left.tonnes)})
        )
    if left.yearly is not None:
        cut = _("%(tonnes)s tonn hvert år til %(target)s") % {**words, "tonnes": tonnes(left.yearly)}
        facts.append(Fact(_("Nødvendig kutt"), cut))
    return facts


def disagreement(target: Target) -> str:
    """This will say that the printed tonnes are not those of the percent; "" when they agree."""
    if target.agrees or target.printed is None or target.printed_percent is None:
        return ""
    words = {
        "name": target.name,
        "percent": percent_words(target.percent),
        "base": target.base_year,
        "tonnes": tonnes(target.from_percent),
        "printed": tonnes(target.printed),
        "printed_percent": percent_words(target.printed_percent),
        "source": target.source or _("Det oppgitte tallet"),
    }
    says = _("«%(name)s» sier %(percent)s lavere enn %(base)s. Det er %(tonnes)s tonn.") % words
    other = _("Oppgitt tall er %(printed)s tonn, som er %(printed_percent)s lavere.") % words
    follows = (
        _("Siden følger det oppgitte tallet til kommunestyret har avklart målet.")
        if target.follows_printed
        else _("Siden følger prosenten til kommunestyret har avklart målet.")
    )
    return f"{says} {other} {follows}"
