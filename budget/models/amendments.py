"""The council's decisions on the budget: its adoption in December and each amendment after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.models import ImportRun


class BudgetYear(models.Model):
    """A year's original budget. Once adopted, no import may change it (kommuneloven § 14-5)."""

    year = models.PositiveSmallIntegerField(_("år"), primary_key=True)
    adopted_on = models.DateField(_("vedtatt dato"))
    case_number = models.CharField(_("saksnummer"), max_length=40)
    body = models.CharField(_("organ"), max_length=100)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vedtatt budsjett")
        verbose_name_plural = _("vedtatte budsjett")
        constraints = (models.CheckConstraint(condition=~Q(case_number="") & ~Q(body=""), name="budget_year_has_case"),)

    def __str__(self) -> str:
        return str(self.year)


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Amendments, by what they count for."""

    def adopted(self) -> AmendmentQuerySet:
        """This will keep the amendments that move the revised budget."""
        return self.filter(status=Amendment.Status.ADOPTED)


class Amendment(models.Model):
    """A budget amendment. Its lines net to zero; once adopted it never changes: a correction is a new one.

    Withdrawn (angret) means that the import that brought it was undone; its lines no longer count.
    """

    class Status(models.TextChoices):
        PROPOSED = "forslag", _("Forslag")
        RECOMMENDED = "innstilt", _("Innstilt")
        ADOPTED = "vedtatt", _("Vedtatt")
        REJECTED = "avvist", _("Avvist")
        WITHDRAWN = "angret", _("Angret")

    number = models.CharField(_("endringsnummer"), max_length=20, db_collation="C")
    year = models.PositiveSmallIntegerField(_("år"))
    case_number = models.CharField(_("saksnummer"), max_length=40)
    body = models.CharField(_("organ"), max_length=100)
    decided_on = models.DateField(_("vedtaksdato"), null=True, blank=True)
    text = models.CharField(_("tekst"), max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    import_run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("budsjettendring")
        verbose_name_plural = _("budsjettendringer")
        constraints = (
            models.UniqueConstraint(fields=("number",), condition=~Q(status="angret"), name="amendment_number_once"),
            models.CheckConstraint(
                condition=~Q(status="vedtatt") | (~Q(case_number="") & ~Q(body="") & Q(decided_on__isnull=False)),
                name="adopted_amendment_has_case_body_and_date",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("forslag", "innstilt", "vedtatt", "avvist", "angret")),
                name="amendment_status_is_known",
            ),
        )
        indexes = (models.Index(fields=("year", "status"), name="amendment_by_year"),)

    def __str__(self) -> str:
        return self.number
