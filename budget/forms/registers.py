"""What a user may send to the registers."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.models import (
    Amendment,
    Art,
    CouncilCase,
    Decision,
    FollowUp,
    Grant,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    Prosjekt,
    PupilCount,
    StatusWord,
    Theme,
)
from budget.queries.maltall import indicator_code
from roros.models import Rammeomrade
from roros.numbers import AmbiguousNumber, NumberError, Scale, format_amount, parse_amount

M = TypeVar("M", bound=models.Model)
EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)


class DayField(forms.DateField):
    """A date that the browser helps to choose, in a year that can be right."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def validate(self, value: Any) -> None:
        """This will refuse a date in the wrong century."""
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(_("Datoen er utenfor 1990–2100. Kontroller århundret."))


class FigureField(forms.CharField):
    """A figure as Norwegians write it: 1 234,50. `places` is how many decimals it may have."""

    def __init__(self, *, places: int = 2, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
        self.places = places

    def prepare_value(self, value: Any) -> Any:
        """This will show a stored figure with the decimals it has."""
        if isinstance(value, Decimal):
            exponent = value.normalize().as_tuple().exponent
            return format_amount(value, Scale.KR, decimals=max(0, -exponent if isinstance(exponent, int) else 0))
        return value

    def to_python(self, value: Any) -> Any:
        """This will read the figure, and refuse one with two readings."""
        text = super().to_python(value) or ""
        if text in self.empty_values:
            return None
        try:
            return parse_amount(text.removesuffix("%"), places=self.places)
        except AmbiguousNumber as error:
            readings = [format_amount(reading, Scale.KR, decimals=self.places) for reading in error.readings]
            raise forms.ValidationError(
                _("«%(text)s» kan leses som %(first)s eller %(second)s. Skriv tallet uten skilletegn for tusen.")
                % {"text": text, "first": readings[0], "second": readings[1]}
            ) from error
        except NumberError as error:
            raise forms.ValidationError(
                _("«%(text)s» er ikke et tall som får plass. Skriv det som 1 234,50.") % {"text": text}
            ) from error


class RegisterForm(forms.ModelForm[M]):
    """A row of a register, why it is changed, and which version of it the form shows."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor endres dette?"),
        help_text=gettext_lazy("Vises i historikken."),
        widget=forms.TextInput,
        max_length=500,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([name for name in self.fields if name not in ("reason", "seen")])  # those two last
        self.initial["seen"] = None if self.instance._state.adding else getattr(self.instance, "version", None)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3


class CaseForm(RegisterForm[CouncilCase]):
    """A council case."""

    decided_on = DayField(label=gettext_lazy("Dato"), required=False)

    class Meta:
        model = CouncilCase
        fields = ("body", "year", "number", "title", "decided_on")


class DecisionForm(RegisterForm[Decision]):
    """A decision, without its status."""

    deadline = DayField(label=gettext_lazy("Frist"), required=False)
    rammeomrade = forms.ModelChoiceField(
        Rammeomrade.objects.order_by("number"), required=False, label=gettext_lazy("Rammeområde")
    )
    amendment = forms.ModelChoiceField(
        Amendment.objects.adopted().order_by("number"), required=False, label=gettext_lazy("Budsjettendring")
    )

    class Meta:
        model = Decision
        fields = (
            "year",
            "number",
            "title",
            "text",
            "case_number",
            "deadline",
            "deadline_text",
            "owner_role",
            "responsible_role",
            "rammeomrade",
            "project_code",
            "amendment",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:  # year and number are what the decision is known by
            del self.fields["year"], self.fields["number"]


class StatusForm(forms.Form):
    """How a decision stands from a date."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=StatusWord.choices)
    as_of = DayField(label=gettext_lazy("Gjelder fra"))
    text = forms.CharField(
        label=gettext_lazy("Beskrivelse"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    reason = forms.CharField(
        label=gettext_lazy("Hvorfor endres statusen?"), help_text=gettext_lazy("Vises i historikken."), max_length=500
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_as_of(self) -> datetime.date:
        """This will refuse a status of a day that has not come."""
        as_of: datetime.date = self.cleaned_data["as_of"]
        if as_of > timezone.localdate():
            raise forms.ValidationError(_("Statusen kan ikke gjelde fra en dag som ikke har vært."))
        return as_of


class FollowUpForm(RegisterForm[FollowUp]):
    """A case in which a decision was followed up."""

    decided_on = DayField(label=gettext_lazy("Dato"), required=False)

    class Meta:
        model = FollowUp
        fields = ("case_number", "body", "decided_on")


class IndicatorForm(RegisterForm[Indicator]):
    """A måltall."""

    class Meta:
        model = Indicator
        fields = ("name", "unit", "formula", "description", "place")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:  # the name is what workbooks know it by
            del self.fields["name"]

    def clean_name(self) -> str:
        """This will make the code of a new indicator and refuse one that another has."""
        name: str = self.cleaned_data["name"]
        self.instance.code = indicator_code(name)
        if not self.instance.code or Indicator.objects.filter(code=self.instance.code).exists():
            raise forms.ValidationError(_("Et måltall med nesten samme navn finnes fra før."))
        return name


class TargetForm(RegisterForm[IndicatorTarget]):
    """What the council has decided."""

    value = FigureField(label=gettext_lazy("Mål"), places=6)

    class Meta:
        model = IndicatorTarget
        fields = ("year", "direction", "value", "decision")


class ValueForm(RegisterForm[IndicatorValue]):
    """A reported value."""

    value = FigureField(label=gettext_lazy("Verdi"), places=6)

    class Meta:
        model = IndicatorValue
        fields = ("municipality", "year", "value", "note")


class ThemeForm(RegisterForm[Theme]):
    """A theme and its filter."""

    projects = forms.CharField(
        label=gettext_lazy("Prosjekter"),
        required=False,
        help_text=gettext_lazy("Prosjektkoder med mellomrom mellom. Tomt betyr alle prosjekter."),
    )
    arts = forms.CharField(
        label=gettext_lazy("Arter"),
        required=False,
        help_text=gettext_lazy("Artskoder med mellomrom mellom. Tomt betyr alle arter."),
    )

    class Meta:
        model = Theme
        fields = ("name", "description")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            codes = list(self.instance.codes.order_by("code").values_list("dimension", "code"))
            self.initial["projects"] = " ".join(code for dimension, code in codes if dimension == "prosjekt")
            self.initial["arts"] = " ".join(code for dimension, code in codes if dimension == "art")

    def clean_name(self) -> str:
        """This will make the code of a new theme."""
        name: str = self.cleaned_data["name"]
        if self.instance._state.adding:
            self.instance.code = slugify(name.lower().translate(str.maketrans("æøå", "aoa")))[:60]
            if not self.instance.code or Theme.objects.filter(code=self.instance.code).exists():
                raise forms.ValidationError(_("Et tema med nesten samme navn finnes fra før."))
        return name

    def clean_projects(self) -> list[str]:
        """This will refuse a project that the chart of accounts lacks."""
        return _known_codes(Prosjekt, self.cleaned_data["projects"])

    def clean_arts(self) -> list[str]:
        """This will refuse an art that the chart of accounts lacks."""
        return _known_codes(Art, self.cleaned_data["arts"])

    def clean(self) -> dict[str, Any]:
        """This will refuse a theme that would hold the whole ledger."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["projects"] and not cleaned["arts"]:
            raise forms.ValidationError(_("Velg minst ett prosjekt eller én art."))
        return cleaned

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """This will return the filter as (dimension, code) pairs."""
        projects = [("prosjekt", code) for code in self.cleaned_data["projects"]]
        return projects + [("art", code) for code in self.cleaned_data["arts"]]


class GrantForm(RegisterForm[Grant]):
    """A grant."""

    amount = FigureField(label=gettext_lazy("Beløp i kroner"))

    class Meta:
        model = Grant
        fields = ("year", "group", "name", "note", "department", "amount")


class PupilForm(RegisterForm[PupilCount]):
    """A count of one age group in one year."""

    class Meta:
        model = PupilCount
        fields = ("age_group", "year", "count")


def _known_codes(model: type[Prosjekt] | type[Art], text: str) -> list[str]:
    wanted = list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
    known = set(model.objects.filter(code__in=wanted).values_list("code", flat=True))
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise forms.ValidationError(_("Ukjent kode: %(codes)s.") % {"codes": ", ".join(unknown)})
    return wanted
