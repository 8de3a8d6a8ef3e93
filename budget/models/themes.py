"""Themes that cut across the organisation, such as Korona or Strøm: a named filter over the ledger, with its grants."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.tracking import tracked, version_field


@tracked(exclude=("version",))
class Theme(models.Model):
    """A theme. A ledger line belongs to it when its project and its art are among the theme's codes.

    A theme with codes of one kind only asks nothing of the other; a theme without codes holds no line.
    """

    code = models.SlugField(_("kode"), max_length=60, primary_key=True, db_collation="C")
    name = models.CharField(_("navn"), max_length=100, unique=True)
    description = models.TextField(_("beskrivelse"), blank=True, default="", db_default="")
    version = version_field()

    class Meta:
        verbose_name = _("tema")
        verbose_name_plural = _("temaer")
        constraints = (models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="theme_has_name"),)

    def __str__(self) -> str:
        return self.name


@tracked()
class ThemeCode(models.Model):
    """One code of a theme's filter."""

    class Dimension(models.TextChoices):
        """Which of a ledger line's codes is looked at."""

        PROJECT = "prosjekt", _("Prosjekt")
        ART = "art", _("Art")

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="codes")
    dimension = models.CharField(_("slag"), max_length=10, choices=Dimension)
    code = models.CharField(_("kode"), max_length=20, db_collation="C")

    class Meta:
        verbose_name = _("temakode")
        verbose_name_plural = _("temakoder")
        constraints = (
            models.UniqueConstraint(fields=("theme", "dimension", "code"), name="theme_code_once"),
            models.CheckConstraint(
                condition=Q(dimension__in=("prosjekt", "art")) & ~Q(code=""), name="theme_code_has_dimension"
            ),
        )

    def __str__(self) -> str:
        return f"{self.theme_id} {self.dimension} {self.code}"


@tracked(exclude=("version",))
class Grant(models.Model):
    """Money that the state gave because of the theme, as the report lists it; kroner, as a positive amount."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="grants")
    year = models.PositiveSmallIntegerField(_("år"))
    group = models.CharField(_("gruppe"), max_length=200, db_column="grant_group")
    name = models.CharField(_("tilskudd"), max_length=200)
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")
    department = models.CharField(_("departement"), max_length=100, blank=True, default="", db_default="")
    amount = models.DecimalField(_("beløp i kroner"), max_digits=16, decimal_places=2)
    place = models.PositiveSmallIntegerField(_("rekkefølge"), default=0, db_default=0)
    version = version_field()

    class Meta:
        verbose_name = _("tilskudd")
        verbose_name_plural = _("tilskudd")
        constraints = (
            models.UniqueConstraint(
                fields=("theme", "year", "group", "name"),
                name="grant_once",
                violation_error_message=_("Tilskuddet finnes fra før i denne gruppen."),
            ),
            models.CheckConstraint(
                condition=~Q(group="") & ~Q(name="") & Q(year__range=(1990, 2100)), name="grant_has_name_and_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.year}"


@tracked(exclude=("version",))
class PrintedCost(models.Model):
    """A theme's costs as a printed report states them, kept as printed so that they can be held against the ledger."""

    TOTAL = "sum"

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="printed_costs")
    year = models.PositiveSmallIntegerField(_("år"))
    line = models.CharField(_("rammeområde"), max_length=10, db_collation="C")  # a number, or "sum"
    name = models.CharField(_("navn"), max_length=200)
    amount = models.DecimalField(_("beløp i kroner"), max_digits=16, decimal_places=2)
    version = version_field()

    class Meta:
        verbose_name = _("trykt kostnad")
        verbose_name_plural = _("trykte kostnader")
        constraints = (
            models.UniqueConstraint(fields=("theme", "year", "line"), name="printed_cost_once"),
            models.CheckConstraint(
                condition=Q(line__regex=r"^([1-9][0-9]{0,3}|sum)$") & ~Q(name=""), name="printed_cost_has_line"
            ),
        )

    def __str__(self) -> str:
        return f"{self.theme_id} {self.year} {self.line}"
