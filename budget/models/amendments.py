"""The council's decisions on the budget: its adoption in December and each amendment after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from budget.models.chart import Art, Prosjekt, Tjeneste
from roros.models import Ansvar, ImportRun
from roros.tracking import tracked, version_field


@tracked()
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


@tracked(exclude=("version",))
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
    case_number = models.CharField(_("saksnummer"), max_length=40, blank=True)
    body = models.CharField(_("organ"), max_length=100, blank=True)
    decided_on = models.DateField(_("vedtaksdato"), null=True, blank=True)
    text = models.CharField(_("tekst"), max_length=500)
    background = models.TextField(_("saksframlegg"), blank=True, default="", db_default="")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    import_run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    created_at = models.DateTimeField(_("opprettet"), db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = version_field()

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


@tracked()
class AmendmentLine(models.Model):
    """One line of an amendment that is not decided: kroner added to a month of one account; negative takes.

    On adoption the lines are copied to the ledger; from then on, and after a rejection, they never change.
    """

    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="draft_lines")
    place = models.PositiveSmallIntegerField(_("linje"))
    ansvar = models.ForeignKey(Ansvar, on_delete=models.PROTECT, related_name="+", verbose_name=_("ansvar"))
    tjeneste = models.ForeignKey(Tjeneste, on_delete=models.PROTECT, related_name="+", verbose_name=_("tjeneste"))
    art = models.ForeignKey(Art, on_delete=models.PROTECT, related_name="+", verbose_name=_("art"))
    prosjekt = models.ForeignKey(
        Prosjekt, on_delete=models.PROTECT, related_name="+", default="", blank=True, verbose_name=_("prosjekt")
    )
    period = models.PositiveSmallIntegerField(_("periode"))
    amount = models.DecimalField(_("beløp"), max_digits=16, decimal_places=2)
    note = models.CharField(_("merknad"), max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("linje i budsjettendring")
        verbose_name_plural = _("linjer i budsjettendring")
        constraints = (
            models.UniqueConstraint(fields=("amendment", "place"), name="amendment_line_place_once"),
            models.CheckConstraint(condition=Q(period__range=(1, 13)), name="amendment_line_period_1_to_13"),
            models.CheckConstraint(condition=~Q(amount=0), name="amendment_line_moves_something"),
        )

    def __str__(self) -> str:
        return f"{self.amendment_id} {self.place}"

    @property
    def told_as(self) -> str:
        """This will return what the history calls the line: "linje 3"."""
        return _("linje %(place)s") % {"place": self.place}


class AmendmentStep(models.Model):
    """What happened to an amendment when: proposed, recommended, adopted or rejected, by which body in which case."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="steps")
    status = models.CharField(_("status"), max_length=10, choices=Amendment.Status)
    body = models.CharField(_("organ"), max_length=100, blank=True)
    case_number = models.CharField(_("saksnummer"), max_length=40, blank=True)
    decided_on = models.DateField(_("dato"), null=True, blank=True)
    comment = models.TextField(_("merknad"), blank=True)
    at = models.DateTimeField(_("registrert"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("steg for budsjettendring")
        verbose_name_plural = _("steg for budsjettendring")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("forslag", "innstilt", "vedtatt", "avvist")), name="amendment_step_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="forslag") | (~Q(body="") & ~Q(case_number="") & Q(decided_on__isnull=False)),
                name="amendment_step_says_who_decided",
            ),
        )

    def __str__(self) -> str:
        return f"{self.amendment_id} {self.status}"
