"""What does a theme cost across the organisation, and what has the state given for it?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from budget.models import Grant, PrintedCost, Theme
from roros.periods import CLOSING


@dataclass(frozen=True)
class NamedCode:
    """One code of a theme's filter with its name; without a name when the chart of accounts lacks it."""

    dimension: str
    code: str
    name: str


@dataclass(frozen=True)
class ThemeSummary:
    """One theme in the list."""

    code: str
    name: str
    description: str
    codes: tuple[NamedCode, ...]
    cost: Decimal | None
    grants: Decimal | None


@dataclass(frozen=True)
class CostRow:
    """A theme's costs in one rammeområde: by the ledger and as printed. None is no figure."""

    number: int | None
    name: str
    last_year: Decimal | None
    actual: Decimal | None
    revised: Decimal | None
    printed: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """This will return the ledger minus the printed figure; a row that was not printed differs by all of it."""
        if self.printed is None and self.actual is None:
            return None
        return (self.actual or Decimal(0)) - (self.printed or Decimal(0))


@dataclass(frozen=True)
class ThemeCosts:
    """All costs of a theme in a year."""

    rows: tuple[CostRow, ...]
    printed_total: Decimal | None  # as printed, not added up

    @property
    def total(self) -> CostRow:
        """This will return the sum; its printed figure is the sum of the printed rows."""
        return CostRow(
            None,
            "",
            _sum(row.last_year for row in self.rows),
            _sum(row.actual for row in self.rows),
            _sum(row.revised for row in self.rows),
            _sum(row.printed for row in self.rows),
        )

    @property
    def is_printed(self) -> bool:
        """This will say whether a printed report states anything."""
        return self.printed_total is not None or any(row.printed is not None for row in self.rows)

    @property
    def unprinted(self) -> tuple[CostRow, ...]:
        """This will return the rows with costs that the printed table left out."""
        return tuple(row for row in self.rows if row.printed is None and row.actual)

    @property
    def printed_gap(self) -> Decimal | None:
        """This will return the printed total minus the sum of the printed rows; None when there is no total."""
        if self.printed_total is None:
            return None
        return self.printed_total - (self.total.printed or Decimal(0))


@dataclass(frozen=True)
class GrantGroup:
    """One table of grants."""

    name: str
    grants: tuple[Grant, ...]

    @property
    def total(self) -> Decimal:
        """This will return the sum of the table."""
        return sum((grant.amount for grant in self.grants), Decimal(0))


def _sum(values: object) -> Decimal | None:
    known = [value for value in values if value is not None]  # type: ignore[attr-defined]
    return sum(known, Decimal(0)) if known else None


def theme_years() -> list[int]:
    """This will return the years that a theme can be shown for: those with accounts or grants, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year FROM (SELECT year FROM budget_activeslice WHERE kind = 'regnskap' UNION"
            " SELECT year FROM budget_grant) years ORDER BY year DESC"
        )
        return [year for (year,) in cursor.fetchall()]


def theme_codes(code: str | None = None) -> dict[str, tuple[NamedCode, ...]]:
    """This will return the codes of every theme, or of one, by theme; projects first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.theme_id, c.dimension, c.code, coalesce(p.name, a.name, '')
            FROM budget_themecode c
                 LEFT JOIN budget_prosjekt p ON c.dimension = 'prosjekt' AND p.code = c.code
                 LEFT JOIN budget_art a ON c.dimension = 'art' AND a.code = c.code
            WHERE %(code)s IS NULL OR c.theme_id = %(code)s
            ORDER BY c.theme_id, c.dimension DESC, c.code
            """,
            {"code": code},
        )
        found: dict[str, tuple[NamedCode, ...]] = {}
        for theme, dimension, number, name in cursor.fetchall():
            found[theme] = (*found.get(theme, ()), NamedCode(dimension, number, name))
        return found


# A line belongs to a theme when each kind of code that the theme has holds the line's.
_IN_THEME = """
    EXISTS (SELECT 1 FROM budget_themecode c WHERE c.theme_id = t.code)
    AND (NOT EXISTS (SELECT 1 FROM budget_themecode c WHERE c.theme_id = t.code AND c.dimension = 'prosjekt')
         OR b.prosjekt_id IN (SELECT c.code FROM budget_themecode c
                              WHERE c.theme_id = t.code AND c.dimension = 'prosjekt'))
    AND (NOT EXISTS (SELECT 1 FROM budget_themecode c WHERE c.theme_id = t.code AND c.dimension = 'art')
         OR b.art_id IN (SELECT c.code FROM budget_themecode c WHERE c.theme_id = t.code AND c.dimension = 'art'))
"""


def themes(year: int) -> list[ThemeSummary]:
    """This will return every theme with its cost and its grants in a year."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.code, sum(b.actual) FROM budget_theme t JOIN budget_balance b ON {_IN_THEME}"
            " WHERE b.year = %s AND b.period = %s GROUP BY t.code",
            [year, CLOSING],
        )
        costs: dict[str, Decimal] = dict(cursor.fetchall())
    grants = dict(Grant.objects.filter(year=year).values_list("theme_id").annotate(total=Sum("amount")))
    codes = theme_codes()
    return [
        ThemeSummary(
            theme.code,
            theme.name,
            theme.description,
            codes.get(theme.code, ()),
            costs.get(theme.code),
            grants.get(theme.code),
        )
        for theme in Theme.objects.order_by("name")
    ]


def theme_costs(code: str, year: int) -> ThemeCosts:
    """This will return a theme's costs per rammeområde in this year's organisation, beside the printed ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.number, coalesce(r.name, ''), sum(b.actual) FILTER (WHERE b.year = %(last_year)s),
                   sum(b.actual) FILTER (WHERE b.year = %(year)s),
                   sum(b.original + b.amended) FILTER (WHERE b.year = %(year)s)
            FROM budget_theme t JOIN budget_balance b ON {_IN_THEME}
                 LEFT JOIN (SELECT DISTINCT ON (ansvar_id) ansvar_id, rammeomrade_id FROM roros_plassering
                            WHERE from_year <= %(year)s ORDER BY ansvar_id, from_year DESC) p
                      ON p.ansvar_id = b.ansvar_id
                 LEFT JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id
            WHERE t.code = %(code)s AND b.year IN (%(year)s, %(last_year)s) AND b.period = %(closing)s
            GROUP BY r.number, r.name ORDER BY r.number
            """,
            {"code": code, "year": year, "last_year": year - 1, "closing": CLOSING},
        )
        ledger = cursor.fetchall()
    printed = {row.line: row for row in PrintedCost.objects.filter(theme_id=code, year=year)}
    rows = []
    for number, name, last_year, actual, revised in ledger:
        stated = printed.pop(str(number), None)
        rows.append(CostRow(number, name, last_year, actual, revised, stated.amount if stated else None))
    total = printed.pop(PrintedCost.TOTAL, None)
    rows += [CostRow(int(row.line), row.name, None, None, None, row.amount) for row in printed.values()]
    rows.sort(key=lambda row: (row.number is None, row.number or 0))
    return ThemeCosts(tuple(rows), total.amount if total else None)


def grant_groups(code: str, year: int) -> list[GrantGroup]:
    """This will return a theme's tables of grants in a year, in the order they were printed."""
    groups: dict[str, list[Grant]] = {}
    for grant in Grant.objects.filter(theme_id=code, year=year).order_by("place", "group", "name"):
        groups.setdefault(grant.group, []).append(grant)
    return [GrantGroup(name, tuple(grants)) for name, grants in groups.items()]
