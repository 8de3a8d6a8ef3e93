"""Give somebody access from the command line: `manage.py set_user kari okonomi --name "Kari"`."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from roros.actions import ActionRefused, Grant, set_user
from roros.models import Rammeomrade, Role, Virksomhet
from roros.user_queries import roles_in_words


def grant(text: str) -> Grant:
    """This will read a role and its scope: `okonomi`, `kommunalsjef:6` (rammeområde) or `virksomhetsleder:650`."""
    role, _colon, scope = text.partition(":")
    scoped = {Role.KOMMUNALSJEF: "et rammeområde", Role.VIRKSOMHETSLEDER: "en virksomhet"}
    if role not in Role.values:
        raise ArgumentTypeError(f"«{role}» er ikke en rolle. Velg blant {', '.join(Role.values)}.")
    if bool(scope) != (role in scoped):
        hint = f"{role}:<kode>" if role in scoped else role
        raise ArgumentTypeError(f"Rollen {role} gjelder {scoped.get(Role(role), 'hele kommunen')}: skriv {hint}.")
    if role == Role.KOMMUNALSJEF:
        if not Rammeomrade.objects.filter(number=int(scope) if scope.isdecimal() else -1).exists():
            raise ArgumentTypeError(f"Rammeområde {scope} finnes ikke.")
        return Grant(role, rammeomrade=int(scope))
    if scope and not Virksomhet.objects.filter(code=scope).exists():
        raise ArgumentTypeError(f"Virksomhet {scope} finnes ikke.")
    return Grant(role, virksomhet=scope or None)


class Command(BaseCommand):
    """Creates a user or changes the roles of one; the first administrator of an installation comes this way."""

    help = "Oppretter en bruker, eller endrer rollene til en som finnes."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare the user, the roles and where the password comes from."""
        parser.add_argument("username")
        parser.add_argument("roles", nargs="*", type=grant, default=[], metavar="rolle")
        parser.add_argument("--name", default="", help="navnet som vises")
        parser.add_argument("--keep-password", action="store_true", help="endre bare navn og roller")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will ask for the password, or read its line from standard input when nobody sits there."""
        password = None if options["keep_password"] else self._password()
        try:
            user = set_user(
                username=options["username"], name=options["name"], roles=options["roles"], password=password
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ActionRefused as refused:
            raise CommandError(str(refused)) from refused
        roles = ", ".join(roles_in_words(user)) or "ingen roller"
        self.stdout.write(f"{user.username}: {roles}")

    def _password(self) -> str:
        return getpass.getpass("Passord: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
