"""Undo an import from the command line: exit 0 done, 1 refused with the reason."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roros.models import ImportRun
from roros.workbooks import engine
from roros.workbooks.kinds import ImportRefused


class Command(BaseCommand):
    """Restores what stood before an import."""

    help = "Angrer en innlesing, slik at tallene blir nøyaktig som før den."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare the run and --json."""
        parser.add_argument("run_id", type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will undo the run; leaves with status 1 when that is refused."""
        run = ImportRun.objects.filter(pk=options["run_id"]).first()
        if run is None:
            raise CommandError(f"Det finnes ingen innlesing {options['run_id']}.")
        refused = ""
        try:
            run = engine.undo(run, by=None)
        except ImportRefused as error:
            refused = error.message
        if options["json"]:
            answer = {"run": run.pk, "undone": not refused, "refused": refused}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            self.stdout.write(refused or f"Innlesing {run.pk} er angret.")
        if refused:
            sys.exit(1)
