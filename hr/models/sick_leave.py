"""Sick leave as the payroll system counts it: days per unit and quarter. Percents are computed, never stored."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from roros.models import Rammeomrade
from roros.models.organisation import FIRST_YEAR, LAST_YEAR, Code
from roros.tracking import tracked, version_field

YEARS = (FIRST_YEAR, LAST_YEAR)
IN_RANGE = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]


def _days(label: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=12, decimal_places=2)  # type: ignore[arg-type]


@tracked()
class Enhet(Code):
    """A unit of the payroll system. Its code is that of a virksomhet or of an ansvar below one."""

    class Meta:
        verbose_name = _("enhet")
        verbose_name_plural = _("enheter")
        constraints = (models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="enhet_has_name"),)


@tracked(exclude=("version",))
class SickLeave(models.Model):
    """Agreed days of work and days of sick leave of one unit in one quarter.

    The rammeområde is the one that the unit reports under, which may differ from where the accounts have it.
    """

    class Quarter(models.IntegerChoices):
        """The quarters of a year; the label is what workbooks say."""

        FIRST = 1, _("1. kvartal")
        SECOND = 2, _("2. kvartal")
        THIRD = 3, _("3. kvartal")
        FOURTH = 4, _("4. kvartal")

    year = models.PositiveSmallIntegerField(_("år"), validators=IN_RANGE)
    quarter = models.PositiveSmallIntegerField(_("kvartal"), choices=Quarter)
    enhet = models.ForeignKey(Enhet, on_delete=models.PROTECT, related_name="sick_leave", verbose_name=_("enhet"))
    rammeomrade = models.ForeignKey(
        Rammeomrade, on_delete=models.PROTECT, related_name="+", verbose_name=_("rammeområde")
    )
    agreed_days = _days(_("avtalte dagsverk"))
    short_days = _days(_("sykefravær korttid (1–16 dager)"))
    long_days = _days(_("sykefravær langtid (17 dager og mer)"))
    employees = models.PositiveIntegerField(_("ansatte"))
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("sykefravær i et kvartal")
        verbose_name_plural = _("sykefravær")
        constraints = (
            models.UniqueConstraint(
                fields=("enhet", "year", "quarter"),
                name="sick_leave_once_per_quarter",
                violation_error_message=_("Enheten har allerede tall for dette kvartalet."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=YEARS) & Q(quarter__range=(1, 4)), name="sick_leave_quarter_in_range"
            ),
            models.CheckConstraint(
                condition=Q(agreed_days__gte=0, short_days__gte=0, long_days__gte=0),
                name="sick_leave_not_negative",
                violation_error_message=_("Dagsverk kan ikke være negative."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_days__gte=F("short_days") + F("long_days")),
                name="sick_leave_within_agreed",
                violation_error_message=_("Fraværet kan ikke være større enn avtalte dagsverk."),
            ),
        )
        indexes = (models.Index(fields=("year", "quarter"), name="sick_leave_by_quarter"),)

    def __str__(self) -> str:
        return f"{self.enhet_id} {self.quarter}/{self.year}"


@tracked(exclude=("version",))
class SickLeaveTarget(models.Model):
    """The highest sick leave that was aimed for in a year, in a rammeområde or (area 0) in the whole municipality."""

    WHOLE = 0

    year = models.PositiveSmallIntegerField(_("år"), validators=IN_RANGE)
    area = models.PositiveSmallIntegerField(_("rammeområde"), default=WHOLE)
    percent = models.DecimalField(_("mål i prosent"), max_digits=5, decimal_places=2)
    decision = models.TextField(_("vedtatt eller satt i"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("mål for sykefraværet")
        verbose_name_plural = _("mål for sykefraværet")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "area"),
                name="sick_leave_target_once",
                violation_error_message=_("Det er satt et mål for dette året fra før."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=YEARS) & Q(percent__range=(0, 100)),
                name="sick_leave_target_in_range",
                violation_error_message=_("Målet må være fra 0 til 100 prosent."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.area or ''} {self.year}".strip()


@tracked()
class ControlPercent(models.Model):
    """A year's percents as another report prints them: compared with what the days give, and never shown as figures."""

    year = models.PositiveSmallIntegerField(_("år"))
    rammeomrade = models.ForeignKey(
        Rammeomrade, on_delete=models.PROTECT, related_name="+", verbose_name=_("rammeområde")
    )
    short = models.DecimalField(_("korttid i prosent"), max_digits=5, decimal_places=2)
    long = models.DecimalField(_("langtid i prosent"), max_digits=5, decimal_places=2)
    total = models.DecimalField(_("samlet i prosent"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("kontrolltall")
        verbose_name_plural = _("kontrolltall")
        constraints = (
            models.UniqueConstraint(fields=("year", "rammeomrade"), name="control_percent_once"),
            models.CheckConstraint(
                condition=Q(year__range=YEARS, short__gte=0, long__gte=0, total__range=(0, 100)),
                name="control_percent_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rammeomrade_id} {self.year}"


class Cover(models.Model):
    """A unit or rammeområde that was hidden in a year, for being small or so that a small one cannot be computed.

    It is kept, so that a later correction never hides another in its place: two files that each show what the other
    one hides would give the small group away. Codes without foreign keys: the choice outlives the rows.
    """

    class Level(models.TextChoices):
        """What is hidden."""

        ENHET = "enhet", _("Enhet")
        RAMMEOMRADE = "rammeomrade", _("Rammeområde")

    year = models.PositiveSmallIntegerField(_("år"))
    level = models.CharField(_("nivå"), max_length=12, choices=Level, db_collation="C")
    code = models.CharField(_("kode"), max_length=20, db_collation="C")

    class Meta:
        verbose_name = _("skjult av hensyn til andre")
        verbose_name_plural = _("skjult av hensyn til andre")
        constraints = (
            models.UniqueConstraint(fields=("year", "level", "code"), name="cover_once"),
            models.CheckConstraint(condition=Q(level__in=("enhet", "rammeomrade")), name="cover_level_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.level} {self.code}"
