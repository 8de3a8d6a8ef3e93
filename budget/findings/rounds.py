"""What a round has come to, in words: true for any figures, each sentence with a rule and a fallback."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from budget.models import Round, RoundTask
from budget.queries.rounds import Progress, TaskRow, title_of
from roros.components import Step, StepState
from roros.numbers import NBSP, Scale, format_amount
from roros.periods import MONTHS
from roros.templatetags.figures import day
from roros.wording import capital, money, spelled

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def long_day(date: datetime.date) -> str:
    """This will return "fredag 17. september"."""
    return f"{WEEKDAYS[date.weekday()]} {date.day}.{NBSP}{MONTHS[date.month - 1]}"


def limits_text(reporting: Round) -> str:
    """This will say over which limits a unit must explain."""
    percent = reporting.limit_percent.normalize()
    places = max(0, -int(percent.as_tuple().exponent))
    return _("Merforbruk på minst %(amount)s kr og %(percent)s prosent må forklares.") % {
        "amount": format_amount(reporting.limit_amount, Scale.KR),
        "percent": format_amount(percent, Scale.KR, decimals=places),
    }


def round_finding(reporting: Round, progress: Progress, today: datetime.date) -> str:
    """This will say how far the units have come, and what is next."""
    words = {"round": title_of(reporting), "done": progress.delivered, "total": progress.total}
    if reporting.signed_at is not None:
        return _("%(round)s ble signert %(day)s") % {**words, "day": day(reporting.signed_at)}
    if progress.total == 1:
        return _("%(round)s: én virksomhet, %(state)s") % {
            **words,
            "state": _("kvalitetssikret")
            if progress.assured
            else _("godkjent")
            if progress.approved
            else _("levert")
            if progress.delivered
            else _("ikke levert"),
        }
    if progress.assured == progress.total:
        return _("Alle %(total)s virksomheter er kvalitetssikret. Runden kan signeres") % words
    if progress.delivered == progress.total:
        left = progress.total - progress.assured
        return _("Alle %(total)s virksomheter har levert. %(left)s gjenstår å kvalitetssikre") % {
            **words,
            "left": capital(spelled(left)),
        }
    passed = reporting.leader_deadline < today
    deadline = _("Fristen var %(day)s") if passed else _("Fristen er %(day)s")
    return _("%(done)s av %(total)s virksomheter har levert. %(deadline)s") % {
        **words,
        "deadline": deadline % {"day": long_day(reporting.leader_deadline)},
    }


def missing_finding(rows: Sequence[TaskRow]) -> str:
    """This will say how many deviations over the limit lack words, what they come to, and which unit is largest."""
    nodes = [(row, text) for row in rows for text in row.texts if text.is_missing]
    if not nodes:
        required = sum(row.required for row in rows)
        return _("Alle avvik over grensen er forklart.") if required else _("Ingen avvik over grensen.")
    units = [row for row in rows if row.missing and row.unit is not None]
    # A unit and its own ansvar are the same money: each unit is counted once.
    amounts = {
        row.task.virksomhet.name: -min(text.node.deviation for text in row.texts if text.is_missing) for row in units
    }
    total = sum(amounts.values(), Decimal(0))
    first = (
        _("Ett avvik over grensen mangler forklaring.")
        if len(nodes) == 1
        else _("%(count)s avvik over grensen mangler forklaring.") % {"count": capital(spelled(len(nodes)))}
    )
    if len(amounts) == 1:
        (name,) = amounts
        return _("%(first)s %(name)s har brukt %(amount)s for mye.") % {
            "first": first,
            "name": name,
            "amount": money(total),
        }
    largest = sorted(amounts, key=lambda name: -amounts[name])
    if amounts[largest[0]] == amounts[largest[1]]:
        return first
    return _("%(first)s %(name)s er størst, med %(amount)s.") % {
        "first": first,
        "name": largest[0],
        "amount": money(amounts[largest[0]]),
    }


def round_steps(reporting: Round, progress: Progress) -> list[Step]:
    """This will return the way of a round, who is at it, and by when."""
    counts = (
        (_("Virksomhetene"), _("levert"), progress.delivered, reporting.leader_deadline),
        (_("Kommunalsjefene"), _("godkjent"), progress.approved, reporting.chief_deadline),
        (_("Økonomi"), _("kvalitetssikret"), progress.assured, reporting.economy_deadline),
    )
    signed = reporting.signed_at is not None
    steps = []
    reached = True
    for label, word, done, deadline in counts:
        is_past = signed or (progress.total > 0 and done == progress.total)
        note = _("%(done)s av %(total)s %(word)s · frist %(day)s") % {
            "done": done,
            "total": progress.total,
            "word": word,
            "day": day(deadline),
        }
        steps.append(Step(label, note, _place(is_past, reached)))
        reached = reached and is_past
    note = (
        _("signert %(day)s") % {"day": day(reporting.signed_at)}
        if signed
        else _("frist %(day)s") % {"day": day(reporting.director_deadline)}
    )
    steps.append(Step(_("Signering"), note, _place(signed, reached)))
    published = reporting.published_at is not None
    note = _("publisert %(day)s") % {"day": day(reporting.published_at)} if published else ""
    steps.append(Step(_("Publisering"), note, _place(published, signed)))
    return steps


def _place(is_past: bool, reached: bool) -> StepState:
    return StepState.PAST if is_past else StepState.CURRENT if reached else StepState.AHEAD


TASK_ORDER = (RoundTask.State.DRAFT, RoundTask.State.DELIVERED, RoundTask.State.APPROVED, RoundTask.State.ASSURED)


def task_steps(task: RoundTask) -> list[Step]:
    """This will return the way of one task and where it stands, with the deadlines."""
    state = RoundTask.State.DRAFT if task.state == RoundTask.State.RETURNED else RoundTask.State(task.state)
    reached = TASK_ORDER.index(state)
    reporting = task.round
    signed = reporting.signed_at is not None
    ways = (
        (_("Virksomheten leverer"), reporting.leader_deadline),
        (_("Kommunalsjefen godkjenner"), reporting.chief_deadline),
        (_("Økonomi kvalitetssikrer"), reporting.economy_deadline),
        (_("Kommunedirektøren signerer"), reporting.director_deadline),
    )
    return [
        Step(
            label,
            _("frist %(day)s") % {"day": day(deadline)},
            _place(signed or place < reached, place == reached),
        )
        for place, (label, deadline) in enumerate(ways)
    ]
