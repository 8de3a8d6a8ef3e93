"""Children of school age in the municipality, per age group and year."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.tracking import tracked, version_field


@tracked(exclude=("version",))
class PupilCount(models.Model):
    """How many children of an age group there are in a year; years to come are expected numbers."""

    age_group = models.CharField(_("aldersgruppe"), max_length=50)
    year = models.PositiveSmallIntegerField(_("år"))
    count = models.PositiveIntegerField(_("antall"))
    version = version_field()

    class Meta:
        verbose_name = _("elevtall")
        verbose_name_plural = _("elevtall")
        constraints = (
            models.UniqueConstraint(
                fields=("age_group", "year"),
                name="pupil_count_once",
                violation_error_message=_("Aldersgruppen har allerede et tall for dette året."),
            ),
            models.CheckConstraint(
                condition=~Q(age_group="") & Q(year__range=(1990, 2100)), name="pupil_count_has_group_and_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.age_group} {self.year}"
