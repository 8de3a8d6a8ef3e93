"""Financial indicators (måltall, handlingsregler): what they are, what the council decided, and the values per year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.tracking import tracked, version_field


@tracked(exclude=("version",))
class Indicator(models.Model):
    """An indicator. Its name identifies it in workbooks; the code is that name made fit for addresses."""

    class Formula(models.TextChoices):
        """How the ledger gives the value, where it suffices."""

        NONE = "", _("Oppgis, regnes ikke ut")
        NET_RESULT = "netto-driftsresultat", _("Netto driftsresultat i prosent av brutto driftsinntekter")
        TO_FUND = "avsatt-disposisjonsfond", _("Avsatt til disposisjonsfond (KOSTRA-art 540)")

    code = models.CharField(_("kode"), max_length=120, primary_key=True, db_collation="C", editable=False)
    name = models.CharField(_("indikator"), max_length=200, unique=True)
    unit = models.CharField(_("enhet"), max_length=20)
    formula = models.CharField(_("formel"), max_length=30, choices=Formula, blank=True, default="", db_default="")
    description = models.TextField(_("forklaring"), blank=True, default="", db_default="")
    place = models.PositiveSmallIntegerField(_("rekkefølge"), default=0, db_default=0)
    version = version_field()

    class Meta:
        verbose_name = _("måltall")
        verbose_name_plural = _("måltall")
        constraints = (
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(unit=""), name="indicator_has_name_and_unit"
            ),
            models.CheckConstraint(
                condition=Q(formula__in=("", "netto-driftsresultat", "avsatt-disposisjonsfond")),
                name="indicator_formula_is_known",
            ),
        )

    def __str__(self) -> str:
        return self.name


@tracked(exclude=("version",))
class IndicatorTarget(models.Model):
    """What the council has decided that the indicator shall be at least or at most in a year."""

    class Direction(models.TextChoices):
        """Which side of the target is met."""

        AT_LEAST = "min", _("minst")
        AT_MOST = "maks", _("høyst")

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField(_("år"))
    direction = models.CharField(_("retning"), max_length=4, choices=Direction)
    value = models.DecimalField(_("mål"), max_digits=18, decimal_places=6)
    decision = models.TextField(_("vedtatt i"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("mål")
        verbose_name_plural = _("mål")
        constraints = (
            models.UniqueConstraint(fields=("indicator", "year"), name="indicator_target_once_a_year"),
            models.CheckConstraint(condition=Q(direction__in=("min", "maks")), name="indicator_target_has_direction"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2100)), name="indicator_target_year"),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}: {self.direction} {self.value}"


@tracked(exclude=("version",))
class IndicatorValue(models.Model):
    """The value that was reported for a municipality, or a group of them, in a year."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="values")
    municipality = models.CharField(_("kommune"), max_length=100)
    year = models.PositiveSmallIntegerField(_("år"))
    value = models.DecimalField(_("verdi"), max_digits=18, decimal_places=6)
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")
    place = models.PositiveSmallIntegerField(_("rekkefølge"), default=0, db_default=0)
    version = version_field()

    class Meta:
        verbose_name = _("verdi")
        verbose_name_plural = _("verdier")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "municipality", "year"),
                name="indicator_value_once",
                violation_error_message=_("Kommunen har allerede en verdi for dette året."),
            ),
            models.CheckConstraint(
                condition=~Q(municipality="") & Q(year__range=(1990, 2100)), name="indicator_value_has_owner_and_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.municipality} {self.year}"
