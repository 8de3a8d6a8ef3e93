"""What every page knows: whose figures these are, and the menu for this user."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from roros import navigation


def house(request: HttpRequest) -> dict[str, object]:
    """This will give every template the municipality's name and the menus, read only if used."""
    return {
        "municipality": settings.MUNICIPALITY_NAME,
        "menu": SimpleLazyObject(lambda: navigation.links(request)),
        "footer_menu": SimpleLazyObject(lambda: navigation.links(request, navigation.FOOTER)),
    }
