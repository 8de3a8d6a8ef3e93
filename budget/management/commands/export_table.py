"""Write a table to a file or to standard output: the same bytes as the page's own export. Exit 1 when refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from budget.exports import files as exports
from budget.queries.names import names_of
from budget.queries.years import figure_years
from budget.selection import Level, Selection, SelectionError, Structure
from roros import table_registry
from roros.exports import ExportTable, Format
from roros.table_registry import NoSuchTable, TableQuery


class Command(BaseCommand):
    """Exports one table by name."""

    help = "Skriver en tabell til fil: de samme tallene som siden viser, i kroner og øre."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare NAME, the filters, --format and --output."""
        names = [*exports.names(), *table_registry.names()]
        parser.add_argument("name", choices=names, metavar="NAME", help=", ".join(names))
        parser.add_argument("--year", type=int, help="år; det nyeste når det ikke er oppgitt")
        parser.add_argument("--period", type=int, help="til og med periode, 1 til 13")
        for level in Level:
            parser.add_argument(f"--{level.value}", default="", metavar="KODE", help=f"bare {level.label.lower()} KODE")
        parser.add_argument(
            "--structure", choices=[structure.value for structure in Structure], default=Structure.THIS_YEAR.value
        )
        parser.add_argument("--ungrouped", action="store_true", help="én rad per kode, ikke delt på rammeområder")
        parser.add_argument("--format", choices=[form.value for form in Format], default=Format.CSV.value)
        parser.add_argument("--output", type=Path, help="fil å skrive til; standard ut når den ikke er oppgitt")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write the table, or leave with status 1 and the reason."""
        table = self._of_a_room(options) if options["name"] in table_registry.names() else self._of_figures(options)
        content = table.to(Format(options["format"]))
        if options["output"]:
            options["output"].write_bytes(content)
        else:
            self._write(content)

    def _of_a_room(self, options: dict[str, Any]) -> ExportTable:
        filters = {level.value: options[level.value] for level in Level if options[level.value]}
        try:
            return table_registry.get(options["name"])(TableQuery(options["year"], options["period"], filters))
        except NoSuchTable as error:
            raise CommandError(str(error)) from error

    def _of_figures(self, options: dict[str, Any]) -> ExportTable:
        years = figure_years()
        year = options["year"] if options["year"] is not None else max(years, default=None)
        if year not in years:
            raise CommandError(f"Det finnes ingen tall for {year}." if year else "Ingen tall er lest inn ennå.")
        data = QueryDict(mutable=True)
        data.update({level.value: options[level.value] for level in Level})
        data["struktur"] = options["structure"]
        data["periode"] = str(options["period"] if options["period"] is not None else "")
        if options["ungrouped"]:
            data["gruppe"] = "ingen"
        try:
            selection = Selection.read(data, year=year, default_period=years[year].last_period)
        except SelectionError as error:
            raise CommandError(str(error)) from error
        names = names_of(selection.filters)
        if unknown := [f"{level.label} {code}" for level, code in selection.filters.items() if level not in names]:
            raise CommandError(f"{', '.join(unknown)} finnes ikke.")
        return exports.export_table(options["name"], selection, years)

    def _write(self, content: bytes) -> None:
        """Bytes go out as they are; a stream of text, as tests and other callers hand over, gets text."""
        buffer = getattr(self.stdout, "buffer", None)
        if buffer is None:
            self.stdout.write(content.decode("utf-8", "surrogateescape"), ending="")
        else:
            buffer.write(content)
            buffer.flush()
