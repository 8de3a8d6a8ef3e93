"""What a user may send to the entry grid."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budget.actions.entries import Cell
from budget.importers.foring import LONGEST_REASON
from budget.models import LedgerLine
from budget.paste import why_not
from budget.queries.entries import CellKey, RowKey
from roros.numbers import EmptyNumber, NumberError, parse_amount
from roros.periods import CLOSING, MONTHS

KINDS = (
    (LedgerLine.Kind.ACTUAL.value, gettext_lazy("Regnskap")),
    (LedgerLine.Kind.ORIGINAL.value, gettext_lazy("Opprinnelig budsjett")),
)
CELL, CHOICE, EXTRA = "c", "valg", "rad"
CELL_PARTS, ROW_PARTS = 7, 3
LONGEST_BLOCK = 2_000_000
MINE, THEIRS = "min:", "deres"
_MISSING = {"required": gettext_lazy("Skriv en begrunnelse. Den følger hver linje du fører.")}


class ChooseForm(forms.Form):
    """What the grid shows: kind, ansvar, and perhaps one tjeneste or art."""

    slag = forms.ChoiceField(label=gettext_lazy("Slag"), choices=KINDS)
    ansvar = forms.ChoiceField(label=gettext_lazy("Ansvar"), required=False)
    tjeneste = forms.CharField(label=gettext_lazy("Tjeneste"), max_length=20, required=False)
    art = forms.CharField(label=gettext_lazy("Art"), max_length=20, required=False)

    def __init__(self, data: Mapping[str, Any], *, ansvar: Iterable[tuple[str, str]]) -> None:
        super().__init__({"slag": LedgerLine.Kind.ACTUAL.value, **{name: data[name] for name in data}})
        offered: Any = self.fields["ansvar"]
        offered.choices = [("", _("Velg ansvar")), *((code, f"{code} {name}") for code, name in ansvar)]
        offered.error_messages["invalid_choice"] = _("Ansvar «%(value)s» er ikke plassert dette året.")
        for name in ("tjeneste", "art"):
            self.fields[name].widget.attrs |= {"size": 7, "autocomplete": "off"}


class ReasonForm(forms.Form):
    """Why the figures are entered."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor føres dette?"),
        help_text=gettext_lazy("Følger hver linje, og vises der tallet vises."),
        max_length=LONGEST_REASON,
        error_messages=_MISSING,
    )


class RowForm(forms.Form):
    """A row that the grid does not have yet."""

    tjeneste = forms.CharField(label=gettext_lazy("Tjeneste"), max_length=20)
    art = forms.CharField(label=gettext_lazy("Art"), max_length=20)
    prosjekt = forms.CharField(label=gettext_lazy("Prosjekt"), max_length=20, required=False)
    use_required_attribute = False  # the row stands in the form of the grid

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="ny")
        for one in self.fields.values():
            one.widget.attrs |= {"size": 8, "autocomplete": "off"}
            one.error_messages["required"] = _("Skriv både tjeneste og art for den nye raden.")


class PasteForm(forms.Form):
    """A block copied from a spreadsheet, and the cell it is pasted in."""

    block = forms.CharField(
        label=gettext_lazy("Blokken, slik den er kopiert fra regnearket"),
        widget=forms.Textarea(attrs={"rows": 6}),
        strip=False,
        max_length=LONGEST_BLOCK,
        error_messages={"required": gettext_lazy("Lim inn blokken i feltet først.")},
    )
    anchor = forms.ChoiceField(label=gettext_lazy("Fra rad"), required=False)
    period = forms.TypedChoiceField(
        label=gettext_lazy("Fra måned"),
        coerce=int,
        required=False,
        choices=[*((number, name) for number, name in enumerate(MONTHS, 1)), (CLOSING, gettext_lazy("avslutning"))],
    )
    rows = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, shown: Collection[RowKey] = (), auto_id: str = "lim_%s") -> None:
        if data is not None:
            shown = _rows_of(data.get("rows", ""))
        super().__init__(data, auto_id=auto_id, initial={"rows": json.dumps(list(shown))})
        self.shown = list(shown)
        offered: Any = self.fields["anchor"]
        offered.choices = [(str(place), " · ".join(filter(None, row[1:]))) for place, row in enumerate(self.shown)]

    def rows_from_anchor(self) -> list[RowKey]:
        """This will return the rows of the grid as the user saw it, from the chosen one down."""
        return self.shown[int(self.cleaned_data["anchor"] or 0) :]


class ConfirmForm(ReasonForm):
    """A block that the user has seen before and after."""

    cells = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_BLOCK)

    def clean_cells(self) -> list[Cell]:
        """This will read the cells as the page wrote them."""
        try:
            sent = json.loads(self.cleaned_data["cells"])
            return [_cell(*codes_and_amounts) for codes_and_amounts in sent]
        except (ValueError, TypeError) as error:
            raise forms.ValidationError(_("Skjemaet kom ikke helt fram. Lim inn blokken på nytt.")) from error


def _cell(ansvar: str, tjeneste: str, art: str, prosjekt: str, period: int, before: str, after: str) -> Cell:
    key = CellKey(str(ansvar), str(tjeneste), str(art), str(prosjekt), _period(period))
    return Cell(key, parse_amount(before), parse_amount(after))


def cells_value(cells: Iterable[Cell]) -> str:
    """This will write cells as the confirmation sends them."""
    return json.dumps([[*cell.key, str(cell.before), str(cell.after)] for cell in cells])


@dataclass
class GridInput:
    """What was typed in the grid: the cells that change, what is no amount, and the rows that were added."""

    cells: list[Cell] = field(default_factory=list)
    typed: dict[CellKey, str] = field(default_factory=dict)
    seen: dict[CellKey, Decimal] = field(default_factory=dict)
    wrong: dict[CellKey, str] = field(default_factory=dict)
    extra: list[RowKey] = field(default_factory=list)


def read_grid(data: QueryDict, ansvar: str) -> GridInput:
    """This will read the fields of the grid; cells that hold what they held, and those given up, are left out."""
    found = GridInput()
    for value in data.getlist(EXTRA):
        if len(codes := _parts(str(value))) == ROW_PARTS:
            found.extra.append(RowKey(ansvar, *codes))
    for name in data:
        key, before = _read_name(name)
        if key is None or key.ansvar != ansvar:
            continue
        text = str(data.get(name, "")).strip()
        try:
            after = parse_amount(text)
        except EmptyNumber:
            after = Decimal(0)
        except NumberError as error:
            found.typed[key], found.seen[key], found.wrong[key] = text, before, why_not(text, error)
            continue
        cell = settled(data, Cell(key, before, after))
        if cell is not None and after != before:
            found.typed[key], found.seen[key] = text, before
            found.cells.append(cell)
    return found


def _read_name(name: str) -> tuple[CellKey | None, Decimal]:
    """The cell that a field is of and what the user saw there; None for other fields."""
    parts = _parts(name)
    try:
        if parts[0] == CELL and len(parts) == CELL_PARTS:
            _c, ansvar, tjeneste, art, prosjekt, period, before = parts
            return CellKey(ansvar, tjeneste, art, prosjekt, _period(period)), parse_amount(before or "0")
    except ValueError:
        pass  # not a name that a page of ours has written
    return None, Decimal(0)


def settled(data: QueryDict, cell: Cell) -> Cell | None:
    """This will return the cell as the user has chosen after somebody was first: None to let the other's stand.

    Mine is chosen knowing what the other wrote: that is then what the user saw. Without a choice nothing is known.
    """
    choice = str(data.get(choice_name(cell.key), ""))
    if choice == THEIRS:
        return None
    if choice.startswith(MINE):
        try:
            return Cell(cell.key, parse_amount(choice.removeprefix(MINE)), cell.after)
        except NumberError:
            return cell
    return cell


def cell_name(key: CellKey, before: Decimal) -> str:
    """This will name the field of a cell: its key, and what the user sees there."""
    return _name(CELL, *key, before if before else "")


def choice_name(key: CellKey) -> str:
    """This will name the choice between mine and theirs for a cell."""
    return _name(CHOICE, *key)


def extra_value(row: RowKey) -> str:
    """This will write a row that was added, for the form to send along."""
    return _name(*row[1:])


def _name(*parts: object) -> str:
    return "|".join(quote(str(part), safe="") for part in parts)


def _parts(name: str) -> list[str]:
    return [unquote(part) for part in name.split("|")]


def _period(value: Any) -> int:
    number = int(value)
    if not 1 <= number <= CLOSING:
        raise ValueError(value)
    return number


def _rows_of(text: str) -> list[RowKey]:
    try:
        return [RowKey(*map(str, row)) for row in json.loads(text or "[]")]
    except (ValueError, TypeError):
        return []
