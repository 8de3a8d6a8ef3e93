"""What a user may send to reporting rounds."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from itertools import pairwise
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.actions.rounds import PERIODS, Terms
from budget.forms.register_filters import ALL, FilterForm
from budget.forms.registers import DayField, FigureField
from budget.models import Round, RoundTask
from budget.queries.rounds import Step
from roros.numbers import LARGEST
from roros.periods import MONTHS

DEADLINES = ("leader_deadline", "chief_deadline", "economy_deadline", "director_deadline")
SUGGESTED_DAYS = dict(zip(DEADLINES, (10, 15, 18, 22), strict=True))  # from the day the round is opened


class TermsForm(forms.Form):
    """Over which limits a unit must explain itself, and who is done by when."""

    limit_amount = FigureField(
        label=gettext_lazy("Grense i kroner"),
        help_text=gettext_lazy("Et merforbruk må forklares når det passerer begge grensene."),
    )
    limit_percent = FigureField(label=gettext_lazy("Grense i prosent"), places=1)
    leader_deadline = DayField(label=gettext_lazy("Frist for virksomhetslederne"))
    chief_deadline = DayField(label=gettext_lazy("Frist for kommunalsjefene"))
    economy_deadline = DayField(label=gettext_lazy("Frist for økonomi"))
    director_deadline = DayField(label=gettext_lazy("Frist for kommunedirektøren"))

    def clean_limit_amount(self) -> Any:
        """This will refuse a limit below zero."""
        return _not_negative(self.cleaned_data["limit_amount"], at_most=LARGEST)

    def clean_limit_percent(self) -> Any:
        """This will refuse a limit below zero, and one that no column can hold."""
        return _not_negative(self.cleaned_data["limit_percent"], at_most=10_000)

    def clean(self) -> dict[str, Any]:
        """This will refuse deadlines that are not in the order of the steps."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for before, after in pairwise(DEADLINES):
            first, second = cleaned.get(before), cleaned.get(after)
            if first is not None and second is not None and second < first:
                self.add_error(
                    after,
                    _("Fristen må være samme dag som eller etter «%(before)s».")
                    % {"before": str(self.fields[before].label).lower()},
                )
        return cleaned

    @property
    def terms(self) -> Terms:
        """This will return the terms that a valid form holds."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})


def _not_negative(value: Any, *, at_most: Any) -> Any:
    if value is not None and not 0 <= value < at_most:
        raise forms.ValidationError(_("Grensen må være 0 eller mer, og ikke urimelig stor."))
    return value


class RoundForm(TermsForm):
    """A new round."""

    field_order = ("year", "kind", "month", "limit_amount", "limit_percent", *DEADLINES, "close")
    year = forms.TypedChoiceField(label=gettext_lazy("År"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Rapport"), choices=Round.Kind)
    month = forms.TypedChoiceField(
        label=gettext_lazy("Til og med måned"),
        help_text=gettext_lazy("Bare for månedsrapport. Tertialene og årsrapporten har sin egen periode."),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[("", gettext_lazy("Velg måned")), *((number, name) for number, name in enumerate(MONTHS, 1))],
    )
    close = forms.BooleanField(label=gettext_lazy("Lukk periodene for innlesing og føring samtidig"), required=False)

    def __init__(self, *args: Any, years: Collection[int], **options: Any) -> None:
        today = timezone.localdate()
        options["initial"] = {
            "limit_amount": settings.DEVIATION_LIMIT_AMOUNT,
            "limit_percent": settings.DEVIATION_LIMIT_PERCENT,
            **{name: weekday(today + datetime.timedelta(days=days)) for name, days in SUGGESTED_DAYS.items()},
            **options.get("initial", {}),
        }
        super().__init__(*args, **options)
        offered: Any = self.fields["year"]
        offered.choices = [(year, str(year)) for year in years]

    def clean(self) -> dict[str, Any]:
        """This will set the period of the report, and ask for the month where it is chosen."""
        cleaned = super().clean()
        if "kind" in cleaned:
            kind = Round.Kind(cleaned["kind"])
            cleaned["kind"] = kind
            cleaned["period"] = PERIODS.get(kind, cleaned.get("month"))
            if cleaned["period"] is None and "month" not in self.errors:
                self.add_error("month", _("Velg hvilken måned rapporten går til og med."))
        return cleaned


def weekday(day: datetime.date) -> datetime.date:
    """This will return the day, or the Monday after it if it falls in a weekend."""
    return day + datetime.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


class ChangeRoundForm(TermsForm):
    """Other limits and deadlines for a round that is open."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor endres dette?"), help_text=gettext_lazy("Vises i historikken."), max_length=500
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, reporting: Round, **options: Any) -> None:
        options["initial"] = {
            **{name: getattr(reporting, name) for name in Terms.__dataclass_fields__},
            "seen": reporting.version,
        }
        super().__init__(*args, **options)


class StepForm(forms.Form):
    """A step of a task: which, with what comment, and which version of the task the page showed."""

    step = forms.ChoiceField(choices=[(step.value, step.value) for step in Step])
    comment = forms.CharField(
        label=gettext_lazy("Kommentar"),
        help_text=gettext_lazy("Vises i sporet. Den som returnerer, må si hva som skal rettes."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class OverviewForm(FilterForm):
    """Which tasks of a round to list."""

    tilstand = forms.ChoiceField(
        label=gettext_lazy("Vis"),
        choices=[("", gettext_lazy("alle virksomheter")), *RoundTask.State.choices],
        required=False,
        error_messages={"invalid_choice": gettext_lazy("«%(value)s» er ikke en tilstand.")},
    )
    rammeomrade = forms.TypedChoiceField(
        label=gettext_lazy("Rammeområde"), coerce=int, empty_value=None, required=False
    )
    mangler = forms.BooleanField(label=gettext_lazy("Bare de som mangler forklaring eller prognose"), required=False)

    def __init__(self, data: Any, *, areas: Collection[tuple[int, str]]) -> None:
        super().__init__(data)
        offered: Any = self.fields["rammeomrade"]
        offered.choices = [*ALL, *((number, f"{number} {name}") for number, name in areas)]
        offered.error_messages["invalid_choice"] = _("«%(value)s» er ikke blant valgene.")
        if len(areas) < 2:
            offered.widget = forms.HiddenInput()
