"""People who sign in, and what they may do where."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.models.organisation import Rammeomrade, Virksomhet
from roros.tracking import tracked


class Role(models.TextChoices):
    """What somebody does in the reporting cycle; the word is stored and shown. A visitor without account has none."""

    ADMINISTRATOR = "administrator", _("Administrator")
    OKONOMI = "okonomi", _("Økonomi")
    KOMMUNEDIREKTOR = "kommunedirektor", _("Kommunedirektør")
    KOMMUNALSJEF = "kommunalsjef", _("Kommunalsjef")
    VIRKSOMHETSLEDER = "virksomhetsleder", _("Virksomhetsleder")
    HR = "hr", _("HR")
    POLITIKER = "politiker", _("Politiker")
    REVISOR = "revisor", _("Revisor")


@tracked(exclude=("password", "last_login"))
class User(AbstractUser):
    """Somebody who signs in. `roles` says what they may do; see `roros.access`.

    The password itself is in no history; when one was set, and whether by an administrator, is.
    """

    password_set_at = models.DateTimeField(_("passord satt"), null=True, blank=True, editable=False)
    temporary_password = models.BooleanField(_("midlertidig passord"), default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("bruker")
        verbose_name_plural = _("brukere")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


@tracked()
class RoleAssignment(models.Model):
    """One role given to one user: a kommunalsjef for a rammeområde, a leader for a virksomhet, others for everything.

    Somebody who leads two virksomheter has the role twice.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles", verbose_name=_("bruker"))
    role = models.CharField(_("rolle"), max_length=20, choices=Role)
    rammeomrade = models.ForeignKey(
        Rammeomrade, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rammeområde")
    )
    virksomhet = models.ForeignKey(
        Virksomhet, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("virksomhet")
    )

    class Meta:
        verbose_name = _("rolle")
        verbose_name_plural = _("roller")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "rammeomrade", "virksomhet"), name="role_once_per_user", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(role="kommunalsjef", rammeomrade__isnull=False, virksomhet__isnull=True)
                | Q(role="virksomhetsleder", rammeomrade__isnull=True, virksomhet__isnull=False)
                | (
                    ~Q(role__in=("kommunalsjef", "virksomhetsleder"))
                    & Q(rammeomrade__isnull=True, virksomhet__isnull=True)
                ),
                name="role_has_its_scope",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.told_as}"

    @property
    def told_as(self) -> str:
        """This will tell the role from others of its user."""
        where = self.rammeomrade_id if self.rammeomrade_id is not None else self.virksomhet_id or ""
        return f"{self.get_role_display()} {where}".strip()
