"""What the investment room offers to search: its projects."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from roros.access import Someone, may_see_figures
from roros.search import Group, Source, find

SOURCES = (
    Source(
        "investering",
        _("Investeringsprosjekter"),
        """SELECT p.code, p.name, concat_ws(' ', nullif(p.short_name, ''), r.name) AS note, '' AS place
           FROM investments_project p JOIN roros_rammeomrade r ON r.number = p.rammeomrade_id""",
        lambda code, place: reverse("investments:project", args=[code]),
    ),
)


def answer(text: str, user: Someone) -> list[Group]:
    """This will return the projects for somebody who may see figures."""
    return find(SOURCES, text) if may_see_figures(user) else []
