"""What each unit was expected to end the year at, as said in each round. Never overwritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from budget.models.rounds import Round
from roros.models import Ansvar, Virksomhet


class Forecast(models.Model):
    """Expected net result for the year (kroner, expense positive) of a virksomhet, or of one of its ansvar.

    Rows are only added; the newest one of a round and unit counts. `proposed` is what the system suggested by
    `method`; another amount needs a reason.
    """

    class Method(models.TextChoices):
        REMAINING_BUDGET = "rest-budsjett", _("Regnskap hittil og resten av budsjettet")
        SEASON = "sesong", _("Fjorårets sesongprofil")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="forecasts")
    virksomhet = models.ForeignKey(Virksomhet, on_delete=models.PROTECT, related_name="+")
    ansvar = models.ForeignKey(Ansvar, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    method = models.CharField(_("metode"), max_length=13, choices=Method)
    proposed = models.DecimalField(_("foreslått"), max_digits=16, decimal_places=2)
    amount = models.DecimalField(_("prognose"), max_digits=16, decimal_places=2)
    reason = models.TextField(_("begrunnelse"), blank=True)
    made_at = models.DateTimeField(_("registrert"), db_default=Now())
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("prognose")
        verbose_name_plural = _("prognoser")
        constraints = (
            models.CheckConstraint(condition=Q(method__in=("rest-budsjett", "sesong")), name="budget_forecast_method"),
            models.CheckConstraint(
                condition=Q(amount=F("proposed")) | ~Q(reason=""), name="budget_forecast_adjusted_has_reason"
            ),
        )
        indexes = (models.Index(fields=("round", "virksomhet", "ansvar", "-id"), name="forecast_newest"),)

    def __str__(self) -> str:
        return f"{self.round_id} {self.virksomhet_id} {self.ansvar_id or ''}: {self.amount}"
