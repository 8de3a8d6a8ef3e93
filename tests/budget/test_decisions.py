"""Decisions: status history that nobody can rewrite, lists as of a date, and the registers' actions and headings."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from budget.actions.registers import (
    add_followup,
    remove_row,
    report_status,
    save_row,
    save_theme,
)
from budget.findings import registers as findings
from budget.models import CouncilCase, Decision, DecisionStatus, FollowUp, Grant, StatusWord, Theme, ThemeCode
from budget.queries.decisions import (
    DecisionFilter,
    cases,
    cases_of,
    decisions,
    gaps,
    newest_report_date,
    status_reports,
)
from budget.queries.maltall import FromLedger, IndicatorRow, Ledger, Target, ValueRow, compute
from budget.queries.pupils import PupilNumbers
from budget.queries.themes import CostRow, GrantGroup, ThemeCosts, theme_costs
from roros import history
from roros.actions import ActionRefused, ChangedMeanwhile
from roros.models import User
from tests.budget.register_files import date, person

TODAY = date("2021-12-31")


def decision(number: int = 1, deadline: str = "", year: int = 2021, **fields: object) -> Decision:
    made: Decision = Decision.objects.create(
        code=f"{year}-{number}",
        year=year,
        number=number,
        title=f"Vedtak {number}",
        deadline=date(deadline) if deadline else None,
        **fields,
    )
    return made


def report(
    of: Decision, status: StatusWord, day: str, by: User, *, seen: int | None = None, reason: str = "Møte"
) -> DecisionStatus:
    return report_status(decision=of, status=status, as_of=date(day), text="", reason=reason, seen=seen, by=by)


@pytest.mark.django_db
def test_three_changes_of_status_show_who_when_and_why_and_the_list_shows_each_date() -> None:
    olav, ada = person("olav"), person("ada")
    roads = decision(deadline="2021-05-01")
    first = report(roads, StatusWord.ON_PLAN, "2021-03-01", olav, reason="Startet utredningen")
    second = report(roads, StatusWord.DELAYED, "2021-08-19", ada, seen=first.pk, reason="Formannskapet utsatte saken")
    report(roads, StatusWord.DONE, "2021-12-09", olav, seen=second.pk, reason="Utredningen er lagt fram")

    told = [(found.label, found.recorded_by, found.as_of, found.reason) for found in status_reports(roads.code)]
    assert told == [
        ("Ferdig", "olav", date("2021-12-09"), "Utredningen er lagt fram"),
        ("Forsinket", "ada", date("2021-08-19"), "Formannskapet utsatte saken"),
        ("Iht. plan", "olav", date("2021-03-01"), "Startet utredningen"),
    ]
    assert all(found.recorded_at is not None for found in status_reports(roads.code))
    stood = [decisions(date(day))[0].status_label for day in ("2021-02-28", "2021-03-01", "2021-12-08", "2021-12-09")]
    assert stood == ["", "Iht. plan", "Forsinket", "Ferdig"]
    assert newest_report_date() == date("2021-12-09")


@pytest.mark.django_db
def test_a_status_reported_late_for_an_early_date_stands_between_the_others() -> None:
    olav = person()
    of = decision()
    late = report(of, StatusWord.DONE, "2021-12-01", olav)
    report(of, StatusWord.STARTED, "2021-06-01", olav, seen=late.pk)

    assert decisions(date("2021-07-01"))[0].status == StatusWord.STARTED
    assert decisions(TODAY)[0].status == StatusWord.DONE


@pytest.mark.django_db
def test_overdue_is_a_deadline_before_the_date_while_not_done() -> None:
    olav = person()
    passed, closed, dropped = decision(1, "2021-05-01"), decision(2, "2021-05-01"), decision(3, "2021-05-01")
    decision(4)
    report(passed, StatusWord.ON_PLAN, "2021-01-01", olav)
    report(closed, StatusWord.DONE, "2021-06-01", olav)
    report(dropped, StatusWord.DROPPED, "2021-04-01", olav)

    def overdue(day: str) -> list[int]:
        return [row.number for row in decisions(date(day)) if row.overdue]

    assert overdue("2021-05-01") == []
    assert overdue("2021-05-02") == [1, 2]
    assert overdue("2021-06-01") == [1]


@pytest.mark.django_db
def test_the_list_is_filtered_by_status_owner_rammeomrade_and_deadline() -> None:
    decision(1, "2021-05-01", owner_role="Kommunedirektør", responsible_role="Kommunalsjef")
    decision(2, owner_role="Kommunalsjef")
    decision(3, "2020-05-01", year=2020)

    def numbers(**wanted: object) -> list[int]:
        return [row.number for row in decisions(TODAY, wanted=DecisionFilter(**wanted))]  # type: ignore[arg-type]

    assert numbers() == [1, 2, 3]
    assert numbers(owner="Kommunalsjef") == [1, 2]
    assert numbers(overdue=True) == [1, 3]
    assert numbers(status="ferdig") == []
    assert numbers(rammeomrade=3) == []
    assert [row.number for row in decisions(TODAY, year=2020)] == [3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budget_decisionstatus SET status = 'ferdig'",
        "DELETE FROM budget_decisionstatus",
        "TRUNCATE budget_decisionstatus",
    ],
)
def test_the_database_refuses_to_rewrite_a_status(statement: str) -> None:
    report(decision(), StatusWord.DELAYED, "2021-08-19", person())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert DecisionStatus.objects.get().status == StatusWord.DELAYED


@pytest.mark.django_db
def test_the_second_reporter_is_told_that_somebody_was_before() -> None:
    olav = person()
    of = decision()
    report(of, StatusWord.ON_PLAN, "2021-03-01", olav)
    with pytest.raises(ChangedMeanwhile, match="Noen andre"):
        report(of, StatusWord.DONE, "2021-04-01", olav, seen=None)
    assert DecisionStatus.objects.count() == 1


@pytest.mark.django_db
def test_a_report_that_says_nothing_new_is_refused() -> None:
    olav = person()
    of = decision()
    first = report(of, StatusWord.ON_PLAN, "2021-03-01", olav)
    with pytest.raises(ActionRefused, match="allerede"):
        report(of, StatusWord.ON_PLAN, "2021-04-01", olav, seen=first.pk)


@pytest.mark.django_db
def test_a_changed_row_keeps_its_history_and_a_stale_one_is_refused() -> None:
    olav = person()
    of = decision()
    seen = Decision.objects.get().version
    of.title = "Nytt navn"
    save_row(row=of, seen=seen, reason="Skrivefeil", by=olav)

    change = history.changes_of(of)[0]
    assert (change.before, change.after, change.who, change.reason) == ("Vedtak 1", "Nytt navn", "olav", "Skrivefeil")
    of.title = "Et annet navn"
    with pytest.raises(ChangedMeanwhile):
        save_row(row=of, seen=seen, reason="Skrivefeil", by=olav)
    assert Decision.objects.get().title == "Nytt navn"


@pytest.mark.django_db
def test_a_row_that_is_there_already_is_refused_and_one_that_is_gone_cannot_be_removed() -> None:
    olav = person()
    case = CouncilCase.objects.create(body="Kommunestyret", year=2021, number=1, title="Valg")
    with pytest.raises(ActionRefused, match="strider"):
        save_row(
            row=CouncilCase(body="Kommunestyret", year=2021, number=1, title="Valg"), seen=None, reason="Ny", by=olav
        )
    gone = CouncilCase.objects.get()
    remove_row(row=case, seen=case.version, reason="Feil", by=olav)
    with pytest.raises(ChangedMeanwhile):
        remove_row(row=gone, seen=gone.version, reason="Feil", by=olav)


@pytest.mark.django_db
def test_followups_come_in_order_and_find_their_registered_case() -> None:
    olav = person()
    of = decision()
    CouncilCase.objects.create(body="Formannskapet", year=2021, number=80, title="Kommunale veier")
    for number, day in (("80/21", "2021-08-19"), ("uten nummer", "2021-09-01")):
        add_followup(decision=of, case_number=number, body="Formannskapet", decided_on=date(day), reason="Sak", by=olav)

    found = list(FollowUp.objects.order_by("place"))
    assert [followup.place for followup in found] == [1, 2]
    assert {key: case.title for key, case in cases_of(found).items()} == {found[0].pk: "Kommunale veier"}
    assert cases_of(found[1:]) == {}
    row = decisions(date("2021-08-31"))[0]
    assert row.followup is not None
    assert row.followup.case_number == "80/21"


@pytest.mark.django_db
def test_a_theme_keeps_exactly_its_codes_and_a_form_with_the_old_ones_is_stale() -> None:
    olav = person()
    theme = Theme(code="korona", name="Korona")
    save_theme(theme=theme, codes=[("prosjekt", "111011"), ("art", "118000")], seen=None, reason="Nytt", by=olav)
    seen = Theme.objects.get().version
    save_theme(theme=theme, codes=[("prosjekt", "111011")], seen=seen, reason="Uten strøm", by=olav)

    assert list(ThemeCode.objects.values_list("dimension", "code")) == [("prosjekt", "111011")]
    with pytest.raises(ChangedMeanwhile):
        save_theme(theme=theme, codes=[], seen=seen, reason="Sent", by=olav)
    unchanged = Theme.objects.get()
    save_theme(theme=unchanged, codes=[("prosjekt", "111011")], seen=seen + 1, reason="Uendret", by=olav)
    assert Theme.objects.get().version == seen + 1


@pytest.mark.django_db
def test_missing_case_numbers_are_told_per_body_and_year() -> None:
    for body, year, number in (("Kommunestyret", 2021, 1), ("Kommunestyret", 2021, 4), ("Formannskapet", 2020, 2)):
        CouncilCase.objects.create(body=body, year=year, number=number, title="Sak")

    assert [(gap.body, gap.numbers) for gap in gaps()] == [
        ("Formannskapet", ["1/20"]),
        ("Kommunestyret", ["2/21", "3/21"]),
    ]
    assert [gap.body for gap in gaps(2021)] == ["Kommunestyret"]


@pytest.mark.django_db
def test_cases_are_found_by_words_and_by_number() -> None:
    for number, title in ((13, "HELSEPLATTFORMEN - OPSJON"), (14, "LANDBRUKSPLAN RØROS")):
        CouncilCase.objects.create(body="Kommunestyret", year=2021, number=number, title=title)

    assert [case.number for case in cases(text="røros plan")] == [14]
    assert [case.number for case in cases(text="13/21")] == [13]
    assert [case.number for case in cases(text="13/2021")] == [13]
    assert cases(text="13/9999") == []
    assert cases(2020) == []
    assert [case.number for case in cases(body="Kommunestyret")] == [13, 14]


# -- Headings ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_heading_of_decisions_has_a_rule_and_fallbacks() -> None:
    assert findings.decisions_finding([], filtered=False) == "Ingen vedtak er registrert"
    assert findings.decisions_finding([], filtered=True) == "Ingen vedtak i dette utvalget"
    olav = person()
    late, other = decision(1, "2021-05-01"), decision(2)
    assert findings.decisions_finding(decisions(TODAY), filtered=False) == (
        "1 av 2 vedtak har passert fristen. Ingen er ferdige"
    )
    report(late, StatusWord.DONE, "2021-06-01", olav)
    assert findings.decisions_finding(decisions(TODAY), filtered=False) == (
        "Ingen av 2 vedtak har passert fristen. 1 er ferdig"
    )
    report(other, StatusWord.DONE, "2021-06-01", olav)
    assert findings.decisions_finding(decisions(TODAY), filtered=False) == "Alle 2 vedtak er ferdige"
    assert findings.decisions_finding(decisions(TODAY)[:1], filtered=True) == "Vedtaket er ferdig"


def indicator(value: str | None, target: Target | None, unit: str = "%", name: str = "Lånegjeld (B)") -> IndicatorRow:
    own = ValueRow(1, "Røros", 2021, Decimal(value), "", True, False) if value else None
    return IndicatorRow("x", name, unit, "", "", 2021, own, None, target, (), ())


MOST = Target("maks", Decimal("90.000000"), "")
LEAST = Target("min", Decimal("1.750000"), "")


@pytest.mark.parametrize(
    ("target", "value", "met", "distance"),
    [
        (MOST, "90", True, "0"),
        (MOST, "100.6", False, "-10.6"),
        (LEAST, "1.75", True, "0"),
        (LEAST, "1.74", False, "-0.01"),
    ],
)
def test_a_target_is_met_when_it_is_reached_exactly(target: Target, value: str, met: bool, distance: str) -> None:
    row = indicator(value, target)
    assert (row.is_met, row.distance) == (met, Decimal(distance))


def test_the_headings_of_indicators() -> None:
    missed, met, without = indicator("100.6", MOST), indicator("1.8", LEAST, name="Resultat"), indicator("5", None)
    assert findings.indicators_finding([], 2021) == "Ingen måltall er registrert"
    assert findings.indicators_finding([without], 2021) == "Ingen måltall har mål for 2021"
    assert findings.indicators_finding([met], 2021) == "Målet er nådd i 2021"
    assert findings.indicators_finding([met, met], 2021) == "Alle 2 mål er nådd i 2021"
    assert findings.indicators_finding([missed, met], 2021) == (
        "1 av 2 mål er nådd i 2021. Lånegjeld er 10,6\u00a0prosentpoeng unna"
    )
    assert findings.indicator_finding(indicator(None, MOST)) == "Lånegjeld har ingen verdi for 2021"
    assert findings.indicator_finding(without) == "Lånegjeld var 5,0\u00a0% i 2021"
    assert findings.indicator_finding(met) == "Resultat er 1,8\u00a0%, og målet er nådd"
    assert findings.indicator_finding(missed) == "Lånegjeld er 100,6\u00a0%, 10,6\u00a0prosentpoeng fra målet"
    assert findings.with_unit(Decimal("12390.000"), "1000 kr") == "12\u00a0390\u00a0tusen\u00a0kr"


def test_the_ledger_gives_an_indicator_or_says_what_it_lacks() -> None:
    ledger = Ledger(Decimal(1000), Decimal("17.5"), None, has_premium=True, lines=3)
    assert compute("netto-driftsresultat", ledger) == FromLedger(Decimal("1.8"), "", Decimal("17.5"), Decimal(1000))
    bare = Ledger(Decimal(1000), Decimal("17.5"), None, has_premium=False, lines=3)
    assert compute("netto-driftsresultat", bare).lacks == "premium"
    assert compute("avsatt-disposisjonsfond", ledger) == FromLedger(None, "fund")
    funded = Ledger(Decimal(1000), Decimal(0), Decimal(12_390_499), has_premium=True, lines=3)
    assert compute("avsatt-disposisjonsfond", funded).value == 12_390
    assert compute("netto-driftsresultat", Ledger(Decimal(0), Decimal(0), None, False, 0)).lacks == "income"


def costs(actual: int | None, last_year: int | None) -> ThemeCosts:
    def figure(value: int | None) -> Decimal | None:
        return None if value is None else Decimal(value)

    return ThemeCosts((CostRow(1, "Stab", figure(last_year), figure(actual), None, None),), None)


def test_the_headings_of_a_theme() -> None:
    grants = [GrantGroup("G", (Grant(amount=Decimal(12_052_000)),))]

    def heading(of: ThemeCosts, groups: list[GrantGroup]) -> str:
        return findings.theme_finding("Korona", 2021, of, groups).replace("\u00a0", " ")

    assert heading(costs(7_419_994, None), grants) == "Korona kostet 7,4 mill. kr i 2021. Staten ga 12,1 mill. kr"
    assert (
        heading(costs(None, None), grants) == "Staten ga 12,1 mill. kr til Korona i 2021, men ingen kostnader er ført"
    )
    assert heading(costs(None, 5), []) == "Ingen kostnader er ført på Korona i 2021"
    assert heading(costs(50_000, None), []) == "Korona kostet 50 000 kr i 2021"
    assert heading(costs(3_000_000, 1_000_000), []).endswith("2,0 mill. kr mer enn i 2020")
    assert heading(costs(1_000_000, 3_000_000), []).endswith("2,0 mill. kr mindre enn i 2020")
    assert heading(costs(5, 5), []).endswith("det samme som i 2020")


def test_the_headings_of_cases_and_pupils() -> None:
    assert findings.cases_finding(0, [], text="") == "Ingen saker er registrert"
    assert findings.cases_finding(3, [], text="") == "3 saker er registrert, uten hull i nummereringen"
    assert findings.cases_finding(0, [], text="elg") == "Ingen saker passer med «elg»"
    assert findings.cases_finding(1, [], text="elg") == "1 sak passer med «elg»"

    def pupils(*totals: int) -> str:
        years = tuple(range(2020, 2020 + len(totals)))
        return findings.pupils_finding(
            PupilNumbers(
                ("6-9 år",) if totals else (), years, {("6-9 år", y): t for y, t in zip(years, totals, strict=True)}
            )
        )

    assert pupils() == "Ingen elevtall er registrert"
    assert pupils(5) == "5 barn i skolealder i 2020"
    assert pupils(5, 3) == "3 barn i skolealder i 2021, 2 færre enn i 2020"
    assert pupils(3, 5) == "5 barn i skolealder i 2021, 2 flere enn i 2020"
    assert pupils(3, 3) == "3 barn i skolealder i 2021, like mange som i 2020"
    assert PupilNumbers(("a", "b"), (2020,), {("a", 2020): 1}).total(2020) is None


def test_the_difference_between_the_printed_total_and_its_rows_is_told(demo: None) -> None:
    found = theme_costs("korona", 2021)
    assert found.printed_gap == Decimal("19716.13")
    assert [(row.name, row.actual) for row in found.unprinted] == [("Tekniske områder", Decimal("19716.13"))]
    assert (found.total.actual, found.printed_total) == (Decimal("7419993.51"), Decimal("7419993.51"))


def test_gaps_of_the_printed_list(demo: None) -> None:
    assert [number for gap in gaps(2021) for number in gap.numbers] == ["44/21"]
    assert findings.cases_finding(82, gaps(2021), text="") == "82 saker er registrert. Sak 44/21 mangler"
    assert findings.decisions_finding(decisions(datetime.date(2021, 12, 31)), filtered=False) == (
        "3 av 9 vedtak har passert fristen. 2 er ferdige"
    )
