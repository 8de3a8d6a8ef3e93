"""The dated organisation: which ansvar belongs to which virksomhet and rammeområde in which years."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from roros.tracking import tracked

FIRST_YEAR, LAST_YEAR = 1990, 2100


@tracked()
class Rammeomrade(models.Model):
    """An area that the council appropriates to. `operational` is false for central income and finance."""

    number = models.PositiveSmallIntegerField(_("nummer"), primary_key=True)
    name = models.CharField(_("navn"), max_length=200)
    operational = models.BooleanField(_("driftsområde"), default=True)

    class Meta:
        verbose_name = _("rammeområde")
        verbose_name_plural = _("rammeområder")
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="rammeomrade_has_name"),)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Code(models.Model):
    """A code of the municipality's own chart: text, for leading zeros and letters occur."""

    code = models.CharField(_("kode"), max_length=20, primary_key=True, db_collation="C")
    name = models.CharField(_("navn"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@tracked()
class Virksomhet(Code):
    """A unit with a leader."""

    class Meta:
        verbose_name = _("virksomhet")
        verbose_name_plural = _("virksomheter")
        constraints = (models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="virksomhet_has_name"),)


@tracked()
class Ansvar(Code):
    """A cost centre (ansvar, koststed)."""

    class Meta:
        verbose_name = _("ansvar")
        verbose_name_plural = _("ansvar")
        constraints = (models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="ansvar_has_name"),)


class PlasseringQuerySet(models.QuerySet["Plassering"]):
    """Placements, by year."""

    def in_year(self, year: int) -> PlasseringQuerySet:
        """This will return the placements that are valid in that year: one per ansvar."""
        return self.filter(Q(to_year__isnull=True) | Q(to_year__gte=year), from_year__lte=year)


@tracked()
class Plassering(models.Model):
    """Where an ansvar belongs from one year through another; an open end is null."""

    ansvar = models.ForeignKey(Ansvar, on_delete=models.PROTECT, related_name="placements")
    virksomhet = models.ForeignKey(Virksomhet, on_delete=models.PROTECT, related_name="placements")
    rammeomrade = models.ForeignKey(Rammeomrade, on_delete=models.PROTECT, related_name="placements")
    from_year = models.PositiveSmallIntegerField(_("gyldig fra år"))
    to_year = models.PositiveSmallIntegerField(_("gyldig til år"), null=True, blank=True)

    objects = PlasseringQuerySet.as_manager()

    class Meta:
        verbose_name = _("plassering")
        verbose_name_plural = _("plasseringer")
        constraints = (
            models.UniqueConstraint(fields=("ansvar", "from_year"), name="plassering_once_per_from_year"),
            models.CheckConstraint(
                condition=Q(from_year__range=(FIRST_YEAR, LAST_YEAR))
                & (Q(to_year__isnull=True) | Q(to_year__gte=F("from_year"), to_year__lte=LAST_YEAR)),
                name="plassering_years_in_order",
            ),
            ExclusionConstraint(
                name="plassering_without_overlap",
                expressions=[
                    ("ansvar", RangeOperators.EQUAL),
                    (
                        Func(F("from_year"), F("to_year"), Value("[]"), function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.ansvar_id} → {self.virksomhet_id}, {self.rammeomrade_id} ({self.from_year}–{self.to_year or ''})"
