"""What a user may ask the climate page for, and send to its registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.forms.register_filters import FilterForm
from budget.forms.registers import DayField, FigureField, RegisterForm
from climate.models import Emission, EmissionNote, EmissionTarget, Measure, Population
from climate.queries.emissions import Places


class ViewForm(FilterForm):
    """Which municipality, and which year."""

    kommune = forms.ChoiceField(label=gettext_lazy("Kommune"), required=False)
    ar = forms.TypedChoiceField(label=gettext_lazy("År"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: QueryDict, *, places: Places) -> None:
        values = data.copy()
        name = values.get("kommune") or places.default
        years = places.years.get(name, ())
        values["kommune"] = name
        if not values.get("ar") and years:
            values["ar"] = str(years[0])
        super().__init__(values)
        self.fields["kommune"].choices = [(known, known) for known in places.municipalities]  # type: ignore[attr-defined]
        self.fields["ar"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("Det finnes ingen utslippstall for «%(value)s».")

    def wanted(self) -> tuple[str, int]:
        """This will return the municipality and the year; SelectionError when there are no figures for them."""
        clean: dict[str, Any] = self.read()
        return clean["kommune"], clean["ar"]


class EmissionForm(RegisterForm[Emission]):
    """What one sector let out of one gas."""

    tonnes = FigureField(label=gettext_lazy("Utslipp i tonn CO₂-ekvivalenter"), places=6)

    class Meta:
        model = Emission
        fields = ("municipality", "municipality_number", "county", "year", "sector", "gas", "tonnes")


class PopulationForm(RegisterForm[Population]):
    """How many lived there."""

    class Meta:
        model = Population
        fields = ("municipality", "year", "inhabitants", "source")


class TargetForm(RegisterForm[EmissionTarget]):
    """A target."""

    percent = FigureField(label=gettext_lazy("Reduksjon i prosent"), places=3)
    printed_tonnes = FigureField(
        label=gettext_lazy("Oppgitt mål i tonn"),
        places=6,
        required=False,
        help_text=gettext_lazy("Bare når noen har skrevet et tall i tonn. Siden sier fra når det ikke stemmer."),
    )

    class Meta:
        model = EmissionTarget
        fields = (
            "name",
            "municipality",
            "base_year",
            "target_year",
            "percent",
            "printed_tonnes",
            "basis",
            "decision",
            "source",
        )


class MeasureForm(RegisterForm[Measure]):
    """A measure."""

    deadline = DayField(label=gettext_lazy("Frist"), required=False)
    cost = FigureField(label=gettext_lazy("Kostnad i kroner"), places=2, required=False)
    effect_tonnes = FigureField(label=gettext_lazy("Årlig virkning i tonn CO₂-ekvivalenter"), places=6, required=False)
    status_on = DayField(label=gettext_lazy("Status per"), required=False)

    class Meta:
        model = Measure
        fields = (
            "number",
            "title",
            "text",
            "sector",
            "responsible_role",
            "deadline",
            "cost",
            "effect_tonnes",
            "status",
            "status_on",
            "note",
        )


class NoteForm(RegisterForm[EmissionNote]):
    """A remark to a figure."""

    class Meta:
        model = EmissionNote
        fields = ("municipality", "year", "sector", "text")
