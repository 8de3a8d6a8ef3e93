"""Read in a workbook from the command line, for nightly jobs: exit 0 done or nothing to do, 1 refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from roros.models import ImportRun
from roros.workbooks import engine, registry
from roros.workbooks.kinds import ImportRefused
from roros.workbooks.messages import message
from roros.workbooks.results import as_json, findings_of

State = ImportRun.State


class Command(BaseCommand):
    """Imports one file through the same engine as the web pages."""

    help = "Leser inn en arbeidsbok: alt eller ingenting."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare KIND, FILE and the options."""
        parser.add_argument("kind", choices=[kind.name for kind in registry.all_kinds()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int)
        parser.add_argument("--dry-run", action="store_true", help="les og kontroller, men lagre ingenting")
        parser.add_argument("--json", action="store_true", help="skriv ett JSON-objekt")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will import the file and report; leaves with status 1 when it was refused."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Finner ikke filen {path}.")
        if path.stat().st_size > settings.IMPORT_MAX_BYTES:
            raise CommandError(f"Filen {path.name} er større enn grensen på {settings.IMPORT_MAX_BYTES} byte.")
        refused = ""
        run = engine.receive(
            kind=options["kind"], content=path.read_bytes(), file_name=path.name, year=options["year"], by=None
        )
        try:
            engine.carry_through(run, by=None, dry_run=options["dry_run"])
        except ImportRefused as error:
            refused = error.message
        self._report(run, refused, as_object=options["json"])
        if refused or run.state == State.REFUSED:
            sys.exit(1)

    def _report(self, run: ImportRun, refused: str, *, as_object: bool) -> None:
        if as_object:
            answer = as_json(run)
            if refused:
                answer["committed"] = False
                answer["refused"] = refused
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for finding in findings_of(run):
            self.stderr.write(message(finding))
        outcome = refused or str(State(run.state).label)
        counts = f"{run.rows} linjer, {run.new} nye, {run.changed} endret, {run.removed} borte"
        self.stdout.write(f"Innlesing {run.pk}: {outcome}. {counts}.")
