"""What users may send to the investment pages."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from investments.models import (
    Approval,
    Financing,
    FinancingKind,
    Forecast,
    Project,
    ProjectYear,
    ReportingPeriod,
    StatusReport,
)
from investments.tables import Arrangement, Group
from roros.components import Text
from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.numbers import AmbiguousNumber, NumberError, Scale, TooManyDecimals, format_amount, parse_amount

DATE_FORMATS = ["%d.%m.%Y", "%Y-%m-%d"]


class ListForm(forms.Form):
    """A GET form: how the list is divided, at which scale, and the day whose status it shows."""

    visning = forms.ChoiceField(
        label=gettext_lazy("Gruppert etter"),
        choices=lambda: [(one.value, one.label) for one in Arrangement],
        required=False,
    )
    skala = forms.ChoiceField(
        label=gettext_lazy("Beløp i"), choices=[(scale.value, scale.label) for scale in Scale], required=False
    )
    per = forms.DateField(
        label=gettext_lazy("Status per"),
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Skriv datoen som 31.08.2021.")},
    )
    gruppe = forms.ChoiceField(
        choices=[("", ""), *((group.value, group.value) for group in Group)],
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": gettext_lazy("Gruppen «%(value)s» finnes ikke.")},
    )

    def clean_per(self) -> datetime.date | None:
        """This will refuse a day in the wrong century."""
        day: datetime.date | None = self.cleaned_data["per"]
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Skriv en dato mellom 1990 og 2100."))
        return day


class AmountField(forms.DecimalField):
    """Kroner as people write them: "306 000 000", "1 234,50"."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, may_be_negative: bool = False, **options: Any) -> None:
        super().__init__(max_digits=16, decimal_places=2, **options)
        self.may_be_negative = may_be_negative

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """This will read the amount, or say which two readings it has."""
        if value in self.empty_values:
            return None
        try:
            amount = parse_amount(value)
        except AmbiguousNumber as error:
            first, second = (format_amount(reading, decimals=2) for reading in error.readings)
            raise forms.ValidationError(
                _("«%(value)s» kan leses som %(first)s eller %(second)s. Skriv tallet uten skilletegn for tusen.")
                % {"value": value, "first": first, "second": second}
            ) from error
        except TooManyDecimals as error:
            raise forms.ValidationError(_("Beløpet har mer enn to desimaler.")) from error
        except NumberError as error:
            raise forms.ValidationError(_("«%(value)s» er ikke et beløp.") % {"value": value}) from error
        if amount < 0 and not self.may_be_negative:
            raise forms.ValidationError(_("Beløpet kan ikke være negativt."))
        return amount

    def prepare_value(self, value: Any) -> Any:
        """This will show a stored amount as people write it; what was just typed is left alone."""
        return (
            format_amount(value, decimals=0 if value == value.to_integral_value() else 2)
            if isinstance(value, Decimal)
            else value
        )


class DayField(forms.DateField):
    """A date within living memory."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault("error_messages", {"invalid": gettext_lazy("Skriv datoen som 31.08.2021.")})
        super().__init__(input_formats=DATE_FORMATS, **options)

    def validate(self, value: Any) -> None:
        """This will refuse a day in the wrong century."""
        super().validate(value)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise forms.ValidationError(_("Skriv en dato mellom 1990 og 2100."))


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """Base of the forms that change a project: why, and what the user saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Hvorfor endres dette?"),
        max_length=500,
        help_text=gettext_lazy("Står i endringshistorikken."),
        error_messages={"required": gettext_lazy("Skriv hvorfor.")},
    )
    taken: Text = gettext_lazy("Dette er registrert fra før.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
            field.error_messages.setdefault("required", _("Feltet må fylles ut."))
            field.error_messages["required"] = _("Skriv hvorfor.") if name == "reason" else _("Feltet må fylles ut.")
        self.order_fields([name for name in self.fields if name != "reason"])

    def _post_clean(self) -> None:
        """Rules of the whole row count too, with the project that the form does not ask for."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.instance.validate_constraints()
        except forms.ValidationError:
            self.add_error(None, str(self.taken))

    @property
    def told(self) -> str:
        """The reason, cleaned."""
        return str(self.cleaned_data["reason"])


class ProjectForm(RecordForm):
    """The project itself; its number is given once."""

    class Meta:
        model = Project
        fields = ("code", "name", "short_name", "rammeomrade", "responsible", "note")
        help_texts = {
            "short_name": gettext_lazy("Brukes i overskrifter."),
            "responsible": gettext_lazy("En rolle, ikke et navn."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.fields["code"].validators.append(
                RegexValidator(r"^[0-9A-Za-zÆØÅæøå._-]+\Z", _("Bruk bare bokstaver, tall, punktum og bindestrek."))
            )


class YearForm(RecordForm):
    """The figures of one year."""

    approved_total = AmountField(label=gettext_lazy("Vedtatt totalt"))
    accrued_total = AmountField(label=gettext_lazy("Påløpt totalt"))
    revised_budget = AmountField(label=gettext_lazy("Revidert budsjett"))
    actual = AmountField(label=gettext_lazy("Regnskap"), may_be_negative=True)
    year = forms.IntegerField(label=gettext_lazy("År"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    class Meta:
        model = ProjectYear
        fields = ("year", "approved_total", "accrued_total", "revised_budget", "actual", "is_other")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["year"]

    def clean_year(self) -> int:
        """This will refuse a year that has figures already."""
        year = int(self.cleaned_data["year"])
        if ProjectYear.objects.filter(project_id=self.instance.project_id, year=year).exists():
            raise forms.ValidationError(_("Prosjektet har tall for %(year)s fra før.") % {"year": year})
        return year


class StatusForm(RecordForm):
    """A report about the project."""

    reported_on = DayField(label=gettext_lazy("Meldt dato"))
    year = forms.IntegerField(label=gettext_lazy("År"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    period = forms.TypedChoiceField(label=gettext_lazy("Periode"), choices=ReportingPeriod.choices, coerce=int)

    class Meta:
        model = StatusReport
        fields = ("year", "period", "area", "status", "text", "reported_on", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["status"].required = True
        self.fields["status"].error_messages["required"] = _("Velg en status.")

    def clean_reported_on(self) -> datetime.date:
        """This will refuse a report from the future."""
        day: datetime.date = self.cleaned_data["reported_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Datoen er ikke kommet ennå."))
        return day

    def clean(self) -> dict[str, Any]:
        """This will refuse a report from before the year that it is about."""
        values = self.cleaned_data
        day, year = values.get("reported_on"), values.get("year")
        if day and year and day.year < year:
            self.add_error("reported_on", _("Statusen kan ikke meldes før året den gjelder."))
        return values


class ApprovalForm(RecordForm):
    """A decision about the frame."""

    taken = gettext_lazy("Denne saken er registrert på prosjektet fra før.")

    total = AmountField(label=gettext_lazy("Ny ramme"))
    decided_on = DayField(label=gettext_lazy("Vedtaksdato"))

    class Meta:
        model = Approval
        fields = ("case_number", "body", "decided_on", "total", "text")


class FinancingForm(RecordForm):
    """A source of money; a grant has a status."""

    taken = gettext_lazy("Prosjektet har denne kilden fra før. Endre den, eller skriv et annet navn.")

    amount = AmountField(label=gettext_lazy("Beløp"))
    status_on = DayField(label=gettext_lazy("Statusdato"), required=False)

    class Meta:
        model = Financing
        fields = ("kind", "source", "amount", "status", "status_on", "case_number", "note")

    def clean(self) -> dict[str, Any]:
        """This will ask for the status of a grant, and refuse one for anything else."""
        values = self.cleaned_data
        is_grant = values.get("kind") == FinancingKind.GRANT
        if is_grant and not values.get("status"):
            self.add_error("status", _("Et tilskudd må ha status: Søkt, Innvilget eller Utbetalt."))
        if values.get("kind") and not is_grant and values.get("status"):
            self.add_error("status", _("Bare tilskudd har status."))
        return values


class ForecastForm(RecordForm):
    """What the project is expected to cost, and when it is done."""

    taken = gettext_lazy("Prosjektet har en prognose fra denne dagen fra før.")

    made_on = DayField(label=gettext_lazy("Prognosedato"))
    final_cost = AmountField(label=gettext_lazy("Forventet sluttkostnad"))
    completion = DayField(label=gettext_lazy("Forventet ferdig"), required=False)

    class Meta:
        model = Forecast
        fields = ("made_on", "final_cost", "completion", "text")


class RemoveForm(forms.Form):
    """Why a row is taken away, and what the user saw."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=500)
