"""What a leader may send about how the year will end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from budget.actions.forecasts import needs_reason, no_proposal
from budget.forms.register_filters import FilterForm
from budget.forms.registers import FigureField
from budget.models import Forecast
from budget.queries.forecasts import Proposal
from budget.queries.outlook import RoundForecasts
from budget.queries.rounds import title_of
from roros.numbers import Scale, deviation, format_amount


class RoundForm(FilterForm):
    """Whose forecasts to show: those of one round."""

    runde = forms.TypedChoiceField(
        label=gettext_lazy("Runde"),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Runden «%(value)s» har ingen prognoser som du kan se.")},
    )

    def __init__(self, data: QueryDict, *, rounds: Sequence[RoundForecasts]) -> None:
        values = data.copy()
        # A whole round before a part of one: what the municipality expects, not only the reader's own units.
        chosen = next((each for each in rounds if not each.is_part), rounds[0] if rounds else None)
        if chosen is not None and not values.get("runde"):
            values["runde"] = str(chosen.reporting.pk)
        super().__init__(values)
        self.rounds = rounds
        field: Any = self.fields["runde"]
        field.choices = [(each.reporting.pk, self._label(each)) for each in rounds]
        if len(rounds) < 2:
            field.widget = forms.HiddenInput()

    @property
    def shown(self) -> tuple[RoundForecasts | None, RoundForecasts | None]:
        """This will return the chosen round and the one before it; None where there is none."""
        number = self.read()["runde"]
        place = next((place for place, each in enumerate(self.rounds) if each.reporting.pk == number), None)
        if place is None:
            return None, None
        older = [
            each for each in self.rounds[place + 1 :] if each.reporting.period < self.rounds[place].reporting.period
        ]
        return self.rounds[place], older[0] if older else None

    @staticmethod
    def _label(found: RoundForecasts) -> str:
        title = title_of(found.reporting)
        return f"{title} ({gettext('utkast')})" if found.is_draft else title


class ForecastForm(forms.Form):
    """A forecast: the method whose proposal it starts from, the amount if it is another, and then why."""

    method = forms.ChoiceField(label=gettext_lazy("Forslag"), widget=forms.RadioSelect, choices=Forecast.Method)
    amount = FigureField(
        label=gettext_lazy("Prognose for hele året, i kroner"),
        required=False,
        help_text=gettext_lazy("Netto, utgift er pluss. La feltet stå tomt for å bruke forslaget."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("Må fylles ut når prognosen er en annen enn forslaget."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, proposal: Proposal, standing: Forecast | None = None, **options: Any):
        if standing is not None:
            options["initial"] = {
                "method": standing.method,
                "amount": None if standing.amount == standing.proposed else standing.amount,
                "reason": standing.reason,
                **options.get("initial", {}),
            }
        super().__init__(data, **options)
        self.proposal = proposal
        offered: Any = self.fields["method"]
        offered.choices = [
            (method.value, f"{method.label}: {format_amount(amount, Scale.KR)} kr")
            for method in Forecast.Method
            if (amount := proposal.by_method(method)) is not None
        ]
        if offered.choices:
            self.initial.setdefault("method", offered.choices[0][0])
        offered.error_messages["invalid_choice"] = no_proposal(Forecast.Method.SEASON, proposal)

    @property
    def can_propose(self) -> bool:
        """This will return whether there is anything to start from."""
        offered: Any = self.fields["method"]
        return bool(offered.choices)

    def clean(self) -> dict[str, Any]:
        """This will ask for a reason where the amount is not the proposal."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        method, amount = cleaned.get("method"), cleaned.get("amount")
        proposed = self.proposal.by_method(method) if method else None
        if proposed is not None and amount is not None and amount != proposed and not cleaned.get("reason"):
            self.add_error("reason", needs_reason(proposed))
        return cleaned


@dataclass(frozen=True)
class ForecastPanel:
    """All that `budget/_forecast_form.html` shows of one unit in one round."""

    form: ForecastForm
    proposal: Proposal
    made: Sequence[Forecast]  # every forecast of the unit and its ansvar, the newest first
    action: str
    standing: Forecast | None = None
    previous: Forecast | None = None  # the last one of the round before
    previous_title: str = ""
    closed: str = ""  # why nothing can be sent now

    @property
    def deviation(self) -> Decimal | None:
        """This will return the revised budget of the year minus the forecast."""
        return deviation(self.proposal.revised_year, self.standing.amount if self.standing else None)
