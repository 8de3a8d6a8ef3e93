"""What a user may send to the register of measures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.forms.register_filters import ALL, FilterForm
from budget.forms.registers import DayField, FigureField, RegisterForm
from budget.models import Measure
from budget.queries.measures import MeasureFilter
from roros import access
from roros.models import Role, Virksomhet


class MeasureForm(RegisterForm[Measure]):
    """A measure, for one of the virksomheter that the writer answers for."""

    writer: ClassVar[access.Someone] = AnonymousUser()

    deadline = DayField(label=gettext_lazy("Frist"), required=False)
    expected_effect = FigureField(
        label=gettext_lazy("Forventet effekt i kroner"), help_text=gettext_lazy("Det som spares, er pluss.")
    )
    realised_effect = FigureField(
        label=gettext_lazy("Oppnådd effekt i kroner"),
        required=False,
        help_text=gettext_lazy("Tomt til det er kjent."),
    )

    class Meta:
        model = Measure
        fields = (
            *("virksomhet", "year", "title", "description", "owner", "status", "deadline"),
            *("expected_effect", "realised_effect"),
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        units = Virksomhet.objects.order_by("code")
        if Role.OKONOMI not in access.roles_of(self.writer):
            units = units.filter(code__in=access.led_virksomheter(self.writer))
            if len(access.led_virksomheter(self.writer)) == 1:
                self.fields["virksomhet"].empty_label = None  # type: ignore[attr-defined]
        self.fields["virksomhet"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """This will ask what came of a measure that is said to be carried out."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_done = cleaned.get("status") == Measure.Status.DONE
        if is_done and cleaned.get("realised_effect") is None and "realised_effect" not in self.errors:
            self.add_error("realised_effect", _("Skriv hva tiltaket ga; 0 når det ikke ga noe."))
        return cleaned


def measure_form(writer: access.Someone) -> type[MeasureForm]:
    """This will return the form with the virksomheter of one writer."""

    class OwnMeasureForm(MeasureForm):
        """The form of one writer."""

    OwnMeasureForm.writer = writer
    return OwnMeasureForm


class MeasuresForm(FilterForm):
    """Which measures to list."""

    ar = forms.TypedChoiceField(label=gettext_lazy("Budsjettår"), coerce=int, empty_value=None, required=False)
    virksomhet = forms.ChoiceField(label=gettext_lazy("Virksomhet"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=[*ALL, *Measure.Status.choices], required=False)
    passert = forms.BooleanField(label=gettext_lazy("Bare passert frist"), required=False)

    def __init__(self, data: QueryDict, *, years: Iterable[int], units: Iterable[Virksomhet]) -> None:
        super().__init__(data)
        self._choices("ar", [(year, str(year)) for year in years])
        self._choices("virksomhet", [(unit.code, str(unit)) for unit in units])

    def _choices(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [*ALL, *choices]
        field.error_messages["invalid_choice"] = _("«%(value)s» er ikke blant valgene.")

    @property
    def wanted(self) -> MeasureFilter:
        """This will return the filter; SelectionError when it asks for what cannot be."""
        clean = self.read()
        return MeasureFilter(clean["ar"], clean["virksomhet"], clean["status"], clean["passert"])
