"""What a leader may send about a deviation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from budget.actions.explanations import Words
from budget.forms.registers import FigureField
from budget.models import Explanation

TEXTS = ("cause", "consequence", "measure")


class MarkdownField(forms.CharField):
    """Some paragraphs of limited Markdown."""

    def __init__(self, *, rows: int = 2, **options: Any) -> None:
        super().__init__(max_length=5000, widget=forms.Textarea(attrs={"rows": rows}), **options)


class ExplanationForm(forms.Form):
    """Why a node deviates, what follows, and what is done about it. The texts are limited Markdown."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Slag"),
        choices=[("", gettext_lazy("Velg slag")), *Explanation.Kind.choices],
        help_text=gettext_lazy(
            "Periodisering jevner seg ut i løpet av året, reelt gjør det ikke, teknisk er feil i føring eller budsjett."
        ),
        error_messages={"required": gettext_lazy("Velg slag: periodisering, reelt eller teknisk.")},
    )
    cause = MarkdownField(
        rows=4,
        label=gettext_lazy("Årsak"),
        help_text=gettext_lazy("**fet**, *kursiv*, linjer som begynner med - blir punkter, [ord](https://adresse)."),
        error_messages={"required": gettext_lazy("Skriv hva avviket skyldes.")},
    )
    consequence = MarkdownField(label=gettext_lazy("Konsekvens"), required=False)
    measure = MarkdownField(label=gettext_lazy("Tiltak"), required=False)
    expected_effect = FigureField(
        label=gettext_lazy("Forventet effekt av tiltaket i år, i kroner"),
        help_text=gettext_lazy("Innsparing er pluss."),
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, text: Explanation | None = None, **options: Any) -> None:
        if text is not None:
            options["initial"] = {
                **{name: getattr(text, name) for name in ("kind", *TEXTS, "expected_effect")},
                "seen": text.version,
            }
        super().__init__(*args, **options)

    @property
    def words(self) -> Words:
        """This will return what a valid form says."""
        clean = self.cleaned_data
        return Words(
            Explanation.Kind(clean["kind"]),
            clean["cause"],
            clean["consequence"],
            clean["measure"],
            clean["expected_effect"],
        )


class VoluntaryForm(forms.Form):
    """Which further node the leader wants to explain, although it is within the limit."""

    forklar = forms.ChoiceField(label=gettext_lazy("Forklar også"), required=False)

    def __init__(self, data: Any, *, nodes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        offered: Any = self.fields["forklar"]
        offered.choices = [("", gettext_lazy("velg")), *nodes]
