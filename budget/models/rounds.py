"""The reporting cycle: rounds, what each virksomhet must do in one, and every step it took."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from roros.models import Rammeomrade, Virksomhet
from roros.tracking import tracked, version_field


@tracked(exclude=("version",))
class Round(models.Model):
    """One reporting of the figures through a period (kommuneloven § 14-5): opened by økonomi, signed, published.

    A unit whose deviation passes both limits must explain itself. What was signed never changes: see SignedReport.
    """

    class Kind(models.TextChoices):
        FIRST_TERTIAL = "tertial-1", _("1. tertial")
        SECOND_TERTIAL = "tertial-2", _("2. tertial")
        ANNUAL = "arsrapport", _("Årsrapport")
        MONTH = "maned", _("Månedsrapport")

    class State(models.TextChoices):
        OPEN = "apen", _("Åpen")
        SIGNED = "signert", _("Signert")
        PUBLISHED = "publisert", _("Publisert")

    year = models.PositiveSmallIntegerField(_("år"))
    kind = models.CharField(_("rapport"), max_length=10, choices=Kind)
    period = models.PositiveSmallIntegerField(_("til og med periode"))
    state = models.CharField(_("tilstand"), max_length=10, choices=State, default=State.OPEN)
    limit_amount = models.DecimalField(_("grense i kroner"), max_digits=16, decimal_places=2)
    limit_percent = models.DecimalField(_("grense i prosent"), max_digits=5, decimal_places=1)
    leader_deadline = models.DateField(_("frist for virksomhetsleder"))
    chief_deadline = models.DateField(_("frist for kommunalsjef"))
    economy_deadline = models.DateField(_("frist for økonomi"))
    director_deadline = models.DateField(_("frist for kommunedirektør"))
    opened_at = models.DateTimeField(_("åpnet"), db_default=Now())
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signert"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("publisert"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = version_field()

    class Meta:
        verbose_name = _("rapporteringsrunde")
        verbose_name_plural = _("rapporteringsrunder")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "kind", "period"),
                name="round_once",
                violation_error_message=_("Runden er åpnet fra før."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=("tertial-1", "tertial-2", "arsrapport", "maned"),
                    state__in=("apen", "signert", "publisert"),
                    period__range=(1, 13),
                    year__range=(1990, 2100),
                ),
                name="round_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="tertial-1") | Q(period=4), name="round_first_tertial_is_through_april"
            ),
            models.CheckConstraint(
                condition=~Q(kind="tertial-2") | Q(period=8), name="round_second_tertial_is_through_august"
            ),
            models.CheckConstraint(
                condition=~Q(kind="arsrapport") | Q(period=13), name="round_annual_report_is_the_year"
            ),
            models.CheckConstraint(
                condition=Q(limit_amount__gte=0, limit_percent__gte=0), name="round_limits_are_positive"
            ),
            models.CheckConstraint(
                condition=Q(
                    leader_deadline__lte=F("chief_deadline"),
                    chief_deadline__lte=F("economy_deadline"),
                    economy_deadline__lte=F("director_deadline"),
                ),
                name="round_deadlines_in_order",
                violation_error_message=_(
                    "Fristene må komme i rekkefølge: virksomhetsleder, kommunalsjef, økonomi, kommunedirektør."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="apen", signed_at__isnull=True, published_at__isnull=True)
                | Q(state="signert", signed_at__isnull=False, published_at__isnull=True)
                | Q(state="publisert", signed_at__isnull=False, published_at__isnull=False),
                name="round_state_has_its_moment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


@tracked(exclude=("version",))
class RoundTask(models.Model):
    """What one virksomhet must deliver in a round: explanations of what is over the limit, and a forecast."""

    class State(models.TextChoices):
        DRAFT = "kladd", _("Kladd")
        DELIVERED = "levert", _("Levert")
        RETURNED = "returnert", _("Returnert")
        APPROVED = "godkjent", _("Godkjent")
        ASSURED = "kvalitetssikret", _("Kvalitetssikret")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tasks")
    virksomhet = models.ForeignKey(Virksomhet, on_delete=models.PROTECT, related_name="+")
    # Where the virksomhet belonged when the round was opened: its kommunalsjef approves.
    rammeomrade = models.ForeignKey(Rammeomrade, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("tilstand"), max_length=15, choices=State, default=State.DRAFT)
    version = version_field()

    class Meta:
        verbose_name = _("rapporteringsoppgave")
        verbose_name_plural = _("rapporteringsoppgaver")
        constraints = (
            models.UniqueConstraint(fields=("round", "virksomhet"), name="round_task_once"),
            models.CheckConstraint(
                condition=Q(state__in=("kladd", "levert", "returnert", "godkjent", "kvalitetssikret")),
                name="round_task_state_is_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id} {self.virksomhet_id}: {self.get_state_display()}"


class TaskStep(models.Model):
    """One step of a task: who moved it to which state when, with a comment; a return says why."""

    task = models.ForeignKey(RoundTask, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(_("tilstand"), max_length=15, choices=RoundTask.State)
    comment = models.TextField(_("kommentar"), blank=True)
    at = models.DateTimeField(_("tidspunkt"), db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("steg")
        verbose_name_plural = _("steg")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("kladd", "levert", "returnert", "godkjent", "kvalitetssikret")),
                name="task_step_state_is_known",
            ),
            models.CheckConstraint(condition=~Q(state="returnert") | ~Q(comment=""), name="task_step_return_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.task_id} {self.state}"


class Reminder(models.Model):
    """An e-mail that was sent about a round, so that nobody is reminded twice on one day."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("emne"), max_length=200)
    sent_at = models.DateTimeField(_("sendt"), db_default=Now())
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("påminnelse")
        verbose_name_plural = _("påminnelser")

    def __str__(self) -> str:
        return f"{self.round_id} {self.user_id}"
