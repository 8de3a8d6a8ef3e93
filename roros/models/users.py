"""People who sign in, and what they may do where."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody does in the reporting cycle; the word is stored and shown."""

    ADMINISTRATOR = "administrator", _("Administrator")
    OKONOMI = "okonomi", _("Økonomi")
    POLITIKER = "politiker", _("Politiker")
    HR = "hr", _("HR")


class User(AbstractUser):
    """Somebody who signs in. `roles` says what they may do; see `roros.access`."""

    class Meta:
        verbose_name = _("bruker")
        verbose_name_plural = _("brukere")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class RoleAssignment(models.Model):
    """One role given to one user, for the whole municipality."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        verbose_name = _("rolle")
        verbose_name_plural = _("roller")
        constraints = (
            models.UniqueConstraint(fields=("user", "role"), name="role_once_per_user"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
