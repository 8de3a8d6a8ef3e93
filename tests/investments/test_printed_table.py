"""Every cell of the annual report's table of projects comes out of the app as it was printed."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from investments.exports import printed_table
from investments.models import Project, ProjectYear
from investments.queries.projects import projects_of
from roros.exports import Format
from roros.models import ImportRun, Role, User
from roros.numbers import round_half_away
from tests.investments.world import EXPECTED

TEXTS = ("rammeomrade_nr", "rammeomrade", "prosjekt", "status", "er_sum", "er_ovrige")
AMOUNTS = ("vedtatt_totalt", "palopt_totalt", "revidert_budsjett", "regnskap")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_printed_cell(projects: ImportRun, capsys: pytest.CaptureFixture[str]) -> None:
    printed = rows(EXPECTED.read_text("utf-8"))
    ours = rows(printed_table(projects_of(2021)).to(Format.CSV).decode("utf-8"))
    wrong, cells = [], 0
    assert len(ours) == len(printed) == 48
    for mine, theirs in zip(ours, printed, strict=True):
        for name in TEXTS:
            cells += 1
            if mine[name] != theirs[name]:
                wrong.append((theirs["prosjekt"], name, mine[name], theirs[name]))
        for name in AMOUNTS:
            cells += 1
            thousands = round_half_away(Decimal(mine[name]) / 1000)
            if thousands != Decimal(theirs[f"{name}_tkr"]):
                wrong.append((theirs["prosjekt"], name, mine[name], theirs[f"{name}_tkr"]))
    assert wrong == []
    with capsys.disabled():
        print(f" investeringer: {cells} cells equal", end="")


def test_command_writes_what_the_page_exports(projects: ImportRun, client: Client, person: Callable[..., User]) -> None:
    client.force_login(person(Role.POLITIKER))
    written = io.StringIO()
    call_command("export_table", "investeringer", "--year", "2021", stdout=written)
    assert client.get("/investeringer/2021/?_export=csv").content.decode() == written.getvalue()
    assert client.get("/investeringer/2021/?gruppe=forsinket&_export=csv").content.decode() == written.getvalue()


def test_command_narrows_to_a_rammeomrade(projects: ImportRun) -> None:
    written = io.StringIO()
    call_command("export_table", "investeringer", "--rammeomrade", "5", "--format", "json", stdout=written)
    found = json.loads(written.getvalue())
    listed = found if isinstance(found, list) else found["rows"]
    assert [row["prosjekt"] for row in listed] == [
        "Kinoteknisk utstyr",
        "Nytt bibliotek",
        "Nytt piano kulturskolen",
        "Sum",
    ]


def test_command_refuses_a_year_without_projects(projects: ImportRun) -> None:
    with pytest.raises(CommandError, match="2019"):
        call_command("export_table", "investeringer", "--year", "2019")


def test_command_refuses_when_nothing_was_read_in(areas: None) -> None:
    with pytest.raises(CommandError, match="Ingen investeringsprosjekter"):
        call_command("export_table", "investeringer")


def test_file_goes_out_of_the_page_as_a_workbook(projects: ImportRun, okonomi: Client, tmp_path: Path) -> None:
    answer = okonomi.get("/investeringer/2021/?_export=xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="investeringer.xlsx"'
    assert answer.content[:2] == b"PK"


def test_a_project_of_another_year_is_not_in_the_table(projects: ImportRun) -> None:
    ProjectYear.objects.create(
        project=Project.objects.get(pk="I5001"),
        year=2022,
        approved_total=1,
        accrued_total=1,
        revised_budget=1,
        actual=1,
    )
    assert len(projects_of(2021).rows) == 50
    assert [row.code for row in projects_of(2022).rows] == ["I5001"]
