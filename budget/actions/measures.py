"""What a leader and økonomi may change in the register of measures."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from budget.actions.registers import save_row
from budget.models import Measure, Round
from roros import access
from roros.actions import ActionRefused
from roros.models import User


@transaction.atomic
def save_measure(*, measure: Measure, seen: int | None, reason: str, by: User) -> None:
    """This will store a new or changed measure with who and why; a new one belongs to the open round of its year.

    Raises ActionRefused for a virksomhet that the user does not answer for, before or after the change, and
    ChangedMeanwhile when somebody changed the measure after the form was opened.
    """
    _refuse_others(measure, by)
    if measure._state.adding:
        newest = Round.objects.filter(year=measure.year, state=Round.State.OPEN).order_by("-period", "-id").first()
        measure.round = newest
    save_row(row=measure, seen=seen, reason=reason, by=by)


def _refuse_others(measure: Measure, by: User) -> None:
    units = {measure.virksomhet_id}
    if not measure._state.adding:
        units |= set(Measure.objects.filter(pk=measure.pk).values_list("virksomhet_id", flat=True))
    if not all(access.may_explain(by, virksomhet=unit) for unit in units):
        raise ActionRefused(_("Bare lederen for virksomheten og økonomi kan endre tiltakene der."))
