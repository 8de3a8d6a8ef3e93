"""What was signed: the reports, their files, and the tables inside them. Nothing here is computed anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    Aggregate,
    Case,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Subquery,
    TextField,
    Value,
    When,
)

from budget.freeze import PAGE, shown_part
from budget.models import Round, SignedFile, SignedReport
from roros import access


@dataclass(frozen=True)
class StoredFile:
    """One file of a report, without its content."""

    name: str
    title: str
    size: int

    @property
    def stem(self) -> str:
        """This will return the name of the table: "avvik-virksomhet"."""
        return self.name.rpartition(".")[0]

    @property
    def suffix(self) -> str:
        """This will return the form of the file: "csv"."""
        return self.name.rpartition(".")[2]


def may_read(user: access.Someone, reporting: Round) -> bool:
    """This will say whether the user may read the signed report of a round: of a published one, everybody may."""
    if reporting.state == Round.State.PUBLISHED:
        return True
    return reporting.state == Round.State.SIGNED and access.may_see_figures(user)


def report_of(number: int) -> SignedReport | None:
    """This will return the signed report of a round; None when the round is not signed, or not there."""
    return SignedReport.objects.select_related("round").filter(round_id=number).first()


def files_of(report: SignedReport) -> list[StoredFile]:
    """This will return the files of a report in the order they were made, without their content."""
    return files_of_reports([report])[report.pk]


def files_of_reports(reports: Iterable[SignedReport]) -> dict[int, list[StoredFile]]:
    """This will return the files of several reports by the report's key, in one query."""
    found: dict[int, list[StoredFile]] = {report.pk: [] for report in reports}
    size = Func(F("content"), function="octet_length", output_field=IntegerField())
    rows = SignedFile.objects.filter(report__in=found).annotate(size=size).order_by("pk")
    for report, name, title, length in rows.values_list("report_id", "name", "title", "size"):
        found[report].append(StoredFile(name, title, length))
    return found


def file_of(report: SignedReport, name: str) -> SignedFile | None:
    """This will return one file of a report with its content; None when there is none of that name."""
    return SignedFile.objects.filter(report=report, name=name).first()


def page_of(report: SignedReport) -> str:
    """This will return the report as it was shown when it was signed."""
    return shown_part(bytes(SignedFile.objects.get(report=report, name=PAGE).content))


def published_reports() -> list[SignedReport]:
    """This will return the reports that everybody may read, the newest published first."""
    published = SignedReport.objects.filter(round__state=Round.State.PUBLISHED)
    return list(published.select_related("round").order_by("-round__published_at", "-pk"))


class ByName(Aggregate):
    """The texts of several files as one JSON object: name to text."""

    function = "jsonb_object_agg"
    output_field = JSONField()


def signed_rounds(*, holding: int | None = None, names: Iterable[str] = ()) -> list[Round]:
    """This will return every round that is signed, the newest signature first; one of them with tables, if told.

    The tables of the round `holding` come in the same query; `frozen_tables` then asks for nothing.
    """
    signed = Round.objects.exclude(state=Round.State.OPEN).order_by("-signed_at", "-pk")
    if holding is None:
        return list(signed)
    text = Func(F("content"), Value("UTF8"), function="convert_from", output_field=TextField())
    files = SignedFile.objects.filter(report__round=OuterRef("pk"), name__in=[f"{name}.csv" for name in names])
    texts = files.order_by().values("report__round").annotate(texts=ByName("name", text)).values("texts")
    chosen = Case(When(pk=holding, then=Subquery(texts)), default=None, output_field=JSONField())
    return list(signed.annotate(frozen=chosen))


def frozen_tables(reporting: Round, names: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """This will return rows of tables as they were signed, as texts; none for a table that is not there."""
    wanted = {f"{name}.csv": name for name in names}
    held: dict[str, str] | None = getattr(reporting, "frozen", None)
    if held is None:
        stored = SignedFile.objects.filter(report__round=reporting, name__in=wanted).values_list("name", "content")
        held = {name: bytes(content).decode() for name, content in stored}
    return {name: _rows(held.get(file, "")) for file, name in wanted.items()}


def rows_of_csv(content: bytes) -> list[dict[str, str]]:
    """This will return the rows of a csv file as this site writes them."""
    return _rows(content.decode())


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))
