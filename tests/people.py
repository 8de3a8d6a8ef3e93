"""People with roles."""

from __future__ import annotations

from roros.models import Rammeomrade, Role, RoleAssignment, User, Virksomhet


def give(user: User, *roles: Role, rammeomrade: int | None = None, virksomhet: str | None = None) -> User:
    """This will give roles to a user; one that needs a scope and is told none gets the first that there is."""
    for role in roles:
        scope: dict[str, object] = {}
        if role == Role.KOMMUNALSJEF:
            scope["rammeomrade_id"] = rammeomrade if rammeomrade is not None else _first_rammeomrade()
        if role == Role.VIRKSOMHETSLEDER:
            scope["virksomhet_id"] = virksomhet or _first_virksomhet()
        RoleAssignment.objects.create(user=user, role=role, **scope)
    return user


def person(*roles: Role, name: str = "kari", rammeomrade: int | None = None, virksomhet: str | None = None) -> User:
    """This will make somebody with those roles."""
    return give(
        User.objects.create_user(name, password="hemmelig"), *roles, rammeomrade=rammeomrade, virksomhet=virksomhet
    )


def _first_rammeomrade() -> int:
    found = Rammeomrade.objects.order_by("number").first()
    return (found or Rammeomrade.objects.create(number=99, name="Prøveområde")).number


def _first_virksomhet() -> str:
    found = Virksomhet.objects.order_by("code").first()
    return (found or Virksomhet.objects.create(code="999", name="Prøveenhet")).code
