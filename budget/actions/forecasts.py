"""What a leader says the year will end at. Every forecast is kept; the newest of a round and unit stands."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from budget.actions.rounds import lock_task
from budget.models import Forecast, Round, RoundTask
from budget.queries.forecasts import Proposal, ansvar_proposals, proposals
from budget.queries.rounds import WRITABLE, task_of, title_of
from roros import access
from roros.actions import ActionRefused
from roros.models import User
from roros.numbers import Scale, format_amount, round_half_away


@transaction.atomic
def make_forecast(
    *,
    round: Round,  # noqa: A002 - what the reporting cycle calls it
    virksomhet: str,
    ansvar: str | None = None,
    method: str,
    amount: Decimal | None,
    reason: str,
    by: User,
) -> Forecast:
    """This will record what a virksomhet, or one of its ansvar, is expected to end the year at.

    The system proposes by `method`; no amount is the proposal, and another one needs a reason. The same forecast again
    is not recorded twice. Raises ActionRefused for somebody else's unit, a signed round, a task that is delivered, a
    method that has nothing to go by, and an adjustment without a reason.
    """
    standing = _held(round, virksomhet)
    if refusal := refusal_of(standing, task_of(standing, virksomhet), virksomhet, by):
        raise ActionRefused(refusal)
    unit = _unit(standing, virksomhet, ansvar)
    proposed = unit.by_method(method)
    if proposed is None:
        raise ActionRefused(no_proposal(method, unit))
    amount = proposed if amount is None else round_half_away(amount, 2)
    reason = reason.strip()
    if amount != proposed and not reason:
        raise ActionRefused(needs_reason(proposed))
    made = {
        "round": standing,
        "virksomhet_id": virksomhet,
        "ansvar_id": ansvar,
        "method": method,
        "proposed": proposed,
        "amount": amount,
        "reason": reason,
    }
    last = Forecast.objects.filter(round=standing, virksomhet=virksomhet, ansvar=ansvar).order_by("-id").first()
    if last is not None and all(getattr(last, name) == value for name, value in made.items()):
        return last
    return Forecast.objects.create(made_by=by, **made)


def no_proposal(method: str, unit: Proposal) -> str:
    """This will say why a method proposes nothing for a unit, and what to do."""
    if unit.actual is None:
        return _("Regnskapet er ikke lest inn, så det finnes ikke noe forslag for %(name)s.") % {"name": unit.name}
    if Forecast.Method(method) is Forecast.Method.SEASON:
        return _(
            "Fjorårets regnskap gir ingen sesongprofil for %(name)s. Velg regnskap hittil og resten av budsjettet."
        ) % {"name": unit.name}
    return _("Budsjettet er ikke lest inn, så det finnes ikke noe forslag for %(name)s.") % {"name": unit.name}


def needs_reason(proposed: Decimal) -> str:
    """This will say that an adjustment needs a reason, and what was proposed."""
    return _("Forslaget er %(proposed)s kr. Skriv hvorfor prognosen er en annen.") % {
        "proposed": format_amount(proposed, Scale.KR, decimals=0 if proposed == proposed.to_integral_value() else 2)
    }


def refusal_of(reporting: Round, task: RoundTask | None, virksomhet: str, by: access.Someone) -> str:
    """This will say why the user cannot forecast for the virksomhet in the round now; "" when they can."""
    if not access.may_explain(by, virksomhet=virksomhet):
        return _("Bare lederen for virksomheten og økonomi kan gi prognose for den.")
    if reporting.state != Round.State.OPEN:
        return _("%(round)s er signert. Prognosen står som den ble signert; gi en ny i neste runde.") % {
            "round": title_of(reporting)
        }
    if task is not None and task.state not in WRITABLE:
        return _("Rapporten er %(state)s. Den må returneres før prognosen kan endres.") % {
            "state": task.get_state_display().lower()
        }
    return ""


def _held(reporting: Round, virksomhet: str) -> Round:
    """The round as it stands, and the unit's task in it, both held until the transaction ends."""
    task = task_of(reporting, virksomhet)
    if task is not None:
        return lock_task(task).round
    return Round.objects.select_for_update(no_key=True).get(pk=reporting.pk)


def _unit(reporting: Round, virksomhet: str, ansvar: str | None) -> Proposal:
    if ansvar is None:
        found = proposals(reporting.year, reporting.period, virksomhet).get(virksomhet)
    else:
        found = ansvar_proposals(reporting.year, reporting.period, virksomhet).get(ansvar)
    if found is None:
        raise ActionRefused(
            _("%(code)s har ingen tall i %(year)s, så det er ikke noe å lage prognose for.")
            % {"code": ansvar or virksomhet, "year": reporting.year}
        )
    return found
