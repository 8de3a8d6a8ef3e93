"""The chart of accounts: tjeneste, art and prosjekt, each valid from one year through another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from roros.models.organisation import FIRST_YEAR, LAST_YEAR, Code
from roros.tracking import tracked


def _years_in_order() -> Q:
    return Q(from_year__range=(FIRST_YEAR, LAST_YEAR)) & (
        Q(to_year__isnull=True) | Q(to_year__gte=F("from_year"), to_year__lte=LAST_YEAR)
    )


class DatedCode(Code):
    """A code with the years in which it may be used; an open end is null."""

    from_year = models.PositiveSmallIntegerField(_("gyldig fra år"), default=FIRST_YEAR)
    to_year = models.PositiveSmallIntegerField(_("gyldig til år"), null=True, blank=True)

    class Meta:
        abstract = True


@tracked()
class Tjeneste(DatedCode):
    """A service: the municipality's own code under a KOSTRA funksjon."""

    kostra_funksjon = models.CharField(_("KOSTRA-funksjon"), max_length=5, db_collation="C")

    class Meta:
        verbose_name = _("tjeneste")
        verbose_name_plural = _("tjenester")
        constraints = (
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="tjeneste_has_name"),
            models.CheckConstraint(condition=_years_in_order(), name="tjeneste_years_in_order"),
        )


@tracked()
class Art(DatedCode):
    """An account type: the municipality's own code under a KOSTRA art."""

    kostra_art = models.CharField(_("KOSTRA-art"), max_length=5, db_collation="C")
    artsgruppe = models.CharField(_("artsgruppe"), max_length=100, blank=True)
    is_income = models.BooleanField(_("inntekt"), default=False)

    class Meta:
        verbose_name = _("art")
        verbose_name_plural = _("arter")
        constraints = (
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="art_has_name"),
            models.CheckConstraint(condition=_years_in_order(), name="art_years_in_order"),
        )


@tracked()
class Prosjekt(DatedCode):
    """A project code in the operating accounts. The empty code is "no project", so that a line always has one."""

    class Meta:
        verbose_name = _("prosjekt")
        verbose_name_plural = _("prosjekter")
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="prosjekt_has_name"),
            models.CheckConstraint(condition=_years_in_order(), name="prosjekt_years_in_order"),
        )
