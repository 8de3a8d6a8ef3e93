"""The ledger, which of its lines count, and the balances to date that the pages read."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from budget.models.amendments import Amendment
from budget.models.chart import Art, Prosjekt, Tjeneste
from roros.models import Ansvar, ImportRun


class Account(models.Model):
    """The four codes of a ledger key. The codes are checked by a trigger per statement, not by row-level keys.

    Row-level foreign keys cost an order of magnitude at COPY speed; see docs/adr.
    """

    ansvar = models.ForeignKey(
        Ansvar, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    tjeneste = models.ForeignKey(
        Tjeneste, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    art = models.ForeignKey(Art, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    prosjekt = models.ForeignKey(
        Prosjekt, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", default=""
    )

    class Meta:
        abstract = True


class LedgerLine(Account):
    """One amount in kroner, expense positive, income negative. Lines are never changed or deleted.

    A line of regnskap or budsjett counts while its import is the active one for its slice; a line of an amendment
    counts while the amendment is adopted. Replacing and undoing move the slice, not the lines.
    """

    class Kind(models.TextChoices):
        ACTUAL = "regnskap", _("Regnskap")
        ORIGINAL = "budsjett", _("Opprinnelig budsjett")
        AMENDMENT = "endring", _("Budsjettendring")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind, db_collation="C")
    year = models.PositiveSmallIntegerField(_("år"))
    period = models.PositiveSmallIntegerField(_("periode"))
    amount = models.DecimalField(_("beløp"), max_digits=16, decimal_places=2)
    import_run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    amendment = models.ForeignKey(
        Amendment, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="lines", db_index=False
    )
    sheet_row = models.PositiveIntegerField(_("rad"), null=True)

    class Meta:
        verbose_name = _("hovedbokslinje")
        verbose_name_plural = _("hovedbokslinjer")
        constraints = (
            models.CheckConstraint(condition=Q(period__range=(1, 13)), name="ledger_period_1_to_13"),
            models.CheckConstraint(
                condition=Q(kind__in=("regnskap", "budsjett"), import_run__isnull=False, amendment__isnull=True)
                | Q(kind="endring", amendment__isnull=False),
                name="ledger_line_has_a_source",
            ),
        )
        indexes = (
            # Lines of a run lie together on disk, in the file's order: BRIN finds them and costs nothing to keep.
            BrinIndex(fields=("import_run", "ansvar"), name="ledger_by_run", pages_per_range=16),
            models.Index(fields=("amendment",), condition=Q(amendment__isnull=False), name="ledger_by_amendment"),
        )

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.year}-{self.period:02} {self.ansvar_id} {self.tjeneste_id} {self.art_id}: {self.amount}"
        )


class ActiveSlice(models.Model):
    """Which import supplies one slice of the ledger: a kind, a year and a period."""

    pk = models.CompositePrimaryKey("kind", "year", "period")
    kind = models.CharField(max_length=8, db_collation="C")
    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    import_run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="slices")

    class Meta:
        verbose_name = _("aktivt utsnitt")
        verbose_name_plural = _("aktive utsnitt")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=("regnskap", "budsjett"), period__range=(1, 13)), name="slice_is_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.year}-{self.period:02}: {self.import_run_id}"


class ActiveLine(Account):
    """A ledger line that counts now (a database view over LedgerLine, ActiveSlice and Amendment)."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, choices=LedgerLine.Kind)
    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    import_run = models.ForeignKey(ImportRun, on_delete=models.DO_NOTHING, null=True, related_name="+")
    amendment = models.ForeignKey(Amendment, on_delete=models.DO_NOTHING, null=True, related_name="+")
    sheet_row = models.PositiveIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "budget_activeline"
        verbose_name = _("gjeldende linje")
        verbose_name_plural = _("gjeldende linjer")

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.year}-{self.period:02} {self.ansvar_id} {self.tjeneste_id} {self.art_id}: {self.amount}"
        )


class Balance(Account):
    """Balance to date: sums of the lines that count from January through `period`, in kroner, per ledger key.

    A key has a row for each period from its first line through 13, so a page reads one period only and a month is
    the difference of two rows. `lines` counts the ledger lines behind the row; a row without lines does not exist.
    """

    pk = models.CompositePrimaryKey("year", "period", "ansvar_id", "tjeneste_id", "art_id", "prosjekt_id")
    year = models.PositiveSmallIntegerField()
    period = models.PositiveSmallIntegerField()
    actual = models.DecimalField(_("regnskap"), max_digits=16, decimal_places=2)
    original = models.DecimalField(_("opprinnelig budsjett"), max_digits=16, decimal_places=2)
    amended = models.DecimalField(_("budsjettendringer"), max_digits=16, decimal_places=2)
    lines = models.PositiveIntegerField(_("linjer"))

    class Meta:
        verbose_name = _("saldo hittil")
        verbose_name_plural = _("saldoer hittil")
        constraints = (
            models.CheckConstraint(condition=Q(period__range=(1, 13)), name="balance_period_1_to_13"),
            models.CheckConstraint(condition=Q(lines__gt=0), name="balance_has_lines"),
        )

    def __str__(self) -> str:
        return f"{self.year}-{self.period:02} {self.ansvar_id} {self.tjeneste_id} {self.art_id}"
