"""E-mail those whose turn it is in the open reporting rounds, as a nightly job."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from budget.models import Round
from budget.queries.rounds import title_of
from budget.reminders import send_reminders


class Command(BaseCommand):
    """Reminds in every open round; exit 1 when the mail server failed."""

    help = "Sender påminnelser i åpne rapporteringsrunder. Ingen får to på samme dag for samme runde."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare --within."""
        parser.add_argument(
            "--within", type=int, metavar="DAGER", help="bare når fristen er høyst så mange dager unna, eller passert"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """This will remind, and say who got what."""
        failed = False
        for reporting in Round.objects.filter(state=Round.State.OPEN).order_by("year", "period", "id"):
            sent = send_reminders(reporting=reporting, by=None, within=options["within"])
            for _level, text in sent.messages():
                self.stdout.write(f"{title_of(reporting)}: {text}")
            failed = failed or bool(sent.failure)
        if failed:
            sys.exit(1)
