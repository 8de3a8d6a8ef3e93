"""The import engine: receive -> read, check and preview -> commit, whole or not at all -> undo.

Every kind of workbook goes through these functions, from the web, the worker and the command line alike.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from roros.actions import act_as
from roros.models import CodeMapping, DataVersion, ImportRun, RememberedLayout, User
from roros.timeouts import unlimited
from roros.workbooks import files, registry
from roros.workbooks.check import check_deferred, more_of_the_same, run_checks
from roros.workbooks.claims import claimed
from roros.workbooks.declare import Finding, Severity
from roros.workbooks.kinds import CannotUndo, ImportRefused, Preview, Staged, StalePreview, WorkbookKind
from roros.workbooks.reader import read_workbook
from roros.workbooks.stage import stage, unstage

State = ImportRun.State
INTERRUPTED = (State.RECEIVED, State.READING)  # what a killed worker leaves behind
PERIOD_IS_CLOSED = "period_is_closed"  # the constraint's name: the database's own lock on a closed month
TOLD = ("stale-preview", "database-refused", "period-closed")  # refusals that concern everybody who looks at the run
MAX_FINDINGS_KEPT = 10_000
CONCLUDED = (
    *("state", "year", "sheets", "findings", "preview", "base"),
    *("rows", "new", "changed", "removed", "progress_done", "heartbeat_at", "confirmed_at", "confirmed_by"),
)


def receive(*, kind: str, content: bytes, file_name: str, year: int | None, by: User | None) -> ImportRun:
    """This will store the file and open a run for it; nothing is read yet. KeyError for an unknown kind."""
    registry.get(kind)
    with transaction.atomic():
        return ImportRun.objects.create(
            kind=kind, year=year, file=files.store(content), file_name=Path(file_name).name[-255:], created_by=by
        )


def prepare(run: ImportRun) -> ImportRun:
    """This will read and check the run's file and keep the preview on the run; no figure changes.

    The run ends as ready, refused (it has errors) or unchanged (the file says what already stands). May be called
    again after a code was created or mapped, or after a worker died on the way.
    """
    with _prepared(run):
        pass
    return run


def confirm(run: ImportRun, *, by: User | None) -> ImportRun:
    """This will note that the preview is to be carried out by a worker; raises ImportRefused when it is not ready."""
    with transaction.atomic():
        run = _locked(run)
        if run.state != State.READY:
            raise ImportRefused("not-ready", _not_ready(run))
        run.confirmed_at, run.confirmed_by, run.notice = timezone.now(), by, ""
        run.save(update_fields=["confirmed_at", "confirmed_by", "notice"])
    return run


def commit(run: ImportRun, *, by: User | None) -> ImportRun:
    """This will carry out the run's preview in one transaction: all rows or none.

    Takes up a confirmed run again whose worker died. Raises ImportRefused when the run is not ready, and StalePreview
    when what the preview was compared with has changed since; the run then has a new preview.
    """
    shown = ImportRun.objects.get(pk=run.pk)
    taken_up = shown.confirmed_at is not None and shown.state in INTERRUPTED
    if shown.state != State.READY and not taken_up:
        raise ImportRefused("not-ready", _not_ready(shown))
    try:
        with _prepared(run) as (kind, staged):
            if run.state != State.READY or staged is None or run.base != shown.base:
                raise StalePreview("stale-preview", _stale(run))
            _carry_out(kind, staged, run, by)
    except ImportRefused as refusal:
        if refusal.code == "overtaken":  # between reading and writing: the preview just made is stale as well
            prepare(run)
            refusal = StalePreview("stale-preview", _stale(run))
        if refusal.code in TOLD:
            ImportRun.objects.filter(pk=run.pk).update(notice=refusal.message, confirmed_at=None, confirmed_by=None)
        raise refusal from None
    return run


def carry_through(run: ImportRun, *, by: User | None, dry_run: bool = False) -> ImportRun:
    """This will read and commit in one go, as the command line and the demo do.

    The run ends committed, unchanged, refused with findings, or ready when `dry_run`. Raises StalePreview when
    another import of the same figures was committed meanwhile; nothing is written then.
    """
    with _prepared(run) as (declared, staged):
        if run.state == State.READY and staged is not None and not dry_run:
            _carry_out(declared, staged, run, by)
    return run


def undo(run: ImportRun, *, by: User | None) -> ImportRun:
    """This will restore exactly what stood before the run; raises CannotUndo, with the reason, when it cannot."""
    with unlimited(), transaction.atomic():
        act_as(by)
        run = _locked(run)
        if run.state != State.COMMITTED:
            raise ImportRefused(
                "not-committed",
                _("Innlesing %(run)s er ikke lest inn, så det er ingenting å angre.") % {"run": run.pk},
            )
        try:
            with transaction.atomic():
                registry.get(run.kind).target.undo(run, by)
        except (IntegrityError, DataError) as error:
            code, why = _refused_by_database(error)
            raise CannotUndo(
                code, _("Innlesing %(run)s er ikke angret. %(why)s") % {"run": run.pk, "why": why}
            ) from error
        run.state, run.undone_at, run.undone_by = State.UNDONE, timezone.now(), by
        run.save(update_fields=["state", "undone_at", "undone_by"])
        bump_data_version()
    return run


def discard(run: ImportRun) -> ImportRun:
    """This will set aside a run that was never committed; the file is kept. Raises ImportRefused otherwise."""
    with transaction.atomic():
        run = _locked(run)
        if run.state not in ImportRun.OPEN_STATES:
            raise ImportRefused(
                "not-open", _("Innlesing %(run)s er avsluttet og kan ikke forkastes.") % {"run": run.pk}
            )
        run.state = State.DISCARDED
        run.save(update_fields=["state"])
    return run


def bump_data_version() -> None:
    """This will make every cached page and ETag stale; call it in the transaction that changes a figure."""
    DataVersion.objects.update_or_create(id=1)
    DataVersion.objects.filter(id=1).update(version=F("version") + 1, changed_at=timezone.now())


@contextmanager
def _prepared(run: ImportRun) -> Iterator[tuple[WorkbookKind, Staged | None]]:
    """Read, stage, check and preview; hand over the staged rows while they exist. The run is saved on the way."""
    kind = registry.get(run.kind)
    with unlimited(), claimed(run.pk):
        _begin(run)
        try:
            staged = _read(run, kind)
        except ImportRefused:
            raise
        except Exception:
            _fail(run)
            raise
        try:
            yield kind, staged
        finally:
            if staged is not None and not connection.needs_rollback:
                unstage(staged)


def _read(run: ImportRun, kind: WorkbookKind) -> Staged | None:
    with tempfile.TemporaryDirectory(prefix="innlesing-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(files.content_of(run.file_id))
        result = read_workbook(
            path,
            file_name=run.file_name,
            layout=kind.layout,
            year=run.year,
            out_dir=Path(folder),
            replacements=_replacements(kind),
            remembered=_remembered(kind),
            memory_mb=settings.IMPORT_READER_MEMORY_MB,
            seconds=settings.IMPORT_READER_SECONDS,
            on_progress=lambda rows: _beat(run, rows),
        )
        findings = list(result.findings)
        run.new = run.changed = run.removed = 0
        run.sheets = [dataclasses.asdict(sheet) | {"copy_file": ""} for sheet in result.sheets]
        run.rows = sum(sheet.rows for sheet in result.sheets)
        staged = None
        if result.sheets:
            staged = stage(kind, run_id=run.pk, year=_year(run, result.sheets), result=result)
            run.year = staged.year
    if staged is not None:
        with transaction.atomic():
            _give_memory()
            findings += run_checks(kind, staged)
            findings += _compare(kind, staged, run)
    _conclude(run, kind, findings)
    return staged


def _compare(kind: WorkbookKind, staged: Staged, run: ImportRun) -> Sequence[Finding]:
    """Keep the preview; a value that the database cannot hold is a finding, and there is no preview then."""
    try:
        with transaction.atomic():
            preview = kind.target.preview(staged)
    except DataError as error:
        run.preview, run.base = {}, {}
        return [Finding("value-does-not-fit", params={"detail": str(error).splitlines()[0]})]
    _keep_preview(run, preview)
    return preview.findings


def _begin(run: ImportRun) -> None:
    """Start afresh, unless somebody has concluded the run since it was loaded."""
    started = {
        "state": State.READING,
        "findings": [],
        "preview": {},
        "notice": "",
        "progress_done": 0,
        "heartbeat_at": timezone.now(),
    }
    if not ImportRun.objects.filter(pk=run.pk, state__in=ImportRun.OPEN_STATES).update(**started):
        run.refresh_from_db(fields=["state"])
        raise ImportRefused("not-open", _("Innlesing %(run)s er allerede avsluttet.") % {"run": run.pk})
    for name, value in started.items():
        setattr(run, name, value)


def _fail(run: ImportRun) -> None:
    """Something went wrong that nobody foresaw; a run that was discarded meanwhile stays so."""
    if connection.needs_rollback:
        return
    run.state = State.FAILED
    ImportRun.objects.filter(pk=run.pk, state=State.READING).update(
        state=State.FAILED, heartbeat_at=None, confirmed_at=None, confirmed_by=None
    )


def _beat(run: ImportRun, rows: int) -> None:
    run.progress_done, run.heartbeat_at = rows, timezone.now()
    ImportRun.objects.filter(pk=run.pk).update(progress_done=rows, heartbeat_at=run.heartbeat_at)


def _year(run: ImportRun, sheets: list[Any]) -> int | None:
    """The year that was told, else the file's own; none for a file that mixes years: it is read alike next time."""
    years = {year for sheet in sheets for year in sheet.years}
    return run.year or (years.pop() if len(years) == 1 else None)


def _replacements(kind: WorkbookKind) -> dict[str, dict[str, str]]:
    replacements: dict[str, dict[str, str]] = {}
    for mapping in CodeMapping.objects.filter(kind=kind.name):
        replacements.setdefault(mapping.column, {})[mapping.seen] = mapping.use
    return replacements


def _remembered(kind: WorkbookKind) -> dict[str, dict[str, str]]:
    return dict(RememberedLayout.objects.filter(kind=kind.name).values_list("fingerprint", "mapping"))


def _keep_preview(run: ImportRun, preview: Preview) -> None:
    run.new, run.changed, run.removed = preview.new, preview.changed, preview.removed
    run.base = preview.base
    run.preview = {
        "groups": [_plain(dataclasses.asdict(group)) for group in preview.groups],
        "changes": [dataclasses.asdict(change) for change in preview.changes],
        "replaces": list(preview.replaces),
        "periods": list(preview.periods),
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Decimals as text: JSON numbers would be floats."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _conclude(run: ImportRun, kind: WorkbookKind, findings: list[Finding]) -> None:
    """Say what the file amounts to: refused, unchanged or ready."""
    run.findings = [dataclasses.asdict(finding) for finding in _kept(findings)]
    if any(finding.severity == Severity.ERROR for finding in findings):
        run.state = State.REFUSED
    elif run.new + run.changed + run.removed == 0:
        run.state = State.UNCHANGED
    else:
        run.state = State.READY
    run.heartbeat_at = None
    with transaction.atomic():
        before = _locked(run)
        if before.state != State.READING:
            run.state = before.state
            raise ImportRefused("not-open", _not_ready(run))
        # What was confirmed was another preview, unless everything is as it was.
        holds = run.state == State.READY and run.base == before.base
        run.confirmed_at, run.confirmed_by = (before.confirmed_at, before.confirmed_by) if holds else (None, None)
        run.save(update_fields=CONCLUDED)
    for sheet in run.sheets:
        if sheet["fingerprint"]:
            RememberedLayout.objects.update_or_create(
                kind=kind.name, fingerprint=sheet["fingerprint"], defaults={"mapping": sheet["mapping"]}
            )


def _kept(findings: list[Finding]) -> list[Finding]:
    """All findings, or of a file with very many an equal share of each kind and how many there are in all."""
    if len(findings) <= MAX_FINDINGS_KEPT:
        return findings
    by_code: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in findings:
        by_code.setdefault((finding.code, finding.severity, finding.sheet), []).append(finding)
    share = MAX_FINDINGS_KEPT // len(by_code)
    kept: list[Finding] = []
    for (code, severity, sheet), alike in by_code.items():
        kept += alike[:share]
        kept += more_of_the_same(code, severity, sheet, len(alike), share)
    return kept


def _carry_out(kind: WorkbookKind, staged: Staged, run: ImportRun, by: User | None) -> None:
    """Write the staged rows in one transaction, if what stands is still what the preview was compared with."""
    try:
        with transaction.atomic():
            act_as(by)
            _give_memory()
            kind.target.lock(staged)
            locked = _locked(run)
            if locked.state != State.READY:
                raise ImportRefused("not-ready", _not_ready(locked))
            if kind.target.base(staged) != run.base:
                raise StalePreview("overtaken", _stale(run))
            run.state = State.COMMITTING
            run.save(update_fields=["state"])
            kind.target.commit(staged, run, by)
            check_deferred()
            run.state, run.committed_at, run.committed_by = State.COMMITTED, timezone.now(), by
            run.save(update_fields=["state", "committed_at", "committed_by"])
            bump_data_version()
    except (IntegrityError, DataError) as error:
        run.refresh_from_db(fields=["state", "committed_at", "committed_by"])
        code, why = _refused_by_database(error)
        raise ImportRefused(code, _("Ingenting er lest inn. %(why)s") % {"why": why}) from error
    except ImportRefused:
        run.refresh_from_db(fields=["state", "committed_at", "committed_by"])
        raise


def _locked(run: ImportRun) -> ImportRun:
    """The run as it stands, held until the transaction ends; foreign keys to it are not held up."""
    return ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def _give_memory() -> None:
    """Sets of a million rows are sorted and hashed in memory, for this transaction only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")


def _stale(run: ImportRun) -> str:
    if run.state == State.UNCHANGED:
        return _("Noen andre har alt lest inn de samme tallene. Filen endrer ingenting nå, så ingenting er lest inn.")
    if run.state == State.REFUSED:
        return _(
            "Noe er endret siden forhåndsvisningen ble laget, og filen kan ikke leses inn nå. "
            "Ingenting er lest inn. Se i den nye forhåndsvisningen hva som stopper den."
        )
    return _(
        "Noen andre har lest inn tall for de samme periodene etter at forhåndsvisningen ble laget. "
        "Ingenting er lest inn. Se på den nye forhåndsvisningen og lagre på nytt."
    )


def _not_ready(run: ImportRun) -> str:
    return _("Innlesing %(run)s kan ikke lagres nå. Tilstanden er «%(state)s».") % {
        "run": run.pk,
        "state": run.get_state_display(),
    }


def _refused_by_database(error: DatabaseError) -> tuple[str, str]:
    """The code of the refusal and why the database refused, in words where the rule is known."""
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if rule == PERIOD_IS_CLOSED:
        why = _("En av periodene er lukket. Be økonomi om å åpne den, eller om et unntak.")
        return "period-closed", why
    return "database-refused", _("Databasen sier: %(detail)s") % {"detail": str(error).splitlines()[0]}
