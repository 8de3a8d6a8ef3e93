"""Reporting rounds are opened and adjusted; tasks move from step to step."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from budget.actions.locks import close_periods
from budget.models import Round, RoundTask, TaskStep
from budget.queries.limits import unit_figures
from budget.queries.locks import closed_periods
from budget.queries.rounds import (
    Holders,
    Step,
    delivery_obstacles,
    steps_of,
    steps_open_to,
    task_rows,
    title_of,
)
from budget.queries.years import figure_years
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import User
from roros.periods import CLOSING, MONTHS
from roros.templatetags.figures import moment

PERIODS = {Round.Kind.FIRST_TERTIAL: 4, Round.Kind.SECOND_TERTIAL: 8, Round.Kind.ANNUAL: CLOSING}


@dataclass(frozen=True)
class Terms:
    """What can be adjusted while a round is open: over which limits a unit must explain, and who is done by when."""

    limit_amount: Decimal
    limit_percent: Decimal
    leader_deadline: datetime.date
    chief_deadline: datetime.date
    economy_deadline: datetime.date
    director_deadline: datetime.date


@transaction.atomic
def open_round(*, year: int, kind: Round.Kind, period: int, terms: Terms, close: bool, by: User) -> Round:
    """This will open a round with a task for every virksomhet that has figures that year.

    With `close`, the periods through the round's are closed for import and entry at the same time. Raises ActionRefused
    when the accounts do not reach that far, or there is such a round already; nothing is opened then.
    """
    found = figure_years().get(year)
    if found is None or not found.has_budget or (found.last_actual or 0) < min(period, 12):
        raise ActionRefused(
            _("Det mangler budsjett eller regnskap til og med %(month)s %(year)s. Les det inn først.")
            % {"month": MONTHS[min(period, 12) - 1], "year": year}
        )
    reporting = Round(year=year, kind=kind, period=period, opened_by=by, **vars(terms))
    try:
        with transaction.atomic(), history.because(_("Runden ble åpnet"), by=by):
            reporting.save(force_insert=True)
            tasks = [
                RoundTask(round=reporting, virksomhet_id=unit.virksomhet, rammeomrade_id=unit.rammeomrade)
                for unit in unit_figures(reporting).values()
            ]
            if not tasks:
                raise ActionRefused(
                    _("Ingen virksomheter har tall i %(year)s. Les inn organisasjonen først.") % {"year": year}
                )
            RoundTask.objects.bulk_create(tasks)
            TaskStep.objects.bulk_create(TaskStep(task=task, state=task.state, by=by) for task in tasks)
    except IntegrityError as error:
        if "round_once" in str(error):
            raise ActionRefused(
                _("%(round)s er åpnet fra før. Gå til den fra listen over runder.") % {"round": title_of(reporting)}
            ) from error
        raise
    if close:
        wanted = set(range(1, period + 1)) - closed_periods(year)
        if wanted:
            close_periods(year=year, periods=wanted, by=by, reason=title_of(reporting))
    reporting.refresh_from_db()
    return reporting


@transaction.atomic
def change_terms(*, reporting: Round, terms: Terms, seen: int | None, reason: str, by: User) -> Round:
    """This will change limits and deadlines of an open round, with who and why.

    Raises ChangedMeanwhile when the round is not as seen, ActionRefused when it is signed.
    """
    standing = Round.objects.select_for_update().get(pk=reporting.pk)
    if standing.state != Round.State.OPEN:
        raise ActionRefused(_is_signed(standing))
    if standing.version != seen:
        raise ChangedMeanwhile(
            _(
                "Noen andre har endret runden etter at du åpnet skjemaet. Ingenting er lagret. "
                "Åpne skjemaet på nytt for å se hva som står der nå."
            )
        )
    with history.because(reason, by=by):
        for name, value in vars(terms).items():
            setattr(standing, name, value)
        standing.save(update_fields=list(vars(terms)))
    standing.refresh_from_db()
    return standing


@transaction.atomic
def move_task(*, task: RoundTask, step: Step, comment: str, seen: int | None, by: User) -> RoundTask:
    """This will take a task one step on, and log who did it, when and with which comment.

    Raises ChangedMeanwhile when somebody moved it after the page was opened, ActionRefused when the step is not open to
    the user, when a return does not say why, or when a delivery lacks something: the message says what.
    """
    standing = lock_task(task)
    if standing.version != seen:
        raise ChangedMeanwhile(_moved_on(standing))
    if step not in steps_open_to(by, standing, Holders.read()):
        raise ActionRefused(
            _("%(unit)s står som «%(state)s», og du kan ikke gjøre dette nå.")
            % {"unit": standing.virksomhet.name, "state": standing.get_state_display()}
        )
    if step is Step.RETURN and not comment.strip():
        raise ActionRefused(_("Skriv hva som må rettes før du returnerer."))
    if step is Step.DELIVER:
        obstacles = delivery_obstacles(task_rows(standing.round, [standing])[0])
        if obstacles:
            raise ActionRefused(
                _("%(unit)s kan ikke levere ennå. %(obstacles)s")
                % {"unit": standing.virksomhet.name, "obstacles": " ".join(obstacles)}
            )
    standing.state = step.leads_to
    with history.because(comment.strip(), by=by):
        standing.save(update_fields=["state"])
    TaskStep.objects.create(task=standing, state=standing.state, comment=comment.strip(), by=by)
    standing.refresh_from_db()
    return standing


def lock_task(task: RoundTask) -> RoundTask:
    """This will return the task as it stands, held until the transaction ends, and its round held open.

    Raises ActionRefused when the round is signed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM budget_round WHERE id = %s FOR SHARE", [task.round_id])
    standing = (
        RoundTask.objects.select_for_update(of=("self",))
        .select_related("round", "virksomhet", "rammeomrade")
        .get(pk=task.pk)
    )
    if standing.round.state != Round.State.OPEN:
        raise ActionRefused(_is_signed(standing.round))
    return standing


def _is_signed(reporting: Round) -> str:
    return _("%(round)s er signert og kan ikke endres.") % {"round": title_of(reporting)}


def _moved_on(task: RoundTask) -> str:
    last = steps_of(task).latest("id")
    return _(
        "%(who)s satte %(unit)s til «%(state)s» %(when)s, etter at du åpnet siden. Ingenting er lagret. "
        "Se på siden slik den er nå."
    ) % {
        "who": last.by or _("Noen"),
        "unit": task.virksomhet.name,
        "state": task.get_state_display(),
        "when": moment(last.at),
    }
