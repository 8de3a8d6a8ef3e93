"""What users may change in the registers, one row at a time: nobody overwrites a change that they have not seen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from budget.models import Decision, DecisionStatus, FollowUp, StatusWord, Theme, ThemeCode
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import User
from roros.workbooks.engine import bump_data_version


@transaction.atomic
def save_row(*, row: models.Model, seen: int | None, reason: str, by: User) -> None:
    """This will store a new or changed row of a register with who and why.

    `seen` is the version that the form showed. Raises ChangedMeanwhile when the row has another one by now, and
    ActionRefused when the database does not accept the row.
    """
    if not row._state.adding:
        _refuse_stale(row, seen)
    try:
        with transaction.atomic(), history.because(reason, by=by):
            row.save(force_insert=row._state.adding)
    except IntegrityError as error:
        raise ActionRefused(_("Raden kan ikke lagres, for den strider mot noe som er registrert fra før.")) from error
    bump_data_version()


@transaction.atomic
def remove_row(*, row: models.Model, seen: int | None, reason: str, by: User) -> None:
    """This will remove a row of a register; its history stays. Raises ChangedMeanwhile when it is not as seen."""
    _refuse_stale(row, seen)
    with history.because(reason, by=by):
        row.delete()
    bump_data_version()


@transaction.atomic
def report_status(
    *,
    decision: Decision,
    status: StatusWord,
    as_of: datetime.date,
    text: str,
    reason: str,
    seen: int | None,
    by: User,
) -> DecisionStatus:
    """This will report how a decision stands from a date. `seen` is the newest report that the form showed.

    Raises ChangedMeanwhile when somebody has reported since, and ActionRefused when nothing is new.
    """
    Decision.objects.select_for_update().get(pk=decision.pk)
    newest = DecisionStatus.objects.filter(decision=decision).order_by("-id").values_list("pk", flat=True).first()
    if newest != seen:
        raise ChangedMeanwhile(_changed())
    standing = DecisionStatus.objects.filter(decision=decision, as_of__lte=as_of).order_by("-as_of", "-id").first()
    if standing is not None and (standing.status, standing.text) == (status, text):
        raise ActionRefused(_("Vedtaket har allerede denne statusen og beskrivelsen fra denne datoen."))
    report = DecisionStatus.objects.create(
        decision=decision, status=status, as_of=as_of, text=text, reason=reason, recorded_by=by
    )
    bump_data_version()
    return report


@transaction.atomic
def add_followup(
    *, decision: Decision, case_number: str, body: str, decided_on: datetime.date | None, reason: str, by: User
) -> FollowUp:
    """This will record a case in which a decision was followed up, after those that are there."""
    Decision.objects.select_for_update().get(pk=decision.pk)
    last = FollowUp.objects.filter(decision=decision).aggregate(last=models.Max("place"))["last"] or 0
    with history.because(reason, by=by):
        followup = FollowUp.objects.create(
            decision=decision, place=last + 1, case_number=case_number, body=body, decided_on=decided_on
        )
    bump_data_version()
    return followup


@transaction.atomic
def save_theme(*, theme: Theme, codes: Iterable[tuple[str, str]], seen: int | None, reason: str, by: User) -> None:
    """This will store a theme and make its filter hold exactly these (dimension, code) pairs."""
    was_new = theme._state.adding
    save_row(row=theme, seen=seen, reason=reason, by=by)
    wanted = set(codes)
    standing = {(code.dimension, code.code): code for code in ThemeCode.objects.filter(theme=theme)}
    if wanted == standing.keys():
        return
    with history.because(reason, by=by):
        for pair, code in standing.items():
            if pair not in wanted:
                code.delete()
        for dimension, number in sorted(wanted - standing.keys()):
            ThemeCode.objects.create(theme=theme, dimension=dimension, code=number)
        if not was_new:  # so that a form that shows the old codes is stale
            Theme.objects.filter(pk=theme.pk).update(version=F("version") + 1)


def _refuse_stale(row: models.Model, seen: int | None) -> None:
    standing: Any = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if standing is None or standing.version != seen:
        raise ChangedMeanwhile(_changed())


def _changed() -> str:
    return _(
        "Noen andre har endret dette etter at du åpnet skjemaet. Ingenting er lagret. "
        "Åpne skjemaet på nytt for å se hva som står der nå."
    )
