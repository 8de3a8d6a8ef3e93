"""The tables and files of the registers in the cases that the demo does not have."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from budget.exports.registers import EXPORTS
from budget.findings.registers import indicators_finding
from budget.models import (
    CouncilCase,
    Decision,
    DecisionStatus,
    FollowUp,
    Grant,
    Indicator,
    IndicatorTarget,
    IndicatorValue,
    PrintedCost,
    PupilCount,
    Theme,
    ThemeCode,
)
from budget.queries.maltall import FromLedger, IndicatorRow, Target, ValueRow
from budget.queries.themes import CostRow, ThemeCosts, theme_costs
from budget.tables import registers as tables
from roros.models import Rammeomrade
from roros.table_registry import NoSuchTable, TableQuery
from tests.budget.register_files import date, person


def row(value: str = "5", target: Target | None = None, computed: FromLedger | None = None) -> IndicatorRow:
    own = ValueRow(1, "Røros", 2021, Decimal(value), "", True, False)
    return IndicatorRow("x", "Fond", "%", "", "", 2021, own, None, target, (), (), computed)


@pytest.mark.parametrize(
    ("computed", "words"),
    [
        (None, "nei, krever balansen"),
        (FromLedger(None, "fund"), "nei, ingen linjer på art 540"),
        (FromLedger(None, "income"), "nei, ingen inntekter er ført"),
        (FromLedger(Decimal("-1.7"), "premium"), "−1,7\u00a0% før premieavvik"),
        (FromLedger(Decimal("1.8")), "1,8\u00a0%"),
    ],
)
def test_what_the_ledger_gives_is_said_in_words(computed: FromLedger | None, words: str) -> None:
    assert tables.computed_text(row(computed=computed)) == words


@pytest.mark.parametrize(
    ("target", "written", "distance"),
    [
        (Target("min", Decimal("4"), ""), "minst 4,0\u00a0%", "1\u00a0prosentpoeng over"),
        (Target("min", Decimal("6"), ""), "minst 6,0\u00a0%", "1\u00a0prosentpoeng under"),
        (Target("maks", Decimal("6"), ""), "høyst 6,0\u00a0%", "1\u00a0prosentpoeng under"),
        (Target("maks", Decimal("4"), ""), "høyst 4,0\u00a0%", "1\u00a0prosentpoeng over"),
        (None, "ikke oppgitt", ""),
    ],
)
def test_a_target_and_the_distance_to_it_are_written_out(target: Target | None, written: str, distance: str) -> None:
    assert tables.target_text(row(target=target)) == written
    assert tables.distance_text(row(target=target)) == distance


def test_a_target_of_zero_can_be_missed() -> None:
    heading = indicators_finding([row("5", Target("maks", Decimal(0), ""))], 2021)
    assert heading == "0 av 1 mål er nådd i 2021. Fond er 5\u00a0prosentpoeng unna"


def test_costs_without_a_printed_table_have_no_column_for_it() -> None:
    empty = CostRow(1, "Stab", None, None, None, None)
    spent = CostRow(2, "Skole", None, Decimal(10), None, None)
    found = ThemeCosts((empty, spent), None)

    assert empty.difference is None
    assert found.printed_gap is None
    html = str(tables.cost_table(found, 2021, caption="Kostnader.").html)
    assert "Som trykt" not in html
    assert "Sum av radene" in html
    assert "Ingen kostnader" in str(tables.cost_table(ThemeCosts((), None), 2021, caption="").html)


@pytest.mark.django_db
def test_a_printed_row_without_costs_in_the_ledger_still_shows() -> None:
    theme = Theme.objects.create(code="korona", name="Korona")
    PrintedCost.objects.create(theme=theme, year=2021, line="3", name="Helse", amount=Decimal("7.50"))

    found = theme_costs("korona", 2021)
    assert [(cost.number, cost.name, cost.difference) for cost in found.rows] == [(3, "Helse", Decimal("-7.50"))]
    assert (found.printed_total, found.is_printed) == (None, True)


@pytest.mark.django_db
def test_without_a_year_an_export_takes_the_newest_and_an_empty_register_has_none() -> None:
    for name in ("verbalvedtak", "politiske-saker", "handlingsregler", "korona-tilskudd"):
        with pytest.raises(NoSuchTable):
            EXPORTS[name](TableQuery())
    assert EXPORTS["elevtall"](TableQuery()).rows == []

    for year in (2020, 2021):
        CouncilCase.objects.create(body="Kommunestyret", year=year, number=1, title=f"Sak {year}")
        made = Decision.objects.create(code=f"{year}-1", year=year, number=1, title="Vedtak")
        DecisionStatus.objects.create(decision=made, status="ferdig", as_of=date(f"{year}-12-31"), reason="Møte")
    assert [line["tittel"] for line in EXPORTS["politiske-saker"](TableQuery()).rows] == ["Sak 2021"]
    assert [line["ar"] for line in EXPORTS["verbalvedtak"](TableQuery()).rows] == [2021, 2020]


@pytest.mark.django_db
def test_decisions_of_several_years_and_areas_can_be_chosen_between(client: Client) -> None:
    client.force_login(person())
    schools = Rammeomrade.objects.create(number=2, name="Oppvekst")
    for year in (2020, 2021):
        made = Decision.objects.create(
            code=f"{year}-1", year=year, number=1, title=f"Vedtak {year}", rammeomrade=schools
        )
        DecisionStatus.objects.create(decision=made, status="ferdig", as_of=date(f"{year}-12-31"), reason="Møte")

    text = client.get("/vedtak/?ar=2020&rammeomrade=2").content.decode()
    assert "Vedtak 2020" in text
    assert "Vedtak 2021" not in text
    assert client.get("/vedtak/?rammeomrade=9").status_code == 400
    assert "2 Oppvekst" in client.get("/vedtak/2020-1/").content.decode()


def test_rows_call_themselves_by_what_identifies_them() -> None:
    theme = Theme(code="korona", name="Korona")
    fund = Indicator(code="fond", name="Fond")
    made = Decision(code="2021-8", number=8, title="Veier")
    named = {
        str(CouncilCase(body="Kommunestyret", year=2021, number=13)): "Kommunestyret 13/21",
        str(made): "8 Veier",
        str(DecisionStatus(decision=made, as_of=date("2021-12-31"), status="ferdig")): "2021-8 2021-12-31 ferdig",
        str(FollowUp(case_number="80/21")): "80/21",
        str(fund): "Fond",
        str(IndicatorTarget(indicator=fund, year=2021, direction="min", value=2)): "fond 2021: min 2",
        str(IndicatorValue(indicator=fund, municipality="Røros", year=2021)): "fond Røros 2021",
        str(theme): "Korona",
        str(ThemeCode(theme=theme, dimension="art", code="118000")): "korona art 118000",
        str(Grant(name="Vaksinasjon", year=2021)): "Vaksinasjon 2021",
        str(PrintedCost(theme=theme, year=2021, line="sum")): "korona 2021 sum",
        str(PupilCount(age_group="6-9 år", year=2021)): "6-9 år 2021",
    }
    assert list(named) == list(named.values())
