"""Whose turn it is in the open reporting rounds: what each person has to do, by when, and where."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budget.models import Round, RoundTask
from budget.queries.rounds import WRITABLE, Holders, State, title_of
from roros import access
from roros.actions import Grant
from roros.models import Role


class Duty(StrEnum):
    """What somebody has to do with a round."""

    DELIVER = "deliver"
    APPROVE = "approve"
    ASSURE = "assure"
    SIGN = "sign"


@dataclass(frozen=True)
class Turn:
    """What one user has to do in a round now, with which tasks."""

    reporting: Round
    duty: Duty
    tasks: tuple[RoundTask, ...]

    @property
    def deadline(self) -> datetime.date:
        """This will return when it must be done."""
        return {
            Duty.DELIVER: self.reporting.leader_deadline,
            Duty.APPROVE: self.reporting.chief_deadline,
            Duty.ASSURE: self.reporting.economy_deadline,
            Duty.SIGN: self.reporting.director_deadline,
        }[self.duty]

    @property
    def title(self) -> str:
        """This will say what to do: "Lever 2. tertial 2021 for Røros skole"."""
        words = {"round": title_of(self.reporting), "unit": self._units()}
        if self.duty is Duty.SIGN:
            return _("Signer %(round)s") % words
        if self.duty is Duty.APPROVE:
            return _("Godkjenn %(round)s for %(unit)s") % words
        if self.duty is Duty.ASSURE:
            return _("Kvalitetssikre %(round)s for %(unit)s") % words
        if all(task.state == State.RETURNED for task in self.tasks):
            return _("Rett opp og lever %(round)s for %(unit)s på nytt") % words
        return _("Lever %(round)s for %(unit)s") % words

    def _units(self) -> str:
        if len(self.tasks) == 1:
            return self.tasks[0].virksomhet.name
        return ngettext("%(count)s virksomhet", "%(count)s virksomheter", len(self.tasks)) % {"count": len(self.tasks)}

    @property
    def href(self) -> str:
        """This will return the page where it is done: of the one task, or of the round."""
        if len(self.tasks) == 1 and self.duty is not Duty.SIGN:
            return reverse("budget:round_task", args=[self.reporting.pk, self.tasks[0].virksomhet_id])
        return reverse("budget:round", args=[self.reporting.pk])

    def is_overdue(self, today: datetime.date) -> bool:
        """This will say whether the deadline has passed."""
        return self.deadline < today


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a user."""

    title: str
    href: str
    deadline: datetime.date
    overdue: bool


def turns(grants: Collection[Grant], reporting: Round, tasks: Sequence[RoundTask], holders: Holders) -> list[Turn]:
    """This will say what somebody with these roles has to do in an open round now."""
    roles = {grant.role for grant in grants}
    led = {grant.virksomhet for grant in grants if grant.virksomhet is not None}
    headed = {grant.rammeomrade for grant in grants if grant.rammeomrade is not None}
    is_economy = Role.OKONOMI in roles

    def gathered(duty: Duty, found: Iterable[RoundTask]) -> list[Turn]:
        chosen = tuple(found)
        return [Turn(reporting, duty, chosen)] if chosen else []

    writable = [task for task in tasks if task.state in WRITABLE]
    delivered = [task for task in tasks if task.state == State.DELIVERED]
    waiting = [Turn(reporting, Duty.DELIVER, (task,)) for task in writable if task.virksomhet_id in led]
    if is_economy:
        waiting += gathered(Duty.DELIVER, (task for task in writable if task.virksomhet_id not in holders.led))
    waiting += gathered(
        Duty.APPROVE,
        (
            task
            for task in delivered
            if task.rammeomrade_id in headed or (is_economy and task.rammeomrade_id not in holders.headed)
        ),
    )
    if is_economy:
        waiting += gathered(Duty.ASSURE, (task for task in tasks if task.state == State.APPROVED))
    if Role.KOMMUNEDIREKTOR in roles and tasks and all(task.state == State.ASSURED for task in tasks):
        waiting += gathered(Duty.SIGN, tasks)
    return waiting


def waiting_for(user: access.Someone) -> list[Waiting]:
    """This will return what waits for the user in every open round, the nearest deadline first."""
    grants = access.grants_of(user)
    if not grants:
        return []
    today = timezone.localdate()
    tasks = RoundTask.objects.filter(round__state=Round.State.OPEN).select_related("round", "virksomhet")
    by_round: dict[int, list[RoundTask]] = {}
    for task in tasks.order_by("round_id", "rammeomrade_id", "virksomhet_id"):
        by_round.setdefault(task.round_id, []).append(task)
    if not by_round:
        return []
    holders = Holders.read()
    found = [turn for own in by_round.values() for turn in turns(grants, own[0].round, own, holders)]
    return [
        Waiting(turn.title, turn.href, turn.deadline, turn.is_overdue(today))
        for turn in sorted(found, key=lambda turn: (turn.deadline, turn.title))
    ]
