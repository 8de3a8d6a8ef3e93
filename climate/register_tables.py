"""The tables of the climate room's registers: single figures with a link to change them, and the path of a target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.models import Emission, Population
from climate.queries.emissions import Series
from climate.queries.targets import Target
from climate.tables import SUBSCRIPTS, UNIT
from roros.tables import CountColumn, DecimalColumn, FiguresTable, NameColumn, Phone, TextColumn


class RegisterTable(FiguresTable):
    """Emissions one by one."""

    name = NameColumn(gettext_lazy("Sektor"), href="href")
    gas = TextColumn(gettext_lazy("Klimagass"))
    tonnes = DecimalColumn(gettext_lazy("Utslipp"), places=3, key=True)


class PeopleTable(FiguresTable):
    """How many lived there."""

    name = NameColumn(gettext_lazy("År"), href="href")
    inhabitants = CountColumn(gettext_lazy("Innbyggere"), key=True)
    source = TextColumn(gettext_lazy("Kilde"))


class PathTable(FiguresTable):
    """Year by year to the target."""

    name = NameColumn(gettext_lazy("År"))
    path = DecimalColumn(gettext_lazy("Veien til målet"), places=0, phone=Phone.LEFT, phone_label=gettext_lazy("Vei:"))
    actual = DecimalColumn(gettext_lazy("Utslipp"), places=0, key=True)
    above = DecimalColumn(gettext_lazy("Over veien"), places=0, plus=True, phone=Phone.RIGHT)


def register_table(
    rows: Sequence[Emission], municipality: str, year: int, *, may_edit: bool, **options: Any
) -> FiguresTable:
    """This will return the emissions of a municipality in a year, per sector and gas."""
    shown = [
        {
            "name": row.sector,
            "href": reverse("climate:emission_change", args=[row.pk]) if may_edit else "",
            "gas": SUBSCRIPTS.get(row.gas, row.gas),
            "tonnes": row.tonnes,
        }
        for row in rows
    ]
    return RegisterTable(
        shown,
        caption=_("Utslipp i %(name)s i %(year)s.") % {"name": municipality, "year": year},
        unit=UNIT,
        empty_text=_("Ingen utslippstall er lest inn."),
        prefix="u-",
        **options,
    )


def people_table(rows: Sequence[Population], municipality: str, *, may_edit: bool, **options: Any) -> FiguresTable:
    """This will return the inhabitants of a municipality per year."""
    shown = [
        {
            "name": str(row.year),
            "href": reverse("climate:population_change", args=[row.pk]) if may_edit else "",
            "inhabitants": row.inhabitants,
            "source": row.source,
        }
        for row in rows
    ]
    return PeopleTable(
        shown,
        caption=_("Folketall i %(name)s per 1. januar.") % {"name": municipality},
        unit="",
        empty_text=_("Folketallet er ikke lest inn."),
        prefix="f-",
        **options,
    )


def path_table(target: Target, series: Series) -> FiguresTable:
    """This will return where the emissions should be every year until the target, and where they were."""
    rows = []
    for year in range(target.base_year, target.target_year + 1):
        path, actual = target.path(year), series.total(year)
        above = None if actual is None else actual - path
        rows.append({"name": str(year), "path": path, "actual": actual, "above": above})
    return PathTable(
        rows,
        caption=_("Veien til målet i %(year)s.") % {"year": target.target_year},
        unit=UNIT,
        orderable=False,
    )
