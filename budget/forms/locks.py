"""What a user may send to close and open periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.forms.registers import DayField
from budget.queries.locks import PeriodState, period_name, writers
from roros.models import User

UNTIL, ONLY = "t", "k"  # til og med, kun


class ReasonForm(forms.Form):
    """Why something is done; it stands in the log."""

    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        help_text=gettext_lazy("Vises i loggen."),
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv en begrunnelse.")},
    )


class CloseForm(ReasonForm):
    """Which of the open periods to close: all through one, or one alone."""

    field_order = ("periods", "reason")
    periods = forms.ChoiceField(
        label=gettext_lazy("Lukk"),
        error_messages={
            "required": gettext_lazy("Velg hvilke perioder som skal lukkes."),
            "invalid_choice": gettext_lazy("Perioden er ikke blant dem som er åpne. Se på listen og velg på nytt."),
        },
    )

    def __init__(self, *args: Any, states: Sequence[PeriodState], suggested: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.open = [state.period for state in states if not state.closed]
        reason: Any = self.fields["reason"]
        reason.required = False
        reason.help_text = _("Kan stå tom. Vises i loggen.")
        choices: Any = self.fields["periods"]
        choices.choices = [
            (
                _("Alle åpne til og med"),
                [(f"{UNTIL}{p}", _("til og med %(p)s") % {"p": period_name(p)}) for p in self.open],
            ),
            (_("Bare én"), [(f"{ONLY}{p}", _("bare %(p)s") % {"p": period_name(p)}) for p in self.open]),
        ]
        if suggested in self.open:
            self.initial["periods"] = f"{UNTIL}{suggested}"

    @property
    def chosen(self) -> list[int]:
        """This will return the periods to close, in order."""
        how, period = self.cleaned_data["periods"][0], int(self.cleaned_data["periods"][1:])
        return [period] if how == ONLY else [one for one in self.open if one <= period]


class ExceptionForm(ReasonForm):
    """Who may write in which closed period, through which day."""

    field_order = ("user", "period", "until", "reason")
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Hvem"),
        empty_label=gettext_lazy("Velg person"),
        help_text=gettext_lazy("De som kan lese inn og føre tall."),
        error_messages={"required": gettext_lazy("Velg hvem unntaket gjelder.")},
    )
    period = forms.TypedChoiceField(
        label=gettext_lazy("Lukket periode"),
        coerce=int,
        error_messages={"required": gettext_lazy("Velg hvilken periode unntaket gjelder.")},
    )
    until = DayField(
        label=gettext_lazy("Til og med"),
        help_text=gettext_lazy("Etter denne dagen er perioden lukket for personen også."),
        error_messages={"required": gettext_lazy("Velg den siste dagen unntaket gjelder.")},
    )

    def __init__(self, *args: Any, states: Sequence[PeriodState], **options: Any) -> None:
        super().__init__(*args, **options)
        people: Any = self.fields["user"]
        people.queryset = writers()
        choices: Any = self.fields["period"]
        choices.choices = [
            ("", _("Velg periode")),
            *((state.period, f"{state.name} {state.year}") for state in states if state.closed),
        ]
        self.fields["until"].widget.attrs["min"] = timezone.localdate().isoformat()
