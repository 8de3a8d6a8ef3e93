"""What a user may send about a budget amendment: its words, its lines, what a body decided."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.amendment_balance import DraftLine
from budget.forms.registers import DayField, FigureField
from budget.models import Amendment
from budget.queries.amendment_drafts import TYPED, Codes
from roros.periods import CLOSING, MONTHS

MOST_LINES = 500
BLANK_ROWS = 4
CODE_FIELDS = tuple(level.value for level in TYPED)


def period_choices() -> list[tuple[int, str]]:
    """This will return the periods that a line may be in, by name."""
    return [*enumerate((name.capitalize() for name in MONTHS), 1), (CLOSING, str(_("Årsavslutning")))]


class DraftForm(forms.Form):
    """The words of an amendment; why it is changed, once it exists; and which version the form shows."""

    text = forms.CharField(
        label=gettext_lazy("Hva endringen gjelder"),
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv hva endringen gjelder.")},
    )
    background = forms.CharField(
        label=gettext_lazy("Saksframlegg"),
        help_text=gettext_lazy("Bakgrunnen for endringen, slik den kan stå i saken."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Hvorfor endres utkastet?"),
        help_text=gettext_lazy("Vises i historikken."),
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv hvorfor utkastet endres.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, amendment: Amendment | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if amendment is None:
            del self.fields["reason"]
        else:
            self.initial["text"] = amendment.text
            self.initial["background"] = amendment.background
            self.initial["seen"] = amendment.version
        self.initial["opened"] = timezone.now().isoformat()

    def clean_opened(self) -> datetime.datetime | None:
        """This will read when the form was shown; None when that cannot be read."""
        try:
            moment = datetime.datetime.fromisoformat(self.cleaned_data["opened"])
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class LineForm(forms.Form):
    """One line: the codes of an account, a month and kroner; plus gives, minus takes."""

    line = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ansvar = forms.CharField(label=gettext_lazy("Ansvar"), max_length=200)
    tjeneste = forms.CharField(label=gettext_lazy("Tjeneste"), max_length=200)
    art = forms.CharField(label=gettext_lazy("Art"), max_length=200)
    prosjekt = forms.CharField(label=gettext_lazy("Prosjekt"), max_length=200, required=False)
    period = forms.TypedChoiceField(label=gettext_lazy("Måned"), coerce=int, empty_value=None)
    amount = FigureField(label=gettext_lazy("Beløp, + gis / − tas"))
    note = forms.CharField(label=gettext_lazy("Merknad"), max_length=300, required=False)

    def __init__(self, *args: Any, codes: Codes, year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.codes = codes
        self.year = year
        for name in CODE_FIELDS:
            self.fields[name].widget.attrs |= {"list": f"koder-{name}", "autocomplete": "off"}
        months: Any = self.fields["period"]
        months.choices = [("", _("Velg")), *period_choices()]
        missing = {
            "ansvar": _("Skriv et ansvar."),
            "tjeneste": _("Skriv en tjeneste."),
            "art": _("Skriv en art."),
            "period": _("Velg en måned."),
            "amount": _("Skriv et beløp."),
        }
        for name, message in missing.items():
            self.fields[name].error_messages["required"] = message

    def clean(self) -> dict[str, Any]:
        """This will read each code, alone or with its name behind, and refuse one that the year does not have."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for level in TYPED:
            name = level.value
            code = str(cleaned.get(name) or "").split(maxsplit=1)[:1]
            cleaned[name] = code[0] if code else ""
            if code and code[0] not in self.codes.names[level]:
                words = {"what": level.label, "code": code[0], "year": self.year}
                self.add_error(name, _("%(what)s %(code)s finnes ikke i %(year)s.") % words)
        if cleaned.get("amount") == 0:
            self.add_error("amount", _("Beløpet er 0. Fjern linjen eller skriv et beløp."))
        return cleaned

    def has_changed(self) -> bool:
        """This will say whether anything is written in the row; a row that was emptied is a row that was removed."""
        return bool(set(self.changed_data) - {"line", "DELETE"})

    @property
    def code_cells(self) -> Iterator[tuple[forms.BoundField, str]]:
        """This will pair each code field with the name of the code that stands in it."""
        for level in TYPED:
            field = self[level.value]
            code = str(field.value() or "").split(maxsplit=1)[:1]
            yield field, self.codes.name(level, code[0]) if code else ""

    @property
    def other_cells(self) -> list[forms.BoundField]:
        """This will return the fields after the codes."""
        return [self[name] for name in ("period", "amount", "note", "DELETE")]

    @property
    def draft_line(self) -> DraftLine:
        """This will return what a valid form says."""
        clean = self.cleaned_data
        ansvar, tjeneste, art, prosjekt = (clean[name] for name in CODE_FIELDS)
        return DraftLine(
            ansvar, tjeneste, art, prosjekt, clean["period"], clean["amount"], clean["note"], clean["line"]
        )


class LineFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of one amendment."""

    @property
    def filled(self) -> Iterator[LineForm]:
        """This will return the rows that somebody wrote in and did not remove, and that are right."""
        for form in self.forms:
            if form.is_valid() and form.has_changed() and not form.cleaned_data.get("DELETE"):
                yield form

    @property
    def draft_lines(self) -> list[DraftLine]:
        """This will return the lines that can be read; all of them once the set is valid."""
        return [form.draft_line for form in self.filled]

    def add_fields(self, form: Any, index: int | None) -> None:
        """This will give each row a box to remove it with."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Fjern")


def line_forms(
    data: Any, *, codes: Codes, year: int, lines: Sequence[DraftLine] = (), blank: int = BLANK_ROWS
) -> LineFormSet:
    """This will make the rows of a draft: what was sent, or the lines that stand and some blank ones.

    What was sent is read as it is, not as changes of the lines that stand: a row that nobody touched is still a line.
    """
    if data is not None:
        data = data.copy()
        data["linjer-INITIAL_FORMS"] = "0"
        lines = ()
    made: Any = forms.formset_factory(
        LineForm, formset=LineFormSet, can_delete=True, extra=blank, max_num=MOST_LINES, absolute_max=MOST_LINES
    )
    initial = [
        {
            "line": line.pk,
            "ansvar": line.ansvar,
            "tjeneste": line.tjeneste,
            "art": line.art,
            "prosjekt": line.prosjekt,
            "period": line.period,
            "amount": line.amount,
            "note": line.note,
        }
        for line in lines
    ]
    formset: LineFormSet = made(
        data, prefix="linjer", initial=initial or None, form_kwargs={"codes": codes, "year": year}
    )
    return formset


class StepForm(forms.Form):
    """What a body decided, in which case and when."""

    body = forms.CharField(
        label=gettext_lazy("Organ"),
        max_length=100,
        error_messages={"required": gettext_lazy("Skriv hvilket organ som behandlet saken.")},
    )
    case_number = forms.CharField(
        label=gettext_lazy("Saksnummer"),
        max_length=40,
        help_text=gettext_lazy("For eksempel 51/21."),
        error_messages={"required": gettext_lazy("Skriv saksnummeret.")},
    )
    decided_on = DayField(
        label=gettext_lazy("Dato"), error_messages={"required": gettext_lazy("Skriv datoen saken ble behandlet.")}
    )
    comment = forms.CharField(
        label=gettext_lazy("Merknad"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_decided_on(self) -> datetime.date:
        """This will refuse a decision that has not been made yet."""
        decided_on: datetime.date = self.cleaned_data["decided_on"]
        if decided_on > timezone.localdate():
            raise forms.ValidationError(_("Datoen er i framtiden. Registrer saken når den er behandlet."))
        return decided_on


class DeleteForm(forms.Form):
    """Why a draft is deleted, and which version of it was seen."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor slettes utkastet?"),
        help_text=gettext_lazy("Vises i historikken, som blir stående."),
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv hvorfor utkastet slettes.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
