"""What every page knows: whose figures these are, and the menu for this user."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from roros import access, navigation
from roros.models import Role


def house(request: HttpRequest) -> dict[str, object]:
    """This will give every template the municipality's name, the user's roles and the menus, read only if used."""
    return {
        "municipality": settings.MUNICIPALITY_NAME,
        "menu": SimpleLazyObject(lambda: navigation.links(request)),
        "footer_menu": SimpleLazyObject(lambda: navigation.links(request, navigation.FOOTER)),
        "user_roles": SimpleLazyObject(
            lambda: [Role(role).label for role in sorted(access.roles_of(navigation.visitor_of(request)))]
        ),
    }
