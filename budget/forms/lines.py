"""The controls on top of the list of ledger lines."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from budget.queries.story import LineKind
from budget.queries.years import FigureYear
from budget.selection import WITHOUT, Level, Selection, period_choices

TYPED = (Level.ANSVAR, Level.TJENESTE, Level.ART, Level.PROSJEKT)


class LinesForm(forms.Form):
    """A GET form: which lines, through when, and codes to narrow them by."""

    slag = forms.ChoiceField(label=_("Linjer"), choices=[(kind.value, kind.label) for kind in LineKind])
    periode = forms.ChoiceField(label=_("Til og med"))
    ansvar = forms.CharField(label=Level.ANSVAR.label)
    tjeneste = forms.CharField(label=Level.TJENESTE.label)
    art = forms.CharField(label=Level.ART.label)
    prosjekt = forms.CharField(label=Level.PROSJEKT.label)

    @classmethod
    def of(cls, selection: Selection, kind: LineKind, year: FigureYear) -> LinesForm:
        """This will show a selection; the organisation above the ansvar is kept, unseen."""
        filters = {level.value: code or WITHOUT for level, code in selection.filters.items()}
        form = cls(initial={"slag": kind.value, "periode": str(selection.period), **filters})
        form.fields["periode"] = forms.ChoiceField(label=_("Til og med"), choices=period_choices())
        for level in TYPED:
            form.fields[level.value].widget.attrs |= {"size": 8, "autocomplete": "off"}
        hidden = {name: value for name, value in filters.items() if name not in {level.value for level in TYPED}}
        if selection.structure.value != "arets":
            hidden["struktur"] = selection.structure.value
        for name, value in hidden.items():
            form.fields[name] = forms.CharField(widget=forms.HiddenInput, initial=value)
        return form
