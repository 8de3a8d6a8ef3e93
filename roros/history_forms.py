"""What a reader may ask the log of changes for, in the address."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roros.history_log import SYSTEM, LogFilter, Register, name_of, room_of, title_of
from roros.models import User

ALL = ("", gettext_lazy("Alle"))
KINDS = (("insert", gettext_lazy("Lagt til")), ("update", gettext_lazy("Endret")), ("delete", gettext_lazy("Fjernet")))


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Skriv datoen som 31.08.2021.")},
    )


class LogForm(forms.Form):
    """Which changes to list."""

    register = forms.ChoiceField(label=gettext_lazy("Register"), required=False)
    hvem = forms.ChoiceField(label=gettext_lazy("Hvem"), required=False)
    hva = forms.ChoiceField(label=gettext_lazy("Hva"), required=False, choices=[ALL, *KINDS])
    fra = _day_field(gettext_lazy("Fra"))
    til = _day_field(gettext_lazy("Til og med"))
    q = forms.CharField(
        label=gettext_lazy("Søk"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("ord i raden eller begrunnelsen")}),
    )

    def __init__(self, data: QueryDict, *, registers: Sequence[Register], people: Sequence[User]) -> None:
        super().__init__(data)
        self.registers = {name_of(model): model for model in registers}
        grouped = [
            (room, [(name_of(model), title_of(model)) for model in models])
            for room, models in groupby(registers, key=room_of)
        ]
        self._choices("register", [ALL, *grouped])
        self._choices("hvem", [ALL, *((str(user.pk), str(user)) for user in people), (SYSTEM, _("Systemet"))])

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].error_messages["invalid_choice"] = _("«%(value)s» er ikke blant valgene.")

    def clean(self) -> dict[str, Any]:
        """This will refuse days in the wrong order."""
        first, last = self.cleaned_data.get("fra"), self.cleaned_data.get("til")
        if isinstance(first, datetime.date) and isinstance(last, datetime.date) and first > last:
            self.add_error("til", _("«Til og med» er før «Fra»."))
        return self.cleaned_data

    @property
    def wanted(self) -> LogFilter:
        """This will return the filter; call `is_valid` first."""
        clean = self.cleaned_data
        chosen = clean["register"]
        return LogFilter(
            registers=[self.registers[chosen]] if chosen else list(self.registers.values()),
            person=clean["hvem"],
            first_day=clean["fra"],
            last_day=clean["til"],
            text=clean["q"],
            kind=clean["hva"],
        )
