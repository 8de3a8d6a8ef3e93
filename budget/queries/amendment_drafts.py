"""Amendments that are not adopted, and what they would do: only for those who may see drafts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from budget.amendment_balance import INVESTMENT, Balance, DraftLine
from budget.models import Amendment, AmendmentLine, AmendmentStep
from budget.queries.deviations import DeviationRow
from budget.selection import Level
from roros import history

Status = Amendment.Status
DRAFTS = (Status.PROPOSED, Status.RECOMMENDED, Status.REJECTED)
TYPED = (Level.ANSVAR, Level.TJENESTE, Level.ART, Level.PROSJEKT)


@dataclass(frozen=True)
class DraftRow:
    """One amendment that is proposed, recommended or rejected."""

    pk: int
    number: str
    text: str
    status: Amendment.Status
    by: str
    at: datetime.datetime
    lines: int
    moved: Decimal
    balance: Balance


@dataclass(frozen=True)
class Codes:
    """The codes that a line may have in a year, with their names, and the rammeområde of each ansvar."""

    names: Mapping[Level, Mapping[str, str]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)

    def name(self, level: Level, code: str) -> str:
        """This will return what a code is called; empty when it is not one of the year's."""
        return self.names.get(level, {}).get(code, "")

    def label(self, level: Level, code: str) -> str:
        """This will return code and name."""
        return f"{code} {self.name(level, code)}".strip()


@dataclass(frozen=True)
class AreaEffect:
    """The revised budget of one rammeområde before and after a draft, in kroner."""

    code: str
    name: str
    before: Decimal
    change: Decimal

    @property
    def after(self) -> Decimal:
        """This will return the revised budget if the draft is adopted."""
        return self.before + self.change


def drafts(year: int) -> list[DraftRow]:
    """This will list the amendments of a year that are not adopted, in one query."""
    zero = Decimal(0)
    invested = Q(draft_lines__art__code__startswith=INVESTMENT)
    found: Any = (
        Amendment.objects.filter(year=year, status__in=DRAFTS)
        .select_related("created_by")
        .annotate(
            count=Count("draft_lines"),
            moved=Coalesce(Sum("draft_lines__amount", filter=Q(draft_lines__amount__gt=0)), zero),
            drift=Coalesce(Sum("draft_lines__amount", filter=~invested), zero),
            investering=Coalesce(Sum("draft_lines__amount", filter=invested), zero),
        )
        .order_by("number")
    )
    return [
        DraftRow(
            pk=one.pk,
            number=one.number,
            text=one.text,
            status=Status(one.status),
            by=str(one.created_by) if one.created_by else "",
            at=one.created_at,
            lines=one.count,
            moved=one.moved,
            balance=Balance(one.drift, one.investering),
        )
        for one in found
    ]


def draft_lines(amendment: Amendment) -> list[DraftLine]:
    """This will return the lines of a draft in their order."""
    return [
        DraftLine(
            line.ansvar_id,
            line.tjeneste_id,
            line.art_id,
            line.prosjekt_id or "",
            line.period,
            line.amount,
            line.note,
            line.pk,
        )
        for line in AmendmentLine.objects.filter(amendment=amendment).order_by("place")
    ]


def valid_codes(year: int) -> Codes:
    """This will return every code that may stand in a line of the year, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'ansvar', p.ansvar_id, a.name, p.rammeomrade_id::text
            FROM roros_plassering p JOIN roros_ansvar a ON a.code = p.ansvar_id
            WHERE %(year)s BETWEEN p.from_year AND coalesce(p.to_year, 9999)
            UNION ALL SELECT 'tjeneste', code, name, '' FROM budget_tjeneste
            WHERE %(year)s BETWEEN from_year AND coalesce(to_year, 9999)
            UNION ALL SELECT 'art', code, name, '' FROM budget_art
            WHERE %(year)s BETWEEN from_year AND coalesce(to_year, 9999)
            UNION ALL SELECT 'prosjekt', code, name, '' FROM budget_prosjekt
            WHERE %(year)s BETWEEN from_year AND coalesce(to_year, 9999) AND code <> ''
            ORDER BY 1, 2
            """,
            {"year": year},
        )
        names: dict[Level, dict[str, str]] = {level: {} for level in TYPED}
        areas: dict[str, str] = {}
        for level, code, name, area in cursor.fetchall():
            names[Level(level)][code] = name
            if area:
                areas[code] = area
    return Codes(names, areas)


def area_effects(lines: Iterable[DraftLine], areas: Sequence[DeviationRow], codes: Codes) -> list[AreaEffect]:
    """This will set each rammeområde's revised budget before and after the lines; `areas` hold the year's figures."""
    change: dict[str, Decimal] = {}
    for line in lines:
        code = codes.areas.get(line.ansvar, "")
        change[code] = change.get(code, Decimal(0)) + line.amount
    standing = {row.code: row for row in areas}
    order = sorted({*change, *standing}, key=lambda code: (not code, len(code), code))
    effects = []
    for code in order:
        row = standing.get(code)
        name = row.name if row else code or str(Level.RAMMEOMRADE.without)
        effects.append(
            AreaEffect(code, name, (row.revised if row else None) or Decimal(0), change.get(code, Decimal(0)))
        )
    return [effect for effect in effects if effect.before or effect.change]


def amendment_steps(amendment: Amendment) -> list[AmendmentStep]:
    """This will return what bodies decided about an amendment, oldest first."""
    return list(amendment.steps.select_related("by").order_by("id"))


def draft_history(amendment: Amendment) -> list[history.Change]:
    """This will return every change of an amendment and of its lines, newest first."""
    return history.changes_among({Amendment: Q(pgh_obj_id=amendment.pk), AmendmentLine: Q(amendment_id=amendment.pk)})


def changed_since(amendment: Amendment, moment: datetime.datetime | None) -> list[history.Change]:
    """This will return what somebody changed after a moment; the newest change when the moment is not known."""
    changes = draft_history(amendment)
    later = [change for change in changes if moment is not None and change.when >= moment]
    return later or changes[:1]
