"""What was signed: the round's figures and texts as files, kept to the byte."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from budget.models.rounds import Round


class SignedReport(models.Model):
    """The frozen view of a round. The database lets nobody change it, or sign a round without it."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="report")
    signed_at = models.DateTimeField(_("signert"), db_default=Now())
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(_("signert av"), max_length=200)

    class Meta:
        verbose_name = _("signert rapport")
        verbose_name_plural = _("signerte rapporter")

    def __str__(self) -> str:
        return f"{self.round_id}"


class SignedFile(models.Model):
    """One file of a signed report: the page as it was shown, the texts, or a table."""

    report = models.ForeignKey(SignedReport, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(_("navn"), max_length=100, db_collation="C")  # "rapport.html", "avvik-virksomhet.csv"
    title = models.CharField(_("tittel"), max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_collation="C")

    class Meta:
        verbose_name = _("signert fil")
        verbose_name_plural = _("signerte filer")
        constraints = (
            models.UniqueConstraint(fields=("report", "name"), name="signed_file_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="signed_file_sha256_is_hex"),
        )

    def __str__(self) -> str:
        return self.name
