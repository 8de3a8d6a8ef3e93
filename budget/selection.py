"""Which figures a budget page shows: year, period, level, scale, structure and filters, to and from a URL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from roros.numbers import Scale
from roros.periods import CLOSING, MONTHS, Period

WITHOUT = "uten"  # in a URL: lines without a project, or of an ansvar that is not placed; "" in a Selection


class Level(StrEnum):
    """What the rows of a table are. The value stands in URLs; the order is from the whole to the detail."""

    RAMMEOMRADE = "rammeomrade"
    VIRKSOMHET = "virksomhet"
    ANSVAR = "ansvar"
    TJENESTE = "tjeneste"
    ART = "art"
    PROSJEKT = "prosjekt"

    @property
    def label(self) -> str:
        """This will return the word for one: "Rammeområde"."""
        return {
            Level.RAMMEOMRADE: _("Rammeområde"),
            Level.VIRKSOMHET: _("Virksomhet"),
            Level.ANSVAR: _("Ansvar"),
            Level.TJENESTE: _("Tjeneste"),
            Level.ART: _("Art"),
            Level.PROSJEKT: _("Prosjekt"),
        }[self]

    @property
    def plural(self) -> str:
        """This will return the word for several: "Rammeområder"."""
        return {
            Level.RAMMEOMRADE: _("Rammeområder"),
            Level.VIRKSOMHET: _("Virksomheter"),
            Level.ANSVAR: pgettext("flere", "Ansvar"),
            Level.TJENESTE: _("Tjenester"),
            Level.ART: _("Arter"),
            Level.PROSJEKT: _("Prosjekter"),
        }[self]

    @property
    def below(self) -> Level | None:
        """This will return the level that opens under a row of this one; None under the last."""
        levels = list(Level)
        place = levels.index(self) + 1
        return levels[place] if place < len(levels) else None

    @property
    def without(self) -> str | None:
        """This will return the name of the row for lines without a code here; None where every line has one."""
        if self is Level.PROSJEKT:
            return _("Uten prosjekt")
        return _("Ikke plassert") if self in (Level.RAMMEOMRADE, Level.VIRKSOMHET) else None


# A filter on one of these says which part of the organisation is meant; without it, services and finance are apart.
ORGANISATION = (Level.RAMMEOMRADE, Level.VIRKSOMHET, Level.ANSVAR)


class Structure(StrEnum):
    """In which year's organisation earlier years are shown."""

    THIS_YEAR = "arets"
    AS_REPORTED = "rapportert"

    @property
    def label(self) -> str:
        """This will return what the control says."""
        return _("Årets organisering") if self is Structure.THIS_YEAR else _("Slik det ble rapportert")


class SelectionError(ValueError):
    """An address asks for something that cannot be; `messages` say what, for the reader."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Selection:
    """One state of a page. A filter is None when it is not set, and "" for lines without a code at that level."""

    year: int
    period: int = CLOSING
    level: Level = Level.RAMMEOMRADE
    scale: Scale = Scale.TKR
    structure: Structure = Structure.THIS_YEAR
    rammeomrade: str | None = None
    virksomhet: str | None = None
    ansvar: str | None = None
    tjeneste: str | None = None
    art: str | None = None
    prosjekt: str | None = None
    opened: tuple[str, ...] = ()
    order: str = ""
    grouped: bool = True  # by rammeområde, as the annual report prints its tables
    default_period: int = field(default=CLOSING, compare=False)
    default_scale: Scale = field(default=Scale.TKR, compare=False)  # what the reader chose last

    @classmethod
    def read(
        cls,
        data: QueryDict,
        *,
        year: int,
        default_period: int = CLOSING,
        level: Level = Level.RAMMEOMRADE,
        default_scale: Scale = Scale.TKR,
    ) -> Selection:
        """This will read the GET parameters of a page; SelectionError when one of them cannot be."""
        form = SelectionForm(data)
        if not form.is_valid():
            raise SelectionError([str(message) for messages in form.errors.values() for message in messages])
        clean = form.cleaned_data
        return cls(
            year=year,
            period=Period(year, clean["periode"] or default_period).rollup_number,
            level=Level(clean["niva"] or level),
            scale=Scale(clean["skala"] or default_scale),
            structure=Structure(clean["struktur"] or Structure.THIS_YEAR),
            **{name.value: _code(clean[name]) for name in Level},
            opened=tuple(dict.fromkeys(data.getlist("apne")))[:MOST_OPENED],
            order=clean["sorter"],
            grouped=clean["gruppe"] != UNGROUPED,
            default_period=Period(year, default_period).rollup_number,
            default_scale=default_scale,
        )

    @property
    def as_period(self) -> Period:
        """This will return year and period as one."""
        return Period(self.year, self.period)

    @property
    def is_year(self) -> bool:
        """This will return whether the figures are those of the whole year."""
        return self.as_period.is_year

    @cached_property
    def filters(self) -> dict[Level, str]:
        """This will return the filters that are set, from the whole to the detail."""
        return {level: code for level, code in self._codes() if code is not None}

    @cached_property
    def shows_groups(self) -> bool:
        """This will return whether rows stand in groups: not when sorted, nor inside one part of the organisation."""
        return (
            self.grouped
            and not self.order
            and self.level in (Level.VIRKSOMHET, Level.ANSVAR, Level.TJENESTE)
            and not any(level in self.filters for level in ORGANISATION)
        )

    def where(self, **filters: str | None) -> Selection:
        """This will return the same state with these filters, named as the levels; None removes one."""
        return replace(self, **filters)  # type: ignore[arg-type]

    def of(self, level: Level, code: str) -> Selection:
        """This will return what the row `code` of a level is made of: the filter set, the level below it the rows."""
        return replace(self.where(**{level.value: code}), level=level.below or level, opened=(), order="")

    def url_parameters(self, **changes: Any) -> str:
        """This will return the state as a query string, "" or "?…"; what is default is left out."""
        state = replace(self, **changes) if changes else self
        pairs = list(state._pairs())
        return f"?{urlencode(pairs)}" if pairs else ""

    def _codes(self) -> Iterator[tuple[Level, str | None]]:
        for level in Level:
            yield level, getattr(self, level.value)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.level is not Level.RAMMEOMRADE:
            yield "niva", self.level.value
        if self.period != self.default_period:
            yield "periode", str(self.period)
        if self.scale is not Scale.TKR or self.default_scale is not Scale.TKR:
            yield "skala", self.scale.value
        if self.structure is not Structure.THIS_YEAR:
            yield "struktur", self.structure.value
        for level, code in self.filters.items():
            yield level.value, code or WITHOUT
        for code in self.opened:
            yield "apne", code
        if self.order:
            yield "sorter", self.order
        if not self.grouped:
            yield "gruppe", UNGROUPED


MOST_OPENED = 40
UNGROUPED = "ingen"


def _code(value: str) -> str | None:
    return None if not value else "" if value == WITHOUT else value


def _choice(members: type[StrEnum], message: Any) -> forms.ChoiceField:
    choices = [(member.value, member.value) for member in members]
    return forms.ChoiceField(choices=choices, required=False, error_messages={"invalid_choice": message})


def _code_field() -> forms.CharField:
    message = gettext_lazy("En kode har høyst 20 tegn.")
    return forms.CharField(required=False, max_length=20, error_messages={"max_length": message})


class SelectionForm(forms.Form):
    """What a reader may put in the address of a page; an empty value means the default."""

    niva = _choice(Level, gettext_lazy("Nivået «%(value)s» finnes ikke."))
    periode = forms.TypedChoiceField(
        choices=[(number, number) for number in range(1, CLOSING + 1)],
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Perioden «%(value)s» finnes ikke. Velg 1 til 13.")},
    )
    skala = _choice(Scale, gettext_lazy("Skalaen «%(value)s» finnes ikke. Velg kr, tkr eller mill."))
    struktur = _choice(Structure, gettext_lazy("Organiseringen «%(value)s» finnes ikke. Velg arets eller rapportert."))
    rammeomrade = forms.CharField(
        required=False,
        validators=[
            RegexValidator(rf"^([0-9]{{1,4}}|{WITHOUT})\Z", gettext_lazy("«%(value)s» er ikke et rammeområde."))
        ],
    )
    gruppe = forms.ChoiceField(
        choices=[(value, value) for value in (Level.RAMMEOMRADE.value, UNGROUPED)],
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Grupperingen «%(value)s» finnes ikke.")},
    )
    virksomhet = _code_field()
    ansvar = _code_field()
    tjeneste = _code_field()
    art = _code_field()
    prosjekt = _code_field()
    sorter = forms.CharField(
        required=False,
        validators=[RegexValidator(r"^-?[a-z_]{1,40}\Z", gettext_lazy("«%(value)s» er ikke en kolonne."))],
    )


def period_choices(last: int = CLOSING) -> list[tuple[int, str]]:
    """This will return the periods a table can run through, as the control lists them: "Januar–august", "Hele året"."""
    choices = [(number, Period(2000, number).months.rpartition(" ")[0]) for number in range(1, min(last, 11) + 1)]
    return [*choices, (CLOSING, str(_("Hele året")))] if last >= len(MONTHS) else choices
