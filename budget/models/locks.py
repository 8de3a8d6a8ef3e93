"""Which periods are closed for import and entry, who may write in them nevertheless, and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from roros.tracking import tracked


class PeriodEvent(models.Model):
    """A period was closed or reopened. Rows are only added; the newest one of a period says what holds."""

    year = models.PositiveSmallIntegerField(_("år"))
    period = models.PositiveSmallIntegerField(_("periode"))
    closed = models.BooleanField(_("lukket"))
    reason = models.TextField(_("begrunnelse"), blank=True)
    at = models.DateTimeField(_("tidspunkt"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("periodelåsing")
        verbose_name_plural = _("periodelåsinger")
        constraints = (
            models.CheckConstraint(
                condition=Q(period__range=(1, 13), year__range=(1990, 2100)), name="period_event_period_1_to_13"
            ),
            models.CheckConstraint(condition=Q(closed=True) | ~Q(reason=""), name="period_event_reopening_says_why"),
        )
        indexes = (models.Index(fields=("year", "period", "-id"), name="period_event_newest"),)

    def __str__(self) -> str:
        return f"{self.year}-{self.period:02} {'lukket' if self.closed else 'åpnet'}"


@tracked()
class PeriodException(models.Model):
    """One person may import and enter in a closed period, through a day, for a reason."""

    year = models.PositiveSmallIntegerField(_("år"))
    period = models.PositiveSmallIntegerField(_("periode"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(_("til og med"))
    reason = models.TextField(_("begrunnelse"))
    granted_at = models.DateTimeField(_("gitt"), db_default=Now())
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("unntak fra periodelås")
        verbose_name_plural = _("unntak fra periodelås")
        constraints = (
            models.CheckConstraint(
                condition=Q(period__range=(1, 13), year__range=(1990, 2100)) & ~Q(reason=""),
                name="period_exception_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}-{self.period:02} {self.user_id}"
