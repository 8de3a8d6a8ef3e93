"""What the climate room offers to search: measures and targets."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from roros.access import Someone, may_see_figures
from roros.search import Group, Source, find

SOURCES = (
    Source(
        "klimatiltak",
        _("Klimatiltak"),
        """SELECT '' AS code, title AS name, concat_ws(' ', 'Klimatiltak', nullif(sector, '')) AS note,
                  id::text AS place
           FROM climate_measure""",
        lambda code, place: reverse("climate:measure", args=[place]),
    ),
    Source(
        "klimamal",
        _("Klimamål"),
        "SELECT '' AS code, name, 'Klimamål ' || target_year AS note, id::text AS place FROM climate_emissiontarget",
        lambda code, place: reverse("climate:target", args=[place]),
    ),
)


def answer(text: str, user: Someone) -> list[Group]:
    """This will return measures and targets for somebody who may see figures."""
    return find(SOURCES, text) if may_see_figures(user) else []
