"""Internal control: what each virksomhet answers to its checklist, and what was inspected, audited and asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hr.models.sick_leave import IN_RANGE, YEARS
from roros.models import Rammeomrade, Virksomhet
from roros.tracking import tracked, version_field


class ControlKind(models.TextChoices):
    """Which list an item stands on; the value is also what exports call it."""

    CATEGORY = "sjekkliste_kategori", _("Sjekkliste")
    INSPECTION = "tilsyn", _("Tilsyn")
    AUDIT = "revisjon", _("Revisjon")
    SURVEY = "brukerundersokelse", _("Brukerundersøkelser")
    LAW = "lovkrav_kommuneloven_25_1", _("Lovkrav")
    AIM = "internkontroll_mal", _("Mål")
    SYSTEM = "system", _("Systemer")
    PRIORITY = "prioritering", _("Prioriteringer")
    PICTURE = "figur_uten_tall", _("Figurer uten tall")


class Answer(models.TextChoices):
    """What a virksomhet answers to a question of the checklist."""

    DONE = "ja", _("Ja")
    PARTLY = "delvis", _("Delvis")
    NOT_DONE = "nei", _("Nei")
    NOT_RELEVANT = "ikke aktuelt", _("Ikke aktuelt")


@tracked(exclude=("version",))
class ControlItem(models.Model):
    """One line of one of the lists of internal control in a year."""

    kind = models.CharField(_("liste"), max_length=30, choices=ControlKind, db_collation="C")
    name = models.CharField(_("navn"), max_length=200)
    year = models.PositiveSmallIntegerField(_("år"), validators=IN_RANGE)
    description = models.TextField(_("beskrivelse"), blank=True, default="", db_default="")
    status = models.CharField(_("status"), max_length=200, blank=True, default="", db_default="")
    place = models.PositiveIntegerField(_("rekkefølge"), default=0, db_default=0)
    version = version_field()

    class Meta:
        verbose_name = _("punkt i internkontrollen")
        verbose_name_plural = _("internkontroll")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "name", "year"),
                name="control_item_once",
                violation_error_message=_("Listen har allerede et punkt med dette navnet dette året."),
            ),
            models.CheckConstraint(condition=~Q(name="") & Q(year__range=YEARS), name="control_item_has_name_and_year"),
            models.CheckConstraint(condition=Q(kind__in=ControlKind.values), name="control_item_kind_is_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name} ({self.year})"


@tracked(exclude=("version",))
class ChecklistAnswer(models.Model):
    """What one virksomhet answers to one question in a year. The rammeområde is the one that it reports under."""

    year = models.PositiveSmallIntegerField(_("år"), validators=IN_RANGE)
    virksomhet = models.ForeignKey(Virksomhet, on_delete=models.PROTECT, related_name="+", verbose_name=_("virksomhet"))
    rammeomrade = models.ForeignKey(
        Rammeomrade, on_delete=models.PROTECT, related_name="+", verbose_name=_("rammeområde")
    )
    category = models.CharField(_("kategori"), max_length=200)
    question = models.CharField(_("spørsmål"), max_length=300)
    answer = models.CharField(
        _("svar"), max_length=12, choices=Answer, blank=True, default="", db_default="", db_collation="C"
    )
    note = models.TextField(_("merknad"), blank=True, default="", db_default="")
    place = models.PositiveIntegerField(_("rekkefølge"), default=0, db_default=0)
    version = version_field()

    class Meta:
        verbose_name = _("svar på sjekklisten")
        verbose_name_plural = _("svar på sjekklisten")
        constraints = (
            models.UniqueConstraint(
                fields=("year", "virksomhet", "category", "question"),
                name="checklist_answer_once",
                violation_error_message=_("Virksomheten har allerede dette spørsmålet."),
            ),
            models.CheckConstraint(
                condition=~Q(category="") & ~Q(question="") & Q(year__range=YEARS), name="checklist_answer_has_question"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answer__in=Answer.values), name="checklist_answer_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.virksomhet_id} {self.year}: {self.question}"
