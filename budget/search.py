"""What the budget room offers to search: the organisation, the chart of accounts, decisions, cases and amendments."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from roros.access import Someone, may_see_figures
from roros.search import Group, Source, find

# The node of a code stands in the newest year that has figures.
NEWEST = "(SELECT max(year) FROM budget_balance)"


def answer(text: str, user: Someone) -> list[Group]:
    """This will return what this room finds for somebody who may see figures."""
    return find(SOURCES, text) if may_see_figures(user) else []


def _node(level: str) -> Callable[[str, str], str]:
    """The address of a code's page; the list of codes when no year has figures."""

    def href(code: str, year: str) -> str:
        return reverse("budget:node", args=[year, level, code]) if year else reverse("budget:deviations")

    return href


def _codes(level: str, table: str, code: str = "code", note: str = "''") -> str:
    return f"SELECT {code} AS code, name, {note} AS note, coalesce({NEWEST}::text, '') AS place FROM {table} {level}"


SOURCES = (
    Source("rammeomrade", _("Rammeområder"), _codes("r", "roros_rammeomrade", "number"), _node("rammeomrade")),
    Source("virksomhet", _("Virksomheter"), _codes("v", "roros_virksomhet"), _node("virksomhet")),
    Source(
        "ansvar",
        _("Ansvar"),
        _codes(
            "a",
            "roros_ansvar",
            note="""coalesce((SELECT v.name FROM roros_plassering p JOIN roros_virksomhet v ON v.code = p.virksomhet_id
                              WHERE p.ansvar_id = a.code ORDER BY p.from_year DESC LIMIT 1), '')""",
        ),
        _node("ansvar"),
    ),
    Source("tjeneste", _("Tjenester"), _codes("t", "budget_tjeneste"), _node("tjeneste")),
    Source("art", _("Arter"), _codes("k", "budget_art"), _node("art")),
    Source(
        "prosjekt",
        _("Prosjekter i driften"),
        "SELECT * FROM (" + _codes("p", "budget_prosjekt") + ") projects WHERE code <> ''",
        _node("prosjekt"),
    ),
    Source(
        "vedtak",
        _("Vedtak"),
        """SELECT number AS code, title AS name,
                  concat_ws(' ', 'Vedtak', year, nullif(case_number, '')) AS note, code AS place
           FROM budget_decision""",
        lambda code, place: reverse("budget:decision", args=[place]),
    ),
    Source(
        "sak",
        _("Politiske saker"),
        """SELECT number || '/' || lpad((year %% 100)::text, 2, '0') AS code, title AS name,
                  body || ' ' || year AS note, '' AS place FROM budget_councilcase""",
        lambda code, place: f"{reverse('budget:cases')}?{urlencode({'q': code})}",
    ),
    Source(
        "endring",
        _("Budsjettendringer"),
        """SELECT number AS code, text AS name, concat_ws(' ', body, case_number) AS note, year::text AS place
           FROM budget_amendment WHERE status = 'vedtatt'""",
        lambda code, place: reverse("budget:amendment", args=[place, code]),
    ),
    Source(
        "maltall",
        _("Måltall"),
        "SELECT '' AS code, name, unit AS note, code AS place FROM budget_indicator",
        lambda code, place: reverse("budget:indicator", args=[place]),
    ),
    Source(
        "tema",
        _("Temaer"),
        "SELECT '' AS code, name, description AS note, code AS place FROM budget_theme",
        lambda code, place: reverse("budget:theme", args=[place]),
    ),
)
