"""Investment projects: what was decided, what was spent, who pays, what is expected and what was reported."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roros.models import ImportRun, Rammeomrade
from roros.models.organisation import FIRST_YEAR, LAST_YEAR
from roros.tracking import tracked

YEARS = (FIRST_YEAR, LAST_YEAR)


class StatusWord(models.TextChoices):
    """What a report says about a project; the label is the word that is printed."""

    ON_PLAN = "on_plan", _("Iht. plan")
    DELAYED = "delayed", _("Forsinket")
    DONE = "done", _("Ferdig")
    NOT_ASSESSED = "not_assessed", _("Ikke vurdert")
    NOT_STARTED = "not_started", _("Ikke startet")
    ON_HOLD = "on_hold", _("På vent")


class Area(models.TextChoices):
    """What a status is about."""

    OVERALL = "overall", _("Samlet")
    PROGRESS = "progress", _("Framdrift")
    ECONOMY = "economy", _("Økonomi")
    QUALITY = "quality", _("Kvalitet")


class ReportingPeriod(models.IntegerChoices):
    """When projects are reported; the number is the accounting period that the report closes."""

    TERTIAL_1 = 4, _("1. tertial")
    TERTIAL_2 = 8, _("2. tertial")
    YEAR = 13, _("Året")


class FinancingKind(models.TextChoices):
    """Where the money comes from."""

    LOAN = "loan", _("Lån")
    GRANT = "grant", _("Tilskudd")
    VAT = "vat", _("Momskompensasjon")
    FUND = "fund", _("Fond")
    OTHER = "other", _("Annet")


class GrantStatus(models.TextChoices):
    """How far a grant has come."""

    APPLIED = "applied", _("Søkt")
    GRANTED = "granted", _("Innvilget")
    PAID = "paid", _("Utbetalt")


def _amount(label: object, **options: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=16, decimal_places=2, **options)  # type: ignore[arg-type]


@tracked()
class Project(models.Model):
    """An investment project. Figures stand per year in `ProjectYear`."""

    code = models.CharField(_("prosjektnummer"), max_length=20, primary_key=True, db_collation="C")
    name = models.CharField(_("navn"), max_length=200)
    short_name = models.CharField(_("kortnavn"), max_length=60, blank=True, default="", db_default="")
    rammeomrade = models.ForeignKey(
        Rammeomrade, on_delete=models.PROTECT, related_name="+", verbose_name=_("rammeområde")
    )
    responsible = models.CharField(_("ansvarlig rolle"), max_length=120, blank=True, default="", db_default="")
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("prosjekt")
        verbose_name_plural = _("prosjekter")
        constraints = (models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="project_has_name"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def called(self) -> str:
        """The name that sentences use."""
        return self.short_name or self.name


@tracked()
class ProjectYear(models.Model):
    """A project's figures in one year, as the accounts state them at its end or so far."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="years", verbose_name=_("prosjekt"))
    year = models.PositiveSmallIntegerField(_("år"))
    approved_total = _amount(_("vedtatt totalt"))
    accrued_total = _amount(_("påløpt totalt"))
    revised_budget = _amount(_("revidert budsjett"))
    actual = _amount(_("regnskap"))
    is_other = models.BooleanField(_("øvrig prosjekt"), default=False, db_default=False)

    class Meta:
        verbose_name = _("årstall")
        verbose_name_plural = _("årstall")
        constraints = (
            models.UniqueConstraint(fields=("project", "year"), name="project_year_once"),
            models.CheckConstraint(condition=Q(year__range=YEARS), name="project_year_in_range"),
            models.CheckConstraint(
                condition=Q(approved_total__gte=0, revised_budget__gte=0, accrued_total__gte=0),
                name="project_year_not_negative",
            ),
        )
        indexes = (models.Index(fields=("year",), name="project_year_by_year"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}"

    @property
    def told_as(self) -> str:
        """What the project's history calls the row."""
        return str(self.year)


@tracked()
class Approval(models.Model):
    """A decision that sets the total frame of a project; `total` is the frame after the decision."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="approvals", verbose_name=_("prosjekt"))
    case_number = models.CharField(_("saksnummer"), max_length=20)
    body = models.CharField(_("organ"), max_length=100)
    decided_on = models.DateField(_("vedtaksdato"))
    total = _amount(_("ny ramme"))
    text = models.TextField(_("vedtak"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("vedtak om rammen")
        verbose_name_plural = _("vedtak om rammen")
        ordering = ("decided_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("project", "case_number"), name="approval_once_per_case"),
            models.CheckConstraint(condition=Q(total__gte=0), name="approval_not_negative"),
            models.CheckConstraint(condition=~Q(case_number="") & ~Q(body=""), name="approval_has_case"),
            models.CheckConstraint(condition=Q(decided_on__year__range=YEARS), name="approval_date_in_range"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.case_number}"

    @property
    def told_as(self) -> str:
        """What the project's history calls the row."""
        return _("sak %(case)s") % {"case": self.case_number}


@tracked()
class Financing(models.Model):
    """One source of money for a project. Only a grant has a status."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="financing", verbose_name=_("prosjekt"))
    kind = models.CharField(_("slag"), max_length=10, choices=FinancingKind, db_collation="C")
    source = models.CharField(_("kilde"), max_length=120)
    amount = _amount(_("beløp"))
    status = models.CharField(
        _("status"), max_length=10, choices=GrantStatus, blank=True, default="", db_default="", db_collation="C"
    )
    status_on = models.DateField(_("statusdato"), null=True, blank=True)
    case_number = models.CharField(_("saksnummer"), max_length=20, blank=True, default="", db_default="")
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("finansiering")
        verbose_name_plural = _("finansiering")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("project", "kind", "source"), name="financing_once_per_source"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="financing_not_negative"),
            models.CheckConstraint(condition=Q(kind__in=FinancingKind.values), name="financing_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="grant", status__in=GrantStatus.values) | (~Q(kind="grant") & Q(status="")),
                name="financing_status_iff_grant",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="financing_has_source"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.source}"

    @property
    def told_as(self) -> str:
        """What the project's history calls the row."""
        return str(self)

    @property
    def is_outstanding(self) -> bool:
        """Whether this is a grant that is promised and not yet paid."""
        return self.kind == FinancingKind.GRANT and self.status == GrantStatus.GRANTED


@tracked()
class Forecast(models.Model):
    """What the project is expected to cost in the end, and when it will be finished, as seen on one day."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="forecasts", verbose_name=_("prosjekt"))
    made_on = models.DateField(_("prognosedato"))
    final_cost = _amount(_("forventet sluttkostnad"))
    completion = models.DateField(_("forventet ferdig"), null=True, blank=True)
    text = models.TextField(_("begrunnelse"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("prognose")
        verbose_name_plural = _("prognoser")
        ordering = ("made_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("project", "made_on"), name="forecast_once_per_day"),
            models.CheckConstraint(condition=Q(final_cost__gte=0), name="forecast_not_negative"),
            models.CheckConstraint(
                condition=Q(made_on__year__range=YEARS)
                & (Q(completion__isnull=True) | Q(completion__year__range=YEARS)),
                name="forecast_dates_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.made_on}"

    @property
    def told_as(self) -> str:
        """What the project's history calls the row."""
        return f"{self.made_on:%d.%m.%Y}"


class StatusReport(models.Model):
    """What was reported about a project for a period. A correction is a new report; none is ever changed.

    Only the undoing of an import removes reports: those that it read in.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports", verbose_name=_("prosjekt"))
    year = models.PositiveSmallIntegerField(_("år"))
    period = models.PositiveSmallIntegerField(_("periode"), choices=ReportingPeriod)
    area = models.CharField(_("gjelder"), max_length=10, choices=Area, default=Area.OVERALL, db_collation="C")
    status = models.CharField(_("status"), max_length=20, choices=StatusWord, blank=True, db_collation="C")
    text = models.TextField(_("statustekst"), blank=True)
    reason = models.TextField(_("grunn til endringen"), blank=True)
    reported_on = models.DateField(_("meldt dato"))
    recorded_at = models.DateTimeField(_("registrert"), default=timezone.now, db_default=Now())
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    import_run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("statusrapport")
        verbose_name_plural = _("statusrapporter")
        ordering = ("year", "period", "reported_on", "id")
        constraints = (
            models.CheckConstraint(condition=Q(year__range=YEARS), name="status_report_year_in_range"),
            models.CheckConstraint(
                condition=Q(period__in=ReportingPeriod.values), name="status_report_period_is_known"
            ),
            models.CheckConstraint(condition=Q(area__in=Area.values), name="status_report_area_is_known"),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=StatusWord.values), name="status_report_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(reported_on__year__gte=F("year")) & Q(reported_on__year__lte=LAST_YEAR),
                name="status_report_date_in_range",
            ),
        )
        indexes = (models.Index(fields=("year", "project", "area"), name="status_report_by_year"),)
        triggers = (
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="never_removed", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__import_run__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.get_period_display()} {self.year}"
