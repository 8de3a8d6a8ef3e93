"""What the front page says about the climate: the emissions against the path to the target."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from climate.findings import emissions_finding, tonnes
from climate.queries.targets import Target, current, emissions_and_targets
from roros.sections import Section
from roros.tables import BarColumn, DecimalColumn, FiguresTable, Line, LineKind, NameColumn

SMALL = Decimal("0.005")  # of the path: less than half a percent off it is on it


class PathTable(FiguresTable):
    """The base year, the newest year and the target."""

    name = NameColumn(gettext_lazy("År"))
    bar = BarColumn(gettext_lazy("Utslipp som søyle"), of="tonnes", over="over", target="path", wide=True)
    shown = DecimalColumn(gettext_lazy("Tonn"), of="tonnes", places=0, key=True)

    class Meta:
        orderable = False


def section() -> Section | None:
    """This will tell where the emissions are against the path to the target; None without figures."""
    series, totals, targets = emissions_and_targets(settings.MUNICIPALITY_NAME)
    if not totals:
        return None
    year = max(totals)
    target = current(targets, year)
    since = target.base_year if target and target.base_year < year else min(totals)
    finding = path_finding(target, year, totals[year]) if target else ""
    lines = [_line(str(one), totals[one], target, one) for one in dict.fromkeys((since, year))]
    on_path = target is not None and target.base_year < year < target.target_year
    table = PathTable(
        lines,
        footer=[Line(_goal(target), LineKind.SUM)] if target else [],
        caption=_("Klimagasser fra hele %(name)s.") % {"name": settings.MUNICIPALITY_NAME},
        unit=_("Tonn CO₂-ekvivalenter"),
    )
    note = ""
    if target and on_path:
        words = {"year": year, "path": tonnes(target.path(year))}
        note = _("Strek = der utslippene skulle vært i %(year)s med jevn nedgang (%(path)s tonn).") % words
    return Section(
        "klima",
        finding or emissions_finding(series, since, year, target, None).heading,
        _("Utslipp per sektor"),
        reverse("climate:emissions"),
        table=table.html,
        note=note,
    )


def path_finding(target: Target, year: int, emitted: Decimal) -> str:
    """This will say how far the emissions are from an even path to the target; "" outside the years of the path."""
    if not target.base_year < year < target.target_year:
        return ""
    path = target.path(year)
    away = emitted - path
    words = {"away": tonnes(_rounded(abs(away))), "target": target.target_year}
    if abs(away) <= abs(path) * SMALL:
        return _("Utslippene følger veien til %(target)s-målet") % words
    if away > 0:
        return _("Utslippene ligger %(away)s tonn over veien til %(target)s-målet") % words
    return _("Utslippene ligger %(away)s tonn under veien til %(target)s-målet") % words


def _rounded(value: Decimal) -> Decimal:
    """Hundreds for a heading; small figures as they are."""
    return value if value < 1000 else (value / 100).quantize(Decimal(1), rounding="ROUND_HALF_UP") * 100


def _line(name: str, emitted: Decimal, target: Target | None, year: int) -> dict[str, Any]:
    path = target.path(year) if target and target.base_year < year < target.target_year else None
    return {"name": name, "tonnes": emitted, "path": path, "over": path is not None and emitted > path}


def _goal(target: Target) -> dict[str, Any]:
    return {"name": _("Mål %(year)s") % {"year": target.target_year}, "tonnes": target.tonnes}
