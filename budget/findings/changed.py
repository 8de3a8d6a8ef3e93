"""What changed since a round was signed, in sentences: one per section, true for any figures."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.queries.changed import ChangedSince, DecisionChange
from roros.templatetags.figures import day
from roros.wording import capital, listed, money, spelled

MOST_NAMES = 3


def heading(changes: ChangedSince) -> str:
    """This will say what matters most since the round was signed."""
    known = {"round": changes.before.title, "day": day(changes.before.at)}
    if changes.is_empty:
        return _("Ingenting er endret siden %(round)s ble signert") % known
    parts = [part for part in (_late_in_short(changes), _reds_in_short(changes)) if part]
    if not parts:
        return _("Tallene er de samme som i %(round)s") % known
    return ". ".join(capital(part) for part in parts)


def late_finding(changes: ChangedSince) -> str:
    """This will say what was booked in the period after it was reported."""
    if not changes.same_year:
        return _("Rundene gjelder ulike år, så posteringer kan ikke sammenlignes.")
    if not changes.late:
        return _("Ingen. Regnskapet for perioden er det samme.")
    net = sum((posting.difference for posting in changes.late), Decimal(0))
    words = {
        "accounts": ngettext("%(count)s konto", "%(count)s kontoer", len(changes.late))
        % {"count": spelled(len(changes.late))},
        "amount": money(net),
    }
    if not net:
        return capital(_("%(accounts)s er endret, men summen er den samme.") % words)
    if net > 0:
        return capital(_("%(accounts)s er endret. Det økte utgiftene med %(amount)s.") % words)
    return capital(_("%(accounts)s er endret. Det senket utgiftene med %(amount)s.") % words)


def reds_finding(changes: ChangedSince) -> str:
    """This will name the units that crossed the limits."""
    if not changes.new_reds:
        return _("Ingen virksomheter har passert grensen.")
    names = _named([unit.name for unit in changes.new_reds])
    return _("%(names)s har passert grensen.") % {"names": names}


def better_finding(changes: ChangedSince) -> str:
    """This will name the units that are inside the limits again."""
    if not changes.no_longer_red:
        return _("Ingen virksomheter er kommet innenfor grensen igjen.")
    names = _named([unit.name for unit in changes.no_longer_red])
    return _("%(names)s er innenfor grensen igjen.") % {"names": names}


def units_finding(changes: ChangedSince) -> str:
    """This will say how many deviations moved."""
    moved = changes.moved
    if not moved:
        return _("Ingen. Avvikene er de samme.")
    then, since = changes.before.period, changes.after.period
    if then != since:
        return _("Avviket %(before)s mot avviket %(after)s.") % {
            "before": then.months.lower(),
            "after": since.months.lower(),
        }
    text = ngettext(
        "%(count)s virksomhet har et annet avvik.", "%(count)s virksomheter har et annet avvik.", len(moved)
    )
    return capital(text % {"count": spelled(len(moved))})


def forecasts_finding(changes: ChangedSince) -> str:
    """This will say how the forecasts moved in all."""
    if not changes.same_year:
        return _("Rundene gjelder ulike år, så prognosene kan ikke sammenlignes.")
    if not changes.forecasts:
        return _("Ingen prognoser er endret i en signert runde.")
    net = sum((move.difference for move in changes.forecasts if not move.ansvar), Decimal(0))
    words = {
        "forecasts": ngettext("%(count)s prognose", "%(count)s prognoser", len(changes.forecasts))
        % {"count": spelled(len(changes.forecasts))},
        "amount": money(net),
    }
    if net > 0:
        return capital(_("%(forecasts)s er endret. Året ventes å koste %(amount)s mer.") % words)
    if net < 0:
        return capital(_("%(forecasts)s er endret. Året ventes å koste %(amount)s mindre.") % words)
    return capital(_("%(forecasts)s er endret, men summen er den samme.") % words)


def projects_finding(changes: ChangedSince) -> str:
    """This will name the projects that became late, or count those with another status."""
    late = [project.name for project in changes.projects if project.became_late]
    if late:
        return _("%(names)s er blitt forsinket.") % {"names": _named(late)}
    if not changes.projects:
        return _("Ingen prosjekter har fått ny status.")
    count = len(changes.projects)
    text = ngettext("%(count)s prosjekt har fått ny status.", "%(count)s prosjekter har fått ny status.", count)
    return capital(text % {"count": spelled(count)})


def decisions_finding(changes: ChangedSince) -> str:
    """This will count the decisions that were closed, and those that passed their deadline."""
    closed = [one for one in changes.decisions if one.was_closed]
    overdue = [one for one in changes.decisions if one.is_overdue and not one.was_overdue]
    if not changes.decisions:
        return _("Ingen vedtak har fått ny status.")
    sentences = []
    if closed:
        text = ngettext("%(count)s vedtak er lukket.", "%(count)s vedtak er lukket.", len(closed))
        sentences.append(capital(text % {"count": spelled(len(closed))}))
    if overdue:
        text = ngettext("%(count)s har passert fristen.", "%(count)s har passert fristen.", len(overdue))
        sentences.append(capital(text % {"count": spelled(len(overdue))}))
    return " ".join(sentences) or capital(
        _("%(count)s vedtak har fått ny status.") % {"count": spelled(len(changes.decisions))}
    )


def amendments_finding(changes: ChangedSince) -> str:
    """This will say what the council has adopted since."""
    if not changes.same_year:
        return _("Rundene gjelder ulike år, så budsjettendringene kan ikke sammenlignes.")
    if not changes.amendments:
        return _("Ingen budsjettendringer er vedtatt siden.")
    count = len(changes.amendments)
    moved = sum((one.moved for one in changes.amendments), Decimal(0))
    text = ngettext(
        "%(count)s budsjettendring flyttet %(amount)s.", "%(count)s budsjettendringer flyttet %(amount)s.", count
    )
    return capital(text % {"count": spelled(count), "amount": money(moved)})


def overdue_word(change: DecisionChange) -> str:
    """This will say whether the deadline was passed since."""
    if change.is_overdue and not change.was_overdue:
        return _("Passerte fristen")
    return _("Fristen er passert") if change.is_overdue else ""


def _late_in_short(changes: ChangedSince) -> str:
    if not changes.late:
        return ""
    text = ngettext(
        "%(count)s konto er endret etter at %(round)s ble signert",
        "%(count)s kontoer er endret etter at %(round)s ble signert",
        len(changes.late),
    )
    return text % {"count": spelled(len(changes.late)), "round": changes.before.title}


def _reds_in_short(changes: ChangedSince) -> str:
    if not changes.new_reds:
        return ""
    return _("%(names)s har passert grensen") % {"names": _named([unit.name for unit in changes.new_reds])}


def _named(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return listed(names)
    return _("%(count)s virksomheter") % {"count": capital(spelled(len(names)))}
