"""The table of users; handed them, it asks for nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roros.components import Status, StatusKind
from roros.exports import Kind
from roros.models import User
from roros.tables import DateColumn, FiguresTable, NameColumn, Phone, StatusColumn, TextColumn
from roros.user_queries import roles_in_words

OPEN = Status(gettext_lazy("Åpen"), StatusKind.ON_PLAN)
CLOSED = Status(gettext_lazy("Stengt"), StatusKind.MISSING)
TEMPORARY = Status(gettext_lazy("Midlertidig passord"), StatusKind.WARNING)


class LastSeenColumn(DateColumn):
    """When somebody signed in last, or that they never did."""

    kind = Kind.DATE

    def format(self, value: object, table: FiguresTable) -> str:
        """This will return the day, or say that there is none."""
        return super().format(value, table) if value else _("aldri")  # type: ignore[arg-type]


class UserTable(FiguresTable):
    """Users with what they may do."""

    empty = gettext_lazy("Ingen brukere i dette utvalget.")
    name = NameColumn(gettext_lazy("Navn"), href="href", export="navn")
    username = TextColumn(gettext_lazy("Brukernavn"), phone_label=gettext_lazy("Brukernavn"), export="brukernavn")
    roles = TextColumn(gettext_lazy("Roller"), export="roller")
    email = TextColumn(gettext_lazy("E-post"), phone_label=gettext_lazy("E-post"), export="epost")
    last_login = LastSeenColumn(
        gettext_lazy("Sist logget inn"),
        phone=Phone.LINE,
        phone_label=gettext_lazy("Sist logget inn"),
        export="sist_logget_inn",
    )
    state = StatusColumn(gettext_lazy("Konto"), export="konto")

    class Meta:
        orderable = False


def user_table(users: Iterable[User], *, caption: str) -> UserTable:
    """This will list the users, each with a link to the page where they are changed."""
    lines = [
        {
            "name": str(user),
            "href": reverse("user", args=[user.pk]),
            "username": user.username,
            "roles": "; ".join(roles_in_words(user)) or _("ingen"),
            "email": user.email,
            "last_login": user.last_login,
            "state": (TEMPORARY if user.temporary_password else OPEN) if user.is_active else CLOSED,
        }
        for user in users
    ]
    return UserTable(lines, caption=caption, unit="")
