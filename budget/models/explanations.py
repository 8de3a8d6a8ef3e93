"""Why a unit deviates, in words, and the measures it takes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from budget.models.rounds import Round
from roros.models import Virksomhet
from roros.tracking import tracked, version_field


@tracked(exclude=("version",))
class Explanation(models.Model):
    """What a leader says of the deviation of one unit in one round.

    Texts are Markdown, shown sanitised. `revised` and `actual` are the figures to date (kroner) when it was written:
    the page tells when they have moved since.
    """

    class Level(models.TextChoices):
        RAMMEOMRADE = "rammeomrade", _("Rammeområde")
        VIRKSOMHET = "virksomhet", _("Virksomhet")
        ANSVAR = "ansvar", _("Ansvar")

    class Kind(models.TextChoices):
        TIMING = "periodisering", _("Periodisering")
        REAL = "reelt", _("Reelt")
        TECHNICAL = "teknisk", _("Teknisk")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="explanations")
    level = models.CharField(_("nivå"), max_length=11, choices=Level)
    code = models.CharField(_("kode"), max_length=20, db_collation="C")
    kind = models.CharField(_("slag"), max_length=13, choices=Kind)
    cause = models.TextField(_("årsak"))
    consequence = models.TextField(_("konsekvens"), blank=True, default="", db_default="")
    measure = models.TextField(_("tiltak"), blank=True, default="", db_default="")
    expected_effect = models.DecimalField(
        _("forventet effekt av tiltak"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    revised = models.DecimalField(_("revidert budsjett hittil"), max_digits=16, decimal_places=2, null=True)
    actual = models.DecimalField(_("regnskap hittil"), max_digits=16, decimal_places=2, null=True)
    # The text of an earlier round that the leader said still holds.
    holds_since = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(_("skrevet"), db_default=Now())
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = version_field()

    class Meta:
        verbose_name = _("avviksforklaring")
        verbose_name_plural = _("avviksforklaringer")
        constraints = (
            models.UniqueConstraint(fields=("round", "level", "code"), name="explanation_once"),
            models.CheckConstraint(
                condition=Q(level__in=("rammeomrade", "virksomhet", "ansvar"))
                & Q(kind__in=("periodisering", "reelt", "teknisk"))
                & ~Q(code=""),
                name="explanation_is_known",
            ),
            models.CheckConstraint(condition=~Q(cause=""), name="explanation_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.round_id} {self.level} {self.code}"


@tracked(exclude=("version",))
class Measure(models.Model):
    """A saving or another action of a virksomhet, with expected and realised effect (kroner; saved is positive)."""

    class Status(models.TextChoices):
        PLANNED = "planlagt", _("Planlagt")
        UNDER_WAY = "i gang", _("I gang")
        DONE = "gjennomført", _("Gjennomført")
        DROPPED = "utgår", _("Utgår")

    year = models.PositiveSmallIntegerField(_("budsjettår"))
    virksomhet = models.ForeignKey(Virksomhet, on_delete=models.PROTECT, related_name="+", verbose_name=_("virksomhet"))
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    title = models.CharField(_("tiltak"), max_length=200)
    description = models.TextField(_("beskrivelse"), blank=True, default="", db_default="")
    owner = models.CharField(_("ansvarlig"), max_length=100)
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.PLANNED)
    deadline = models.DateField(_("frist"), null=True, blank=True)
    expected_effect = models.DecimalField(_("forventet effekt"), max_digits=16, decimal_places=2)
    realised_effect = models.DecimalField(_("oppnådd effekt"), max_digits=16, decimal_places=2, null=True, blank=True)
    version = version_field()

    class Meta:
        verbose_name = _("tiltak")
        verbose_name_plural = _("tiltak")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("planlagt", "i gang", "gjennomført", "utgår")),
                name="budget_measure_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(owner="") & Q(year__range=(1990, 2100)),
                name="budget_measure_has_title_and_owner",
            ),
        )

    def __str__(self) -> str:
        return self.title
