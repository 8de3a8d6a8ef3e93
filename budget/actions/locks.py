"""Periods are closed and opened again; one person may be let in to a closed one. Everything is logged."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from budget.balances import lock_years
from budget.models import PeriodEvent, PeriodException
from budget.queries.locks import PeriodState, closed_parts, closed_to, period_list, periods_of
from roros import history
from roros.access import may_close_periods
from roros.actions import ActionRefused
from roros.models import User
from roros.periods import CLOSING
from roros.templatetags.figures import day
from roros.workbooks.engine import bump_data_version


@transaction.atomic
def close_periods(*, year: int, periods: Collection[int], by: User | None, reason: str = "") -> list[PeriodEvent]:
    """This will close the periods for import and entry; whoever is writing in that year is waited for.

    Raises ActionRefused when there is nothing to close or one of them is closed already; nothing is closed then.
    """
    wanted = sorted(set(periods))
    if not wanted or not all(1 <= period <= CLOSING for period in wanted):
        raise ActionRefused(_("Velg minst én periode som skal lukkes."))
    lock_years([year])
    closed = closed_to(((year, period) for period in wanted), by=None)
    if closed:
        raise ActionRefused(
            _("%(closed)s. Ingenting er endret nå. Se på listen og velg perioder som er åpne.")
            % {"closed": capfirst("; ".join(closed_parts(closed)))}
        )
    made = PeriodEvent.objects.bulk_create(
        PeriodEvent(year=year, period=period, closed=True, reason=reason.strip(), by=by) for period in wanted
    )
    bump_data_version()
    return made


@transaction.atomic
def reopen_period(*, year: int, period: int, reason: str, by: User | None) -> PeriodEvent:
    """This will open a closed period again; exceptions in it end, for they have nothing to be excepted from.

    Raises ActionRefused without a reason, or when the period is open already.
    """
    reason = _required(reason, _("Skriv hvorfor perioden åpnes. Begrunnelsen vises i loggen."))
    lock_years([year])
    state = _state(year, period)
    if not state.closed:
        raise ActionRefused(_already_open(state))
    event = PeriodEvent.objects.create(year=year, period=period, closed=False, reason=reason, by=by)
    with history.because(_("Perioden ble åpnet: %(reason)s") % {"reason": reason}, by=by):
        for exception in PeriodException.objects.filter(year=year, period=period):
            exception.delete()
    bump_data_version()
    return event


@transaction.atomic
def grant_exception(
    *, year: int, period: int, user: User, until: datetime.date, reason: str, by: User
) -> PeriodException:
    """This will let one person import and enter in a closed period, through a day.

    Raises ActionRefused without a reason, when the day has passed, when the period is open, when the person may not
    write in the ledger at all, or has an exception there already.
    """
    reason = _required(reason, _("Skriv hvorfor unntaket gis. Begrunnelsen vises i loggen."))
    lock_years([year])
    state = _state(year, period)
    words = {"who": str(user), "period": period_list([period]), "year": year}
    if not state.closed:
        raise ActionRefused(
            _("%(period)s %(year)s er åpen, så ingen trenger et unntak.") % {**words, "period": capfirst(state.name)}
        )
    if until < timezone.localdate():
        raise ActionRefused(_("Unntaket kan ikke slutte før i dag. Velg en dag som kommer."))
    if not may_close_periods(user):
        raise ActionRefused(
            _("%(who)s kan ikke føre eller lese inn tall, så et unntak ville ikke hjelpe. Gi rollen økonomi først.")
            % words
        )
    standing = PeriodException.objects.filter(year=year, period=period, user=user, until__gte=timezone.localdate())
    if found := standing.first():
        raise ActionRefused(
            _("%(who)s har allerede unntak for %(period)s %(year)s til og med %(until)s. Avslutt det først.")
            % {**words, "until": day(found.until)}
        )
    with history.because(reason, by=by):
        exception = PeriodException.objects.create(
            year=year, period=period, user=user, until=until, reason=reason, granted_by=by
        )
    bump_data_version()
    return exception


@transaction.atomic
def end_exception(*, exception: PeriodException, reason: str, by: User) -> None:
    """This will end an exception before its day; its history stays. Raises ActionRefused when it is gone already."""
    reason = _required(reason, _("Skriv hvorfor unntaket avsluttes. Begrunnelsen vises i loggen."))
    lock_years([exception.year])
    standing = PeriodException.objects.filter(pk=exception.pk).first()
    if standing is None:
        raise ActionRefused(_("Unntaket er avsluttet fra før. Ingenting er endret nå."))
    with history.because(reason, by=by):
        standing.delete()
    bump_data_version()


def _state(year: int, period: int) -> PeriodState:
    if not 1 <= period <= CLOSING:
        raise ActionRefused(_("Perioden finnes ikke."))
    return periods_of(year)[period - 1]


def _already_open(state: PeriodState) -> str:
    name = capfirst(f"{state.name} {state.year}")
    if state.at is None:
        return _("%(period)s er åpen og har aldri vært lukket.") % {"period": name}
    words = {"period": name, "by": state.by or _("kommandolinjen"), "on": day(state.at), "reason": state.reason}
    return _("%(period)s ble åpnet av %(by)s %(on)s: «%(reason)s». Ingenting er endret nå.") % words


def _required(reason: str, refusal: str) -> str:
    if not reason.strip():
        raise ActionRefused(refusal)
    return reason.strip()
