"""Staff figures beside sick leave: full time, apprentices, parental leave, pay, each with its target if it has one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hr.models.sick_leave import IN_RANGE, YEARS
from roros.tracking import tracked, version_field


class FigureKind(models.TextChoices):
    """What a figure is; the label is the word that workbooks use."""

    RESULT = "resultat", _("resultat")
    TARGET = "mål", _("mål")
    PRACTICE = "praksis", _("praksis")
    PLAN = "plan", _("plan")


@tracked(exclude=("version",))
class StaffFigure(models.Model):
    """One figure about the staff. Without a year it holds until it is changed."""

    key = models.CharField(max_length=330, unique=True, db_collation="C", editable=False)
    indicator = models.CharField(_("indikator"), max_length=150)
    group = models.CharField(_("gruppe"), max_length=100)
    year = models.PositiveSmallIntegerField(_("år"), null=True, blank=True, validators=IN_RANGE)
    kind = models.CharField(_("type"), max_length=10, choices=FigureKind, default=FigureKind.RESULT)
    value = models.DecimalField(_("verdi"), max_digits=18, decimal_places=6)
    unit = models.CharField(_("enhet"), max_length=40)
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")
    place = models.PositiveIntegerField(_("rekkefølge"), default=0, db_default=0)
    version = version_field()

    class Meta:
        verbose_name = _("personaltall")
        verbose_name_plural = _("personaltall")
        constraints = (
            models.CheckConstraint(
                condition=~Q(indicator="") & ~Q(group="") & ~Q(unit="") & ~Q(key=""), name="staff_figure_has_words"
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=YEARS), name="staff_figure_year_in_range"
            ),
            models.CheckConstraint(condition=Q(kind__in=FigureKind.values), name="staff_figure_kind_is_known"),
        )

    def __str__(self) -> str:
        year = f" {self.year}" if self.year else ""
        return f"{self.indicator}, {self.group}{year} ({self.get_kind_display()})"

    @staticmethod
    def key_of(indicator: str, group: str, year: int | None, kind: str) -> str:
        """This will return what identifies a figure: one text, for a figure may lack a year."""
        return f"{indicator}|{group}|{year or ''}|{kind}"
