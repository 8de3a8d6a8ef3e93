"""The tables of the climate page. They are handed their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.models import GASES, Measure
from climate.queries.emissions import MunicipalityRow, Series
from climate.queries.measures import MeasureRow
from roros.components import Status, StatusKind
from roros.numbers import Scale
from roros.tables import (
    AmountColumn,
    BarColumn,
    CountColumn,
    DateColumn,
    DecimalColumn,
    DumbbellColumn,
    FiguresTable,
    Line,
    LineKind,
    NameColumn,
    PercentColumn,
    Phone,
    StatusColumn,
    TextColumn,
)
from roros.templatetags.figures import signed

UNIT = gettext_lazy("Tonn CO₂-ekvivalenter.")
STATUS_KINDS = {
    Measure.Status.NOT_STARTED: StatusKind.NOT_STARTED,
    Measure.Status.ON_PLAN: StatusKind.ON_PLAN,
    Measure.Status.DELAYED: StatusKind.DELAYED,
    Measure.Status.DONE: StatusKind.DONE,
    Measure.Status.NOT_ASSESSED: StatusKind.NOT_ASSESSED,
}


class ChangeColumn(PercentColumn):
    """A change in percent, with its sign."""

    def format(self, value: Decimal | None, table: FiguresTable) -> str:
        """This will return the percent with a plus when it went up."""
        return signed(super().format(value, table))


@dataclass(frozen=True)
class SectorRow:
    """One sector then and now."""

    name: str
    before: Decimal | None
    now: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """This will return the change in tonnes."""
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """This will return the change in percent of what was; None from nothing."""
        return None if self.change is None or not self.before else self.change * 100 / self.before


class SectorTable(FiguresTable):
    """Emissions per sector: then, now and the change."""

    css = "changes"
    name = NameColumn(gettext_lazy("Sektor"))
    before = DecimalColumn("%(since)s", places=0, muted=True, phone=Phone.LEFT, phone_label=gettext_lazy("Før:"))
    now = DecimalColumn("%(year)s", places=0, key=True)
    bar = DumbbellColumn(gettext_lazy("Endring som figur"), of="now", before="before", wide=True)
    change = DecimalColumn(gettext_lazy("Endring"), places=0, plus=True, phone=Phone.BESIDE)
    percent = ChangeColumn(gettext_lazy("I %%"))


class OneYearTable(FiguresTable):
    """Emissions per sector when there is nothing to compare with."""

    name = NameColumn(gettext_lazy("Sektor"))
    now = DecimalColumn("%(year)s", places=0, key=True)
    bar = BarColumn(gettext_lazy("Utslipp som søyle"), of="now", wide=True)


class MunicipalityTable(FiguresTable):
    """The municipalities side by side."""

    name = NameColumn(gettext_lazy("Kommune"), href="href")
    tonnes = DecimalColumn(gettext_lazy("Utslipp"), places=0, phone=Phone.LEFT, phone_label=gettext_lazy("Utslipp:"))
    inhabitants = CountColumn(gettext_lazy("Innbyggere"), muted=True)
    per_inhabitant = DecimalColumn(gettext_lazy("Tonn per innbygger"), key=True)
    bar = BarColumn(gettext_lazy("Utslipp per innbygger som søyle"), of="per_inhabitant", wide=True)


class MeasureTable(FiguresTable):
    """The measures."""

    name = NameColumn(gettext_lazy("Tiltak"), href="href")
    sector = TextColumn(gettext_lazy("Sektor"), wide_only=True, phone=Phone.HIDDEN)
    responsible_role = TextColumn(gettext_lazy("Ansvarlig"))
    deadline = DateColumn(gettext_lazy("Frist"), phone_label=gettext_lazy("Frist:"))
    cost = AmountColumn(gettext_lazy("Kostnad"))
    effect_tonnes = DecimalColumn(gettext_lazy("Virkning, tonn i året"), places=0)
    status = StatusColumn(gettext_lazy("Status"))


def sector_rows(series: Series, since: int, year: int) -> tuple[list[SectorRow], list[str], SectorRow]:
    """This will return the sectors with the largest first, the names of those without emissions, and the sum."""
    rows = [SectorRow(sector, series.of(since, sector), series.of(year, sector)) for sector in series.sectors]
    with_figures = [row for row in rows if row.before or row.now]
    with_figures.sort(key=lambda row: -(row.now or Decimal(0)))
    without = [row.name for row in rows if not row.before and not row.now]
    return with_figures, without, SectorRow(_("Sum"), series.total(since), series.total(year))


def sector_table(series: Series, since: int, year: int, **options: Any) -> FiguresTable:
    """This will return emissions per sector, compared with an earlier year if there is one."""
    rows, without, total = sector_rows(series, since, year)
    explanation = "" if since == year else _("Ring = %(since)s, punkt = %(year)s.") % {"since": since, "year": year}
    if without:
        explanation += " " + _("Uten utslipp: %(sectors)s.") % {"sectors": ", ".join(without).lower()}
    return (OneYearTable if since == year else SectorTable)(
        rows,
        footer=[Line(total, LineKind.SUM, has_bar=False)],
        caption=_("Utslipp per sektor i %(name)s.") % {"name": series.municipality},
        unit=UNIT,
        explanation=explanation.strip(),
        words={"since": since, "year": year},
        prefix="s-",
        **options,
    )


def municipality_table(rows: Sequence[MunicipalityRow], year: int, **options: Any) -> FiguresTable:
    """This will return the municipalities of a year."""
    shown = [
        {
            "name": row.name,
            "href": f"{reverse('climate:emissions')}?kommune={row.name}&ar={year}",
            "tonnes": row.tonnes,
            "inhabitants": row.inhabitants,
            "per_inhabitant": row.per_inhabitant,
        }
        for row in rows
    ]
    return MunicipalityTable(
        shown,
        caption=_("Utslipp per kommune i %(year)s.") % {"year": year},
        unit=UNIT,
        prefix="k-",
        **options,
    )


def measure_table(rows: Sequence[MeasureRow], **options: Any) -> FiguresTable:
    """This will return the measures with their status."""
    shown = [
        {
            "name": row.title,
            "href": reverse("climate:measure", args=[row.id]),
            "sector": row.sector,
            "responsible_role": row.responsible_role,
            "deadline": row.deadline,
            "cost": row.cost,
            "effect_tonnes": row.effect_tonnes,
            "status": status_of(row),
        }
        for row in rows
    ]
    return MeasureTable(
        shown,
        caption=_("Klimatiltak."),
        scale=Scale.TKR,
        empty_text=_("Ingen klimatiltak er registrert ennå."),
        prefix="t-",
        **options,
    )


def status_of(row: MeasureRow) -> Status:
    """This will return the word for how a measure stands; past its deadline says so whatever the word was."""
    status = Measure.Status(row.status)
    if row.is_late and status is not Measure.Status.DELAYED:
        return Status(_("%(status)s, men fristen er ute") % {"status": status.label}, StatusKind.DELAYED)
    return Status(status.label, STATUS_KINDS[status])


class GasTable(FiguresTable):
    """Emissions per sector and gas; a column for each gas that has figures."""

    name = NameColumn(gettext_lazy("Sektor"))


def gas_table(figures: dict[tuple[str, str], Decimal], year: int) -> FiguresTable:
    """This will return a year's emissions per sector and gas, with the sums both ways."""
    gases = [gas for gas in GASES if any(tonnes for (_sector, known), tonnes in figures.items() if known == gas)]
    totals = {sector: Decimal(0) for sector, _gas in figures}
    for (sector, _gas), tonnes in figures.items():
        totals[sector] += tonnes
    rows: list[dict[str, Any]] = [
        {"name": sector, "total": total, **{gas: figures.get((sector, gas)) or Decimal(0) for gas in gases}}
        for sector, total in sorted(totals.items(), key=lambda item: -item[1])
        if total
    ]
    sums: dict[str, Any] = {"name": _("Sum"), "total": sum(totals.values(), Decimal(0))}
    for gas in gases:
        sums[gas] = sum((tonnes for (_sector, known), tonnes in figures.items() if known == gas), Decimal(0))
    columns = [
        (gas, DecimalColumn(SUBSCRIPTS.get(gas, gas), places=0, phone=Phone.LEFT, phone_label=f"{gas}:"))
        for gas in gases
    ]
    return GasTable(
        rows,
        footer=[Line(sums, LineKind.SUM)],
        caption=_("Utslipp per sektor og klimagass i %(year)s.") % {"year": year},
        unit=UNIT,
        extra_columns=[*columns, ("total", DecimalColumn(_("Sum"), places=0, key=True))],
        prefix="g-",
        orderable=False,
    )


SUBSCRIPTS = {"CO2": "CO₂", "CH4": "CH₄", "N2O": "N₂O", "SF6": "SF₆"}
