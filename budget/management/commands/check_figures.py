"""Check that the figures hang together: ledger = balances, amendments net to zero, nothing orphaned."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from budget.audit import figure_errors, figure_years
from budget.balances import rebuild
from roros.workbooks.engine import bump_data_version


class Command(BaseCommand):
    """Lists what is wrong with the figures; exit 1 when something is."""

    help = "Kontrollerer at hovedbok og saldoer stemmer, og at ingenting henger løst."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare --repair."""
        parser.add_argument("--repair", action="store_true", help="regn saldoene ut på nytt fra hovedboken først")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will check, after a repair if asked for."""
        if options["repair"]:
            for year in figure_years():
                with transaction.atomic():
                    rebuild(year)
                    bump_data_version()
        errors = figure_errors()
        for error in errors:
            self.stderr.write(error)
        if errors:
            sys.exit(1)
        self.stdout.write("Alle tall stemmer.")
