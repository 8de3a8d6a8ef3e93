"""What a user may send to the registers of the room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.forms.registers import FigureField, RegisterForm
from hr.models import ChecklistAnswer, ControlItem, Enhet, SickLeave, SickLeaveTarget, StaffFigure
from roros.models import Rammeomrade, Virksomhet


def _areas(**options: Any) -> forms.ModelChoiceField[Rammeomrade]:
    return forms.ModelChoiceField(Rammeomrade.objects.order_by("number"), label=gettext_lazy("Rammeområde"), **options)


class RemoveForm(forms.Form):
    """Why a row is removed, and which version of it was seen."""

    reason = forms.CharField(label=gettext_lazy("Hvorfor fjernes raden?"), max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class SickLeaveForm(RegisterForm[SickLeave]):
    """The days of one unit in one quarter."""

    rammeomrade = _areas()
    agreed_days = FigureField(label=gettext_lazy("Avtalte dagsverk"))
    short_days = FigureField(label=gettext_lazy("Sykefravær korttid (1–16 dager)"))
    long_days = FigureField(label=gettext_lazy("Sykefravær langtid (17 dager og mer)"))

    class Meta:
        model = SickLeave
        fields = (
            "enhet",
            "year",
            "quarter",
            "rammeomrade",
            "agreed_days",
            "short_days",
            "long_days",
            "employees",
            "note",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance._state.adding:
            units: Any = self.fields["enhet"]
            units.queryset = Enhet.objects.order_by("code")
        else:  # unit and quarter are what the row is known by
            del self.fields["enhet"], self.fields["year"], self.fields["quarter"]

    def clean(self) -> dict[str, Any]:
        """This will refuse days that cannot be, beside the field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        days = [cleaned.get(name) for name in ("agreed_days", "short_days", "long_days")]
        for name, value in zip(("agreed_days", "short_days", "long_days"), days, strict=True):
            if value is not None and value < 0:
                self.add_error(name, _("Dagsverk kan ikke være negative."))
        agreed, short, long = days
        if agreed is not None and short is not None and long is not None and short + long > agreed >= 0:
            self.add_error("long_days", _("Fraværet kan ikke være større enn avtalte dagsverk."))
        return cleaned


class EnhetForm(RegisterForm[Enhet]):
    """A unit of the payroll system that no file has brought."""

    class Meta:
        model = Enhet
        fields = ("code", "name")


class TargetForm(RegisterForm[SickLeaveTarget]):
    """A target for sick leave."""

    area = forms.TypedChoiceField(label=gettext_lazy("Gjelder"), coerce=int)
    percent = FigureField(label=gettext_lazy("Mål i prosent"))

    class Meta:
        model = SickLeaveTarget
        fields = ("year", "area", "percent", "decision")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        areas = [(area.number, area.name) for area in Rammeomrade.objects.order_by("number")]
        field: Any = self.fields["area"]
        field.choices = [(SickLeaveTarget.WHOLE, _("Hele kommunen")), *areas]


class StaffFigureForm(RegisterForm[StaffFigure]):
    """A staff figure."""

    value = FigureField(label=gettext_lazy("Verdi"), places=6)

    class Meta:
        model = StaffFigure
        fields = ("indicator", "group", "year", "kind", "value", "unit", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:  # what the figure is known by
            for name in ("indicator", "group", "year", "kind"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """This will make the key of a new figure and refuse one that is there."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance._state.adding and {"indicator", "group", "kind"} <= cleaned.keys():
            self.instance.key = StaffFigure.key_of(
                cleaned["indicator"], cleaned["group"], cleaned.get("year"), cleaned["kind"]
            )
            if StaffFigure.objects.filter(key=self.instance.key).exists():
                raise forms.ValidationError(_("Tallet finnes fra før for denne gruppen og dette året."))
        return cleaned


class ControlItemForm(RegisterForm[ControlItem]):
    """One line of a list of internal control."""

    class Meta:
        model = ControlItem
        fields = ("kind", "year", "name", "description", "status")


class ChecklistAnswerForm(RegisterForm[ChecklistAnswer]):
    """What a virksomhet answers to one question."""

    rammeomrade = _areas()

    class Meta:
        model = ChecklistAnswer
        fields = ("year", "virksomhet", "rammeomrade", "category", "question", "answer", "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance._state.adding:
            units: Any = self.fields["virksomhet"]
            units.queryset = Virksomhet.objects.order_by("code")
        else:
            for name in ("year", "virksomhet", "category", "question"):
                del self.fields[name]
