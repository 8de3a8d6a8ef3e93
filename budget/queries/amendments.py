"""From original to revised budget: each adopted amendment and what it did where. Drafts are never read here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from budget.models import Amendment
from budget.queries.scope import line_scope
from budget.selection import Level, Selection


@dataclass(frozen=True)
class Effect:
    """What one amendment gave to and took from one rammeområde, in kroner."""

    code: str
    name: str
    added: Decimal
    taken: Decimal
    lines: int

    @property
    def net(self) -> Decimal:
        """This will return what the budget of the rammeområde changed by."""
        return self.added + self.taken


@dataclass(frozen=True)
class AmendmentRow:
    """One adopted amendment and its effect inside a selection."""

    number: str
    case_number: str
    body: str
    decided_on: datetime.date
    text: str
    effects: tuple[Effect, ...]

    @property
    def added(self) -> Decimal:
        """This will return what was given, in all."""
        return sum((effect.added for effect in self.effects), Decimal(0))

    @property
    def taken(self) -> Decimal:
        """This will return what was taken, in all."""
        return sum((effect.taken for effect in self.effects), Decimal(0))

    @property
    def net(self) -> Decimal:
        """This will return what the budget inside the selection changed by; 0 for the whole municipality."""
        return self.added + self.taken


def amendments(selection: Selection) -> list[AmendmentRow]:
    """This will list the adopted amendments that touch the selection, with the effect per rammeområde, in one query."""
    held = line_scope(selection, selection.year)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.number, a.case_number, a.body, a.decided_on, a.text, coalesce(r.number::text, ''),
                   coalesce(r.name, ''), coalesce(sum(b.amount) FILTER (WHERE b.amount > 0), 0),
                   coalesce(sum(b.amount) FILTER (WHERE b.amount < 0), 0), count(*)
            FROM {held.source}
            JOIN budget_amendment a ON a.id = b.amendment_id
            LEFT JOIN roros_plassering q ON q.ansvar_id = b.ansvar_id
                 AND b.year BETWEEN q.from_year AND coalesce(q.to_year, 9999)
            LEFT JOIN roros_rammeomrade r ON r.number = q.rammeomrade_id
            WHERE b.kind = 'endring' AND {held.condition}
            GROUP BY a.id, r.number ORDER BY a.decided_on, a.number, r.number NULLS LAST
            """,
            held.parameters,
        )
        found = cursor.fetchall()
    without = str(Level.RAMMEOMRADE.without)
    effects: dict[tuple[str, str, str, datetime.date, str], list[Effect]] = {}
    for number, case_number, body, decided_on, text, code, name, added, taken, count in found:
        effects.setdefault((number, case_number, body, decided_on, text), []).append(
            Effect(code, name or without, added, taken, count)
        )
    return [AmendmentRow(*key, tuple(own)) for key, own in effects.items()]


@dataclass(frozen=True)
class AmendmentAccount:
    """What an amendment did to one account: its lines through the year as one sum, in kroner."""

    ansvar_code: str
    ansvar_name: str
    rammeomrade: str
    tjeneste_code: str
    tjeneste_name: str
    art_code: str
    art_name: str
    prosjekt_code: str
    prosjekt_name: str
    first_period: int
    last_period: int
    lines: int
    amount: Decimal
    first_row: int | None

    @property
    def art(self) -> str:
        """This will return code and name of the art."""
        return f"{self.art_code} {self.art_name}".strip()

    @property
    def ansvar(self) -> str:
        """This will return code and name of the ansvar."""
        return f"{self.ansvar_code} {self.ansvar_name}".strip()

    @property
    def tjeneste(self) -> str:
        """This will return code and name of the tjeneste."""
        return f"{self.tjeneste_code} {self.tjeneste_name}".strip()

    @property
    def prosjekt(self) -> str:
        """This will return code and name of the project; empty without one."""
        return f"{self.prosjekt_code} {self.prosjekt_name}".strip() if self.prosjekt_code else ""


def adopted_amendment(year: int, number: str) -> Amendment | None:
    """This will return an adopted amendment with its import run; None when the year has none of that number."""
    return Amendment.objects.adopted().filter(year=year, number=number).select_related("import_run").first()


def amendment_accounts(amendment: Amendment) -> list[AmendmentAccount]:
    """This will list what the amendment did, one row per account, in the order of the organisation."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT b.ansvar_id, coalesce(n.name, ''), coalesce(r.number || ' ' || r.name, ''), b.tjeneste_id,
                   coalesce(s.name, ''), b.art_id, coalesce(t.name, ''), b.prosjekt_id, coalesce(o.name, ''),
                   min(b.period), max(b.period), count(*), sum(b.amount), min(b.sheet_row)
            FROM budget_ledgerline b
            LEFT JOIN roros_plassering p ON p.ansvar_id = b.ansvar_id
                 AND b.year BETWEEN p.from_year AND coalesce(p.to_year, 9999)
            LEFT JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id
            LEFT JOIN roros_ansvar n ON n.code = b.ansvar_id
            LEFT JOIN budget_tjeneste s ON s.code = b.tjeneste_id
            LEFT JOIN budget_art t ON t.code = b.art_id
            LEFT JOIN budget_prosjekt o ON o.code = b.prosjekt_id
            WHERE b.amendment_id = %s
            GROUP BY b.ansvar_id, n.name, r.number, b.tjeneste_id, s.name, b.art_id, t.name, b.prosjekt_id, o.name
            ORDER BY r.number NULLS LAST, b.ansvar_id, b.tjeneste_id, b.art_id, b.prosjekt_id
            """,
            [amendment.pk],
        )
        return [AmendmentAccount(*row) for row in cursor.fetchall()]
