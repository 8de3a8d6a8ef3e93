"""What the council has asked for: its cases, its decisions without an amount (verbalvedtak) and their follow-up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from budget.models.amendments import Amendment
from roros.models import ImportRun, Rammeomrade
from roros.tracking import tracked, version_field


@tracked(exclude=("version",))
class CouncilCase(models.Model):
    """A case that a political body has dealt with. Each body numbers its cases from 1 every year."""

    body = models.CharField(_("organ"), max_length=100)
    year = models.PositiveSmallIntegerField(_("år"))
    number = models.PositiveIntegerField(_("løpenummer"))
    title = models.TextField(_("tittel"))
    decided_on = models.DateField(_("dato"), null=True, blank=True)
    version = version_field()

    class Meta:
        verbose_name = _("politisk sak")
        verbose_name_plural = _("politiske saker")
        constraints = (
            models.UniqueConstraint(
                fields=("body", "year", "number"),
                name="council_case_once",
                violation_error_message=_("Saken finnes fra før i dette organet."),
            ),
            models.CheckConstraint(
                condition=~Q(body="") & ~Q(title="") & Q(number__gt=0) & Q(year__range=(1990, 2100)),
                name="council_case_has_number_body_and_title",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.reference}"

    @property
    def reference(self) -> str:
        """The number as it is written: 13/21."""
        return f"{self.number}/{self.year % 100:02d}"


@tracked(exclude=("version",))
class Decision(models.Model):
    """A decision without an amount that the administration must follow up. Its status stands in DecisionStatus."""

    code = models.CharField(_("kode"), max_length=20, primary_key=True, db_collation="C", editable=False)
    year = models.PositiveSmallIntegerField(_("budsjettår"))
    number = models.PositiveIntegerField(_("nummer"))
    title = models.TextField(_("tittel"))
    text = models.TextField(_("sammendrag"), blank=True, default="", db_default="")
    case_number = models.CharField(_("saksreferanse"), max_length=40, blank=True, default="", db_default="")
    deadline = models.DateField(_("frist"), null=True, blank=True)
    deadline_text = models.TextField(_("frist i vedtaket"), blank=True, default="", db_default="")
    owner_role = models.CharField(_("oppdragseier"), max_length=100, blank=True, default="", db_default="")
    responsible_role = models.CharField(_("ansvarlig"), max_length=100, blank=True, default="", db_default="")
    rammeomrade = models.ForeignKey(
        Rammeomrade, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rammeområde")
    )
    project_code = models.CharField(
        _("prosjektkode"), max_length=20, blank=True, default="", db_default="", db_collation="C"
    )
    amendment = models.ForeignKey(
        Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("budsjettendring")
    )
    version = version_field()

    class Meta:
        verbose_name = _("vedtak")
        verbose_name_plural = _("vedtak")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "number"),
                name="decision_number_once",
                violation_error_message=_("Nummeret er brukt på et annet vedtak samme år."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & Q(number__gt=0) & Q(year__range=(1990, 2100)),
                name="decision_has_number_and_title",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def clean(self) -> None:
        """This will set the code, which is the year and the number."""
        if not self.code and self.year and self.number:
            self.code = f"{self.year}-{self.number}"


class StatusWord(models.TextChoices):
    """How a decision stands."""

    DONE = "ferdig", _("Ferdig")
    ON_PLAN = "iht-plan", _("Iht. plan")
    DELAYED = "forsinket", _("Forsinket")
    STARTED = "pabegynt", _("Påbegynt")
    NOT_STARTED = "ikke-startet", _("Ikke startet")
    NOT_ASSESSED = "ikke-vurdert", _("Ikke vurdert")
    DROPPED = "utgatt", _("Utgått")


class DecisionStatus(models.Model):
    """What was reported about a decision at a date. Append-only: a new report stands over the older ones.

    A row that an import brought goes away when that import is undone, and in no other way.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(_("status"), max_length=12, choices=StatusWord)
    as_of = models.DateField(_("gjelder fra"))
    text = models.TextField(_("beskrivelse"), blank=True, default="", db_default="")
    reason = models.TextField(_("begrunnelse"), blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(_("registrert"), db_default=Now())
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    import_run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("status for vedtak")
        verbose_name_plural = _("statuser for vedtak")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=StatusWord.values), name="decision_status_is_known"),
            models.CheckConstraint(
                condition=Q(import_run__isnull=False) | ~Q(reason=""), name="decision_status_has_reason"
            ),
        )
        indexes = (models.Index(fields=("decision", "as_of", "id"), name="decision_status_by_date"),)

    def __str__(self) -> str:
        return f"{self.decision_id} {self.as_of} {self.status}"


@tracked(exclude=("version",))
class FollowUp(models.Model):
    """A case in which a decision was followed up, with body and date."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="followups")
    place = models.PositiveSmallIntegerField(_("rekkefølge"), default=1)
    case_number = models.CharField(_("sak"), max_length=40)
    body = models.CharField(_("organ"), max_length=100, blank=True, default="", db_default="")
    decided_on = models.DateField(_("dato"), null=True, blank=True)
    version = version_field()

    class Meta:
        verbose_name = _("oppfølgingssak")
        verbose_name_plural = _("oppfølgingssaker")
        constraints = (
            models.UniqueConstraint(fields=("decision", "place"), name="followup_place_once"),
            models.CheckConstraint(condition=~Q(case_number="") & Q(place__gt=0), name="followup_has_case"),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.case_number}".strip()
