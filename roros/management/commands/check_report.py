"""Hold a printed report against the app's figures, itself and its own text: exit 0 done, 1 when it cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roros.report_control.findings import Disagreement
from roros.report_control.misprints import shown
from roros.report_control.reading import UnreadableReport, read_path
from roros.report_control.report import check
from roros.views.report_figures import app_figures


class Command(BaseCommand):
    """Lists every disagreement in the tables and claims of a report, as an error or a rounding."""

    help = "Kontrollerer trykte tabeller og påstander mot appens tall, mot summene sine og mot hverandre."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare PATH, --year and --json."""
        parser.add_argument(
            "path", type=Path, metavar="PATH", help="arbeidsbok med ett ark per tabell, eller mappe med CSV"
        )
        parser.add_argument("--year", type=int, help="rapportens år; ellers året de fleste tabellene er navngitt etter")
        parser.add_argument("--json", action="store_true", help="skriv ett JSON-objekt")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will read the report and print what disagrees."""
        try:
            tables, claims = read_path(options["path"])
        except UnreadableReport as error:
            raise CommandError(str(error)) from error
        report = check(tables, claims, app_figures(), year=options["year"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        for found in report.errors:
            self.stdout.write(f"FEIL       {_line(found)}")
        for found in report.roundings:
            self.stdout.write(f"avrunding  {_line(found)}")
        for missing in report.unchecked:
            self.stdout.write(f"ukontrollert  {missing.table} {missing.row}: {missing.reason}")
        self.stdout.write(
            f"{report.tables} tabeller med {report.cells} tall, {report.comparisons} sammenligninger; "
            f"{report.claims} påstander, {report.claims_agree} stemmer. {len(report.errors)} feil, "
            f"{len(report.roundings)} avrundinger, {len(report.unchecked)} kunne ikke kontrolleres."
        )


def _line(found: Disagreement) -> str:
    figures = (
        f"trykt {shown(found.printed, found.step)}, regnet {shown(found.computed, found.step)}, "
        f"differanse {shown(found.difference, found.step)} {found.unit}"
    )
    why = f" – {found.misprint}" if found.misprint else ""
    more = f" [{'; '.join(found.evidence)}]" if found.evidence else ""
    return f"{found.table}: {found.row}, {found.column} ({found.rule.label}): {figures.strip()}{why}{more}"
