"""How far the proposed forecasts would have been off in a year that is over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from budget.exports.forecasts import back_test_file, scores_file
from budget.findings.forecasts import back_test_finding
from budget.queries.back_test import BackTest, Trial, back_test
from budget.queries.years import figure_years
from roros.numbers import Scale, format_amount, format_percent
from roros.periods import MONTHS
from roros.table_registry import TableQuery


class Command(BaseCommand):
    """Prints the scores of both methods; exit 1 when the year cannot be tested."""

    help = "Prøver metodene for prognoser på et år som er over: hvor mye ville de bommet?"

    def add_arguments(self, parser: CommandParser) -> None:
        """This will declare which year and how to print."""
        parser.add_argument("--year", type=int, help="året; alle med regnskap når det ikke er oppgitt")
        parser.add_argument("--json", action="store_true", help="ett JSON-objekt med tallene per virksomhet og samlet")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print what each method would have given, and what is lacking where one cannot be tried."""
        years = figure_years()
        if options["year"] is not None and options["year"] not in years:
            raise CommandError(f"Det finnes ingen tall for {options['year']}.")
        wanted = [options["year"]] if options["year"] is not None else sorted(years, reverse=True)
        tests = [back_test(year, years) for year in wanted]
        if not any(test.is_done for test in tests):
            raise CommandError(" ".join(back_test_finding(test).lede for test in tests) or "Ingen tall er lest inn.")
        if options["json"]:
            self.stdout.write(self._json(next(test.year for test in tests if test.is_done)))
            return
        for test in tests:
            self._print(test)

    def _json(self, year: int) -> str:
        made_at = timezone.localtime()
        parts = [table(TableQuery(year)).to_json(made_at=made_at).decode() for table in (scores_file, back_test_file)]
        return f'{{"year": {year}, "scores": {parts[0].strip()}, "units": {parts[1].strip()}}}'

    def _print(self, test: BackTest) -> None:
        finding = back_test_finding(test)
        self.stdout.write(f"{test.year}: {finding.heading}. {finding.lede}".rstrip())
        for score in test.scores:
            self.stdout.write(
                f"  {score.method.value} etter {MONTHS[score.period - 1]}: snittbom {_kr(score.mean_absolute)} "
                f"({format_percent(score.absolute_percent)}), skjevhet {_kr(score.bias)}, {score.units} virksomheter; "
                f"tjenestene {_trial(score.services)}; kommunen {_kr(score.everything.miss)}"
            )
        if test.left_out:
            self.stdout.write(f"  Uten {', '.join(unit.name for unit in test.left_out)}.")


def _trial(trial: Trial) -> str:
    return f"{_kr(trial.miss)} ({format_percent(trial.percent)})"


def _kr(amount: Any) -> str:
    return f"{format_amount(amount, Scale.KR)} kr"
