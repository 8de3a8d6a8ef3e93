"""What a reader may ask the register pages for, in the address."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.forms.registers import DayField
from budget.models import StatusWord
from budget.queries.decisions import DecisionFilter, DecisionRow
from budget.selection import SelectionError

ALL = [("", gettext_lazy("Alle"))]


class FilterForm(forms.Form):
    """A GET form; `read` returns its values and raises SelectionError when one of them cannot be."""

    def read(self) -> dict[str, Any]:
        """This will return the values that the address asks for."""
        if not self.is_valid():
            raise SelectionError([str(message) for messages in self.errors.values() for message in messages])
        return self.cleaned_data


class DecisionsForm(FilterForm):
    """Which decisions, as they stood when."""

    dato = DayField(label=gettext_lazy("Slik det sto"), required=False)
    ar = forms.TypedChoiceField(label=gettext_lazy("Budsjettår"), coerce=int, empty_value=None, required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=[*ALL, *StatusWord.choices], required=False)
    ansvarlig = forms.ChoiceField(label=gettext_lazy("Eier eller ansvarlig"), required=False)
    rammeomrade = forms.TypedChoiceField(
        label=gettext_lazy("Rammeområde"), coerce=int, empty_value=None, required=False
    )
    passert = forms.BooleanField(label=gettext_lazy("Bare passert frist"), required=False)

    def __init__(self, data: QueryDict, *, years: Iterable[int], rows: Iterable[DecisionRow], default: datetime.date):
        values = data.copy()
        if not values.get("dato"):
            values["dato"] = default.isoformat()
        super().__init__(values)
        rows = list(rows)
        roles = sorted({role for row in rows for role in (row.owner_role, row.responsible_role) if role})
        areas = sorted({(row.rammeomrade, row.rammeomrade_name) for row in rows if row.rammeomrade is not None})
        self._choices("ar", [(year, str(year)) for year in years])
        self._choices("ansvarlig", [(role, role) for role in roles])
        self._choices("rammeomrade", [(number, f"{number} {name}") for number, name in areas])
        if not areas:
            del self.fields["rammeomrade"]
        if len(self.fields["ar"].choices) < 3:  # type: ignore[attr-defined]
            self.fields["ar"].widget = forms.HiddenInput()

    def _choices(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = [*ALL, *choices]  # type: ignore[attr-defined]
        self.fields[name].error_messages["invalid_choice"] = _("«%(value)s» er ikke blant valgene.")

    @property
    def wanted(self) -> DecisionFilter:
        """This will return the filter; call `read` first."""
        clean = self.cleaned_data
        return DecisionFilter(
            year=clean["ar"],
            status=clean["status"],
            owner=clean["ansvarlig"],
            rammeomrade=clean.get("rammeomrade"),
            overdue=clean["passert"],
        )


class CasesForm(FilterForm):
    """Which cases."""

    q = forms.CharField(
        label=gettext_lazy("Søk"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("ord eller saksnummer")}),
    )
    ar = forms.TypedChoiceField(label=gettext_lazy("År"), coerce=int, empty_value=None, required=False)
    organ = forms.ChoiceField(label=gettext_lazy("Organ"), required=False)

    def __init__(self, data: QueryDict, *, years: Iterable[int], bodies: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["ar"].choices = [*ALL, *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["organ"].choices = [*ALL, *((body, body) for body in bodies)]  # type: ignore[attr-defined]
        for name in ("ar", "organ"):
            self.fields[name].error_messages["invalid_choice"] = _("«%(value)s» er ikke blant valgene.")


class YearForm(FilterForm):
    """Which year."""

    ar = forms.TypedChoiceField(label=gettext_lazy("År"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: QueryDict, *, years: Iterable[int]) -> None:
        super().__init__(data)
        self.years = list(years)
        self.fields["ar"].choices = [(year, str(year)) for year in self.years]  # type: ignore[attr-defined]
        self.fields["ar"].error_messages["invalid_choice"] = _("Det finnes ingen tall for «%(value)s».")
        if self.years and not data.get("ar"):
            self.data = data.copy()
            self.data["ar"] = str(self.years[0])

    @property
    def year(self) -> int | None:
        """This will return the chosen year, the newest unless told otherwise; None when no year has figures."""
        chosen: int | None = self.read()["ar"]
        return chosen
