"""What was imported: the file, the run, what it changed, and what the user taught the engine."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roros.tracking import tracked


class StoredFile(models.Model):
    """A file as it came in, once per content. It lives in the database so that it is backed up with the figures."""

    sha256 = models.CharField(max_length=64, primary_key=True, db_collation="C")
    content = models.BinaryField()
    size = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("fil")
        verbose_name_plural = _("filer")
        constraints = (models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sha256_is_hex"),)

    def __str__(self) -> str:
        return self.sha256


class ImportRun(models.Model):
    """One reading of one file: from upload through preview to committed, and perhaps undone."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Mottatt")
        READING = "reading", _("Leses")
        REFUSED = "refused", _("Avvist")
        READY = "ready", _("Klar til innlesing")
        COMMITTING = "committing", _("Lagres")
        COMMITTED = "committed", _("Lest inn")
        UNCHANGED = "unchanged", _("Ingen endring")
        UNDONE = "undone", _("Angret")
        DISCARDED = "discarded", _("Forkastet")
        FAILED = "failed", _("Stoppet")

    OPEN_STATES = (State.RECEIVED, State.READING, State.REFUSED, State.READY, State.COMMITTING, State.FAILED)

    kind = models.CharField(_("slag"), max_length=40, db_collation="C")
    year = models.PositiveSmallIntegerField(_("år"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="runs")
    file_name = models.CharField(_("filnavn"), max_length=255)
    state = models.CharField(_("tilstand"), max_length=12, choices=State, default=State.RECEIVED)
    created_at = models.DateTimeField(_("lastet opp"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    committed_at = models.DateTimeField(_("lest inn"), null=True, blank=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("angret"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Somebody has asked for the preview to be carried out; a worker does it, or did when it was killed.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice = models.TextField(blank=True)  # what the user must be told about the last attempt, such as a stale preview
    # What the reader and the checks found. Shapes: see roros.workbooks.preview.
    sheets = models.JSONField(default=list, blank=True)
    findings = models.JSONField(default=list, blank=True)
    preview = models.JSONField(default=dict, blank=True)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    # What stood active when the preview was made; commit refuses if it has moved since.
    base = models.JSONField(default=dict, blank=True)
    # Progress of long work: rows done, rows expected, and a sign of life from the process that does it.
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("innlesing")
        verbose_name_plural = _("innlesinger")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("committed", "undone"), committed_at__isnull=False)
                | (~Q(state__in=("committed", "undone")) & Q(committed_at__isnull=True)),
                name="import_run_committed_at_iff_committed",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="import_run_undone_at_iff_undone",
            ),
        )
        indexes = (models.Index(fields=("kind", "year", "state"), name="import_run_by_kind"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.file_name}"


class ImportChange(models.Model):
    """One register row that a run changed: before and after, so that undo restores exactly what stood."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="changes")
    table = models.CharField(max_length=63, db_collation="C")
    key = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name = _("registerendring")
        verbose_name_plural = _("registerendringer")
        constraints = (
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="import_change_changes_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.table} {self.key}"


@tracked()
class CodeMapping(models.Model):
    """An unknown code in a file that a user told the engine to read as a known one; remembered for later files."""

    kind = models.CharField(max_length=40, db_collation="C")
    column = models.CharField(max_length=40, db_collation="C")
    seen = models.CharField(max_length=50, db_collation="C")
    use = models.CharField(max_length=50, db_collation="C")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("kodekobling")
        verbose_name_plural = _("kodekoblinger")
        constraints = (
            models.UniqueConstraint(fields=("kind", "column", "seen"), name="code_mapping_once"),
            models.CheckConstraint(condition=~Q(seen=models.F("use")), name="code_mapping_maps"),
        )

    def __str__(self) -> str:
        return f"{self.kind}.{self.column}: {self.seen} → {self.use}"


class RememberedLayout(models.Model):
    """Which column held what in a header seen before: fingerprint of the header to column letters."""

    kind = models.CharField(max_length=40, db_collation="C")
    fingerprint = models.CharField(max_length=64, db_collation="C")
    mapping = models.JSONField()
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("kjent oppsett")
        verbose_name_plural = _("kjente oppsett")
        constraints = (models.UniqueConstraint(fields=("kind", "fingerprint"), name="remembered_layout_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"


class DataVersion(models.Model):
    """A number that every commit of figures bumps; cached pages and ETags hold it, so none shows old money."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("dataversjon")
        verbose_name_plural = _("dataversjon")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="data_version_single_row"),)

    def __str__(self) -> str:
        return str(self.version)
