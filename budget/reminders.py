"""E-mails to those whose turn it is in a reporting round; nobody gets two about the same round on one day."""

from __future__ import annotations

import datetime
import smtplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.messages import constants as levels
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.models import Reminder, Round, RoundTask
from budget.queries.rounds import Holders, tasks_of, title_of
from budget.queries.turns import Turn, turns
from roros.actions import Grant
from roros.models import Role, RoleAssignment, User
from roros.wording import listed

REMINDER_LOCKS = 7310  # advisory lock class: one lock per round while somebody is reminded
TAKING_PART = (Role.VIRKSOMHETSLEDER, Role.KOMMUNALSJEF, Role.OKONOMI, Role.KOMMUNEDIREKTOR)


@dataclass(frozen=True)
class Recipient:
    """Somebody whose turn it is, and with what."""

    user: User
    turns: tuple[Turn, ...]

    @property
    def deadline(self) -> datetime.date:
        """This will return the nearest deadline."""
        return min(turn.deadline for turn in self.turns)


@dataclass
class Sent:
    """What came of reminding: names of those who got it, and of those who did not and why."""

    to: list[str] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failure: str = ""

    def messages(self) -> Iterator[tuple[int, str]]:
        """This will yield what to tell whoever sent them, with its level."""
        if self.to:
            words = {"count": len(self.to), "names": listed(self.to)}
            yield levels.SUCCESS, _("%(count)s fikk påminnelse: %(names)s.") % words
        elif not self.failure and not self.refused:
            yield levels.INFO, _("Ingen fikk påminnelse nå.")
        if self.already:
            yield levels.INFO, _("Påminnet i dag fra før: %(names)s.") % {"names": listed(self.already)}
        if self.without_address:
            yield levels.WARNING, _("Uten e-postadresse: %(names)s.") % {"names": listed(self.without_address)}
        if self.refused:
            yield levels.ERROR, _("E-posttjeneren avviste adressen til %(names)s.") % {"names": listed(self.refused)}
        if self.failure:
            yield levels.ERROR, self.failure


def people_to_remind(reporting: Round, tasks: Sequence[RoundTask] | None = None) -> list[Recipient]:
    """This will return those whose turn it is in an open round: leader, kommunalsjef, økonomi, kommunedirektør.

    `tasks` are all of the round's, for a caller that has read them.
    """
    if reporting.state != Round.State.OPEN:
        return []
    tasks, holders = tasks_of(reporting) if tasks is None else tasks, Holders.read()
    held: dict[int, tuple[User, list[Grant]]] = {}
    roles = RoleAssignment.objects.filter(user__is_active=True, role__in=TAKING_PART).select_related("user")
    for one in roles.order_by("user__first_name", "user__username", "id"):
        grants = held.setdefault(one.user_id, (one.user, []))[1]
        grants.append(Grant(one.role, one.rammeomrade_id, one.virksomhet_id))
    found = [(user, turns(grants, reporting, tasks, holders)) for user, grants in held.values()]
    return [Recipient(user, tuple(own)) for user, own in found if own]


def send_reminders(*, reporting: Round, by: User | None, within: int | None = None) -> Sent:
    """This will e-mail everybody whose turn it is in the round, with what to do, by when and where.

    With `within`, only where the deadline is at most so many days away. Each e-mail is recorded when the server has
    taken it, so a failure in the middle loses nothing and nobody gets it twice.
    """
    today = timezone.localdate()
    people = people_to_remind(reporting)
    if within is not None:
        people = [one for one in people if (one.deadline - today).days <= within]
    sent = Sent(without_address=[str(one.user) for one in people if not one.user.email])
    addressed = [one for one in people if one.user.email]
    if not addressed:
        return sent
    server = get_connection()
    try:
        server.open()
        for one in addressed:
            _remind(one, reporting, by, server, sent, today)
    except (smtplib.SMTPException, OSError) as error:
        sent.failure = _(
            "E-posttjeneren svarte ikke som den skal (%(error)s). De som ikke er nevnt som påminnet, har ikke fått noe."
        ) % {"error": error}
    finally:
        server.close()
    return sent


def _remind(
    one: Recipient, reporting: Round, by: User | None, server: BaseEmailBackend, sent: Sent, today: datetime.date
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [REMINDER_LOCKS, reporting.pk])
        if Reminder.objects.filter(round=reporting, user=one.user, sent_at__date=today).exists():
            sent.already.append(str(one.user))
            return
        mail = message(one, reporting, server, today)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused:
            sent.refused.append(str(one.user))
            return
        Reminder.objects.create(round=reporting, user=one.user, subject=mail.subject[:200], sent_by=by)
    sent.to.append(str(one.user))


def message(one: Recipient, reporting: Round, server: BaseEmailBackend | None, today: datetime.date) -> EmailMessage:
    """This will write the e-mail to one person."""
    context = {
        "name": one.user.first_name or one.user.get_username(),
        "round": title_of(reporting),
        "deadline": one.deadline,
        "overdue": one.deadline < today,
        "turns": [
            {
                "title": turn.title,
                "deadline": turn.deadline,
                "overdue": turn.is_overdue(today),
                "address": settings.PUBLIC_URL + turn.href,
            }
            for turn in one.turns
        ],
        "municipality": settings.MUNICIPALITY_NAME,
    }
    subject = " ".join(render_to_string("budget/mail/reminder_subject.txt", context).split())
    body = render_to_string("budget/mail/reminder.txt", context).strip() + "\n"
    return EmailMessage(subject, body, to=[one.user.email], connection=server)
