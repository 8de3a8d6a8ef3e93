"""The controls above a deviation table: what can be chosen, and what is set now with a way to remove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from budget.queries.years import FigureYear
from budget.selection import WITHOUT, Level, Selection, Structure, period_choices
from roros.numbers import Scale

Codes = Mapping[Level, Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that is set: its words, and the address of the page without it."""

    label: str
    code: str
    name: str
    remove: str


class PlainSelect(forms.Select):
    """A list to choose from, written in one go: a template per option would take most of the page's time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """This will return the list as markup, with the value chosen."""
        chosen = str(value)
        options = []
        for code, label in self.choices:
            mark = " selected" if str(code) == chosen else ""
            options.append(f'<option value="{escape(str(code))}"{mark}>{escape(str(label))}</option>')
        return format_html(
            "<select{}>{}</select>", flatatt({"name": name, **(attrs or {})}), SafeString("".join(options))
        )


class PlainChoices(BaseChoiceIterator):
    """Pairs that are choices already: Django would look into each of them for groups."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)


class Controls(forms.Form):
    """The form on one line above the table. It only shows the state; `SelectionForm` reads it back."""

    def __init__(self, selection: Selection, years: Mapping[int, FigureYear]) -> None:
        super().__init__(auto_id="valg_%s")
        known = years[selection.year]
        self._choose("aar", _("År"), [(str(year), str(year)) for year in years], str(selection.year))
        last = max(known.last_period, selection.period)
        periods = [(str(number), name) for number, name in period_choices(last)]
        self._choose("periode", _("Periode"), periods, str(selection.period))
        self._choose("skala", _("Beløp i"), [(scale.value, scale.label) for scale in Scale], selection.scale.value)
        structures = [
            (Structure.THIS_YEAR.value, _("slik den er i %(year)s") % {"year": selection.year}),
            (Structure.AS_REPORTED.value, _("slik det ble rapportert")),
        ]
        self._choose("struktur", _("Struktur"), structures, selection.structure.value)
        levels = [(level.value, level.label.lower()) for level in Level]
        self._choose("niva", _("Vis"), levels, selection.level.value)
        for level, code in selection.filters.items():
            self._keep(level.value, code or WITHOUT)
        if not selection.grouped:
            self._keep("gruppe", "ingen")

    def _choose(self, name: str, label: str, choices: list[tuple[str, str]], value: str) -> None:
        self.fields[name] = _choice(label, choices, value)

    def _keep(self, name: str, value: str) -> None:
        self.fields[name] = forms.CharField(initial=value, widget=forms.HiddenInput, required=False)


class FurtherFilters(forms.Form):
    """The filters by rammeområde, virksomhet, ansvar, tjeneste, art and prosjekt; the rest of the state is kept."""

    def __init__(self, selection: Selection, codes: Codes) -> None:
        super().__init__(auto_id="filter_%s")
        for level in Level:
            choices = [("", _("alle")), *_named(codes[level])]
            if level.without:
                choices.append((WITHOUT, level.without.lower()))
            value = _shown(getattr(selection, level.value))
            if value and value not in dict(choices):
                choices.append((value, value))
            self.fields[level.value] = _choice(level.label, choices, value)
        for name, kept in _other_state(selection).items():
            self.fields[name] = forms.CharField(initial=kept, widget=forms.HiddenInput, required=False)


def active_filters(selection: Selection, names: Mapping[Level, str]) -> list[ActiveFilter]:
    """This will list the filters that are set, each with the address of the page without it."""
    return [
        ActiveFilter(
            label=level.label,
            code=code,
            name=names[level],
            remove=selection.where(**{level.value: None}).url_parameters(opened=()) or "?",
        )
        for level, code in selection.filters.items()
    ]


def summary(selection: Selection) -> str:
    """This will say in a few words what the controls are set to, for phones: "Hele 2021 · 1000 kr · virksomhet"."""
    return f"{selection.as_period.months} · {selection.scale.label} · {selection.level.label.lower()}"


def _choice(label: str, choices: list[tuple[str, str]], value: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=PlainChoices(choices), initial=value, required=False, widget=PlainSelect
    )


def _named(codes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in codes]


def _shown(code: str | None) -> str:
    return "" if code is None else code or WITHOUT


def _other_state(selection: Selection) -> dict[str, Any]:
    state = {
        "niva": selection.level.value,
        "periode": str(selection.period),
        "skala": selection.scale.value,
        "struktur": selection.structure.value,
    }
    if not selection.grouped:
        state["gruppe"] = "ingen"
    return state
