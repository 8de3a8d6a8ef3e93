"""The controls on top of a page about one part of the figures: through when, at which scale, in which structure."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from budget.queries.years import FigureYear
from budget.selection import WITHOUT, Selection, Structure, period_choices
from roros.numbers import Scale


class ViewForm(forms.Form):
    """A GET form that keeps the filters of the page it stands on."""

    periode = forms.ChoiceField(label=_("Til og med"))
    skala = forms.ChoiceField(label=_("Beløp i"), choices=[(scale.value, scale.label) for scale in Scale])
    struktur = forms.ChoiceField(
        label=_("Organisering"), choices=[(structure.value, structure.label) for structure in Structure]
    )

    @classmethod
    def of(cls, selection: Selection, year: FigureYear, *, keep: dict[str, str] | None = None) -> ViewForm:
        """This will show a selection; `keep` holds further parameters that the page must not lose."""
        form = cls(
            {
                "periode": str(selection.period),
                "skala": selection.scale.value,
                "struktur": selection.structure.value,
            }
        )
        choices = period_choices(year.last_actual or 13)
        if selection.period not in dict(choices):
            choices = period_choices()
        form.fields["periode"] = forms.ChoiceField(label=_("Til og med"), choices=choices)
        filters = {level.value: code or WITHOUT for level, code in selection.filters.items()}
        for name, value in {**filters, **(keep or {})}.items():
            form.fields[name] = forms.CharField(widget=forms.HiddenInput)
            form.data = {**form.data, name: value}
        return form
