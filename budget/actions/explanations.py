"""Leaders explain the deviations of their units; nobody overwrites a text that they have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budget.actions.rounds import lock_task
from budget.models import Explanation, RoundTask
from budget.queries.explanations import Key, previous_of
from budget.queries.limits import NodeFigures, UnitFigures, unit_figures
from budget.queries.rounds import WRITABLE, title_of
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import User
from roros.templatetags.figures import moment


@dataclass(frozen=True)
class Words:
    """What is said of a deviation. The texts are Markdown; the effect is in kroner, saved is positive."""

    kind: Explanation.Kind
    cause: str
    consequence: str = ""
    measure: str = ""
    expected_effect: Decimal | None = None


class WrittenMeanwhile(ChangedMeanwhile):
    """Somebody else has written of the same node after the form was opened; `theirs` is what stands now."""

    def __init__(self, theirs: Explanation) -> None:
        self.theirs = theirs
        super().__init__(
            _(
                "%(who)s lagret en forklaring her %(when)s, etter at du åpnet siden. Din tekst er ikke lagret. "
                "Les det som står der nå. Lagrer du igjen, erstatter din tekst den."
            )
            % {"who": theirs.written_by or _("Noen andre"), "when": moment(theirs.written_at)}
        )


@transaction.atomic
def save_explanation(*, task: RoundTask, node: Key, words: Words, seen: int | None, by: User) -> Explanation:
    """This will store what is said of a node of the task's unit, with its figures as they are now.

    `seen` is the version that the form showed, None for a new text. Raises WrittenMeanwhile when another one stands
    there by now, ActionRefused when the unit has delivered or the node is not its own.
    """
    standing, _unit, figures = _writable(task, node)
    return _store(standing, figures, words, seen=seen, by=by)


@transaction.atomic
def repeat_explanation(*, task: RoundTask, node: Key, by: User) -> Explanation:
    """This will say that the last round's text of a node still holds: it is copied, with today's figures.

    Raises WrittenMeanwhile when something is said already, ActionRefused when nothing was said before, the unit has
    delivered or the node is not its own.
    """
    standing, unit, figures = _writable(task, node)
    before = previous_of(standing.round, unit).get(node)
    if before is None:
        raise ActionRefused(_("Det finnes ingen tidligere forklaring for %(node)s.") % {"node": figures.name})
    words = Words(
        Explanation.Kind(before.kind), before.cause, before.consequence, before.measure, before.expected_effect
    )
    return _store(standing, figures, words, seen=None, by=by, holds_since=before)


def _writable(task: RoundTask, node: Key) -> tuple[RoundTask, UnitFigures, NodeFigures]:
    standing = lock_task(task)
    if standing.state not in WRITABLE:
        raise ActionRefused(
            _("%(unit)s står som «%(state)s». Teksten kan bare endres når den er returnert.")
            % {"unit": standing.virksomhet.name, "state": standing.get_state_display()}
        )
    unit = unit_figures(standing.round, virksomhet=standing.virksomhet_id).get(standing.virksomhet_id)
    if unit is None or node not in unit.nodes:
        raise ActionRefused(
            _("%(code)s hører ikke til %(unit)s i %(year)s.")
            % {"code": node[1], "unit": standing.virksomhet.name, "year": standing.round.year}
        )
    return standing, unit, unit.nodes[node]


def _store(
    task: RoundTask,
    figures: NodeFigures,
    words: Words,
    *,
    seen: int | None,
    by: User,
    holds_since: Explanation | None = None,
) -> Explanation:
    level, code = figures.key
    # The task is held, so nobody else writes of its nodes until this is done.
    text = Explanation.objects.filter(round=task.round, level=level, code=code).select_related("written_by").first()
    if text is not None and text.version != seen:
        raise WrittenMeanwhile(text)
    text = text or Explanation(round=task.round, level=level, code=code)
    for name, value in vars(words).items():
        setattr(text, name, value)
    text.actual, text.revised = figures.actual, figures.revised
    text.holds_since = holds_since
    text.written_at, text.written_by = timezone.now(), by
    with history.because(_("Forklaring i %(round)s") % {"round": title_of(task.round)}, by=by):
        text.save()
    text.refresh_from_db()
    return text
