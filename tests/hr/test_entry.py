"""Entry of single rows: who may, what is refused, the history, and two people at once."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from hr.models import Answer, ChecklistAnswer, ControlItem, Cover, SickLeave, SickLeaveTarget, StaffFigure
from hr.queries.control import Done, checklists
from hr.queries.staff import goals, staff_figures
from roros import history
from roros.lines import Missing
from roros.models import DataVersion, Role
from tests.hr.days import organisation, row, signed_in


@pytest.fixture(autouse=True)
def units(db: None) -> None:
    organisation()


def sent(stored: SickLeave, **changed: Any) -> dict[str, Any]:
    """The form of a row, as the browser sends it."""
    return {
        "rammeomrade": stored.rammeomrade_id,
        "agreed_days": "1000",
        "short_days": "10",
        "long_days": "30",
        "employees": stored.employees,
        "note": "",
        "reason": "Rettet etter melding fra lønn",
        "seen": stored.version,
        **changed,
    }


def figure(
    indicator: str, group: str, value: str, *, kind: str = "resultat", unit: str = "antall", year: int = 2021
) -> StaffFigure:
    return StaffFigure.objects.create(
        key=StaffFigure.key_of(indicator, group, year, kind),
        indicator=indicator,
        group=group,
        year=year,
        kind=kind,
        value=Decimal(value),
        unit=unit,
    )


def test_hr_changes_days_with_history(client: Client) -> None:
    stored = row()
    signed_in(client, Role.HR)
    before = DataVersion.objects.values_list("version", flat=True).first() or 1
    response = client.post(f"/sykefravaer/rad/{stored.pk}/", sent(stored, long_days="44,5"))
    assert response.status_code == HTTPStatus.FOUND
    stored.refresh_from_db()
    assert stored.long_days == Decimal("44.5")
    newest = history.changes_of(stored)[0]
    assert (newest.before, newest.after, newest.reason) == ("30", "44,5", "Rettet etter melding fra lønn")
    assert newest.who == "bruker-hr"
    assert DataVersion.objects.get().version > before


def test_two_people_at_once_the_second_is_told(client: Client) -> None:
    stored = row()
    signed_in(client, Role.HR)
    late = sent(stored, long_days="50")
    client.post(f"/sykefravaer/rad/{stored.pk}/", sent(stored, long_days="44,5"))
    response = client.post(f"/sykefravaer/rad/{stored.pk}/", late)
    assert response.status_code == HTTPStatus.CONFLICT
    stored.refresh_from_db()
    assert stored.long_days == Decimal("44.5")


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"long_days": "991"}, "Fraværet kan ikke være større enn avtalte dagsverk."),
        ({"short_days": "-1"}, "Dagsverk kan ikke være negative."),
        ({"agreed_days": "1.234"}, "kan leses som"),
        ({"short_days": "3,5 prosent"}, "er ikke et tall som får plass"),
        ({"reason": ""}, "Feltet er påkrevet."),
    ],
)
def test_bad_input_is_refused_beside_the_field(client: Client, changed: dict[str, str], text: str) -> None:
    stored = row()
    response = signed_in(client, Role.HR).post(f"/sykefravaer/rad/{stored.pk}/", sent(stored, **changed))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert text in response.content.decode()
    stored.refresh_from_db()
    assert (stored.long_days, stored.version) == (30, 1)


def test_new_row_is_stored_once(client: Client) -> None:
    stored = row()
    signed_in(client, Role.HR)
    values = {**sent(stored), "enhet": "100", "year": 2021, "quarter": 2, "seen": ""}
    assert client.post("/sykefravaer/rad/ny/", values).status_code == HTTPStatus.FOUND
    assert client.post("/sykefravaer/rad/ny/", values).status_code == HTTPStatus.BAD_REQUEST
    assert SickLeave.objects.count() == 2


def test_row_is_removed_and_its_history_stays(client: Client) -> None:
    stored = row()
    signed_in(client, Role.HR)
    address = f"/sykefravaer/rad/{stored.pk}/"
    assert client.post(address, {"fjern": "ja", "reason": "", "seen": 1}).status_code == HTTPStatus.BAD_REQUEST
    assert client.post(address, {"fjern": "ja", "reason": "Feil", "seen": 9}).status_code == HTTPStatus.BAD_REQUEST
    assert client.post(address, {"fjern": "ja", "reason": "Feil", "seen": 1}).status_code == HTTPStatus.FOUND
    assert not SickLeave.objects.exists()
    assert history.changes_of(stored)[0].reason == "Feil"


def test_entry_keeps_what_must_be_hidden(client: Client) -> None:
    stored = row(employees=6)
    row("200", employees=12)
    row("300", employees=30)
    signed_in(client, Role.HR)
    client.post(f"/sykefravaer/rad/{stored.pk}/", sent(stored, employees=4))
    assert set(Cover.objects.values_list("year", "code")) == {(2021, "100"), (2021, "200")}


def test_administrator_changes_what_is_not_hidden(client: Client) -> None:
    small, shown = row(employees=4), row("300", rammeomrade_id=2, employees=30)
    row("200", rammeomrade_id=1, employees=30)
    row("400", rammeomrade_id=1, employees=60)
    signed_in(client, Role.ADMINISTRATOR)
    assert client.post(f"/sykefravaer/rad/{small.pk}/", sent(small)).status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"/sykefravaer/rad/{shown.pk}/", sent(shown)).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("role", [Role.HR, Role.ADMINISTRATOR])
def test_target_staff_figure_and_control_are_entered(client: Client, role: Role) -> None:
    signed_in(client, role)
    reason = {"reason": "Vedtatt", "seen": ""}
    sick = {"year": 2022, "area": 0, "percent": "7,5", "decision": "Sak 1/22", **reason}
    assert client.post("/sykefravaer/mal/ny/", sick).status_code == HTTPStatus.FOUND
    staff = {
        "indicator": "Lærlinger",
        "group": "alle",
        "year": 2022,
        "kind": "resultat",
        "value": "13",
        "unit": "antall",
    }
    assert client.post("/personal/ny/", {**staff, **reason}).status_code == HTTPStatus.FOUND
    assert client.post("/personal/ny/", {**staff, **reason}).status_code == HTTPStatus.BAD_REQUEST
    item = {"kind": "tilsyn", "year": 2022, "name": "Arbeidstilsynet", "status": "meldt", **reason}
    assert client.post("/internkontroll/punkt/ny/", item).status_code == HTTPStatus.FOUND
    answer = {
        "year": 2022,
        "virksomhet": "100",
        "rammeomrade": 1,
        "category": "Opplæring",
        "question": "Gitt?",
        "answer": "ja",
    }
    assert client.post("/internkontroll/svar/ny/", {**answer, **reason}).status_code == HTTPStatus.FOUND
    unit = {"code": "6510", "name": "Renhold", **reason}
    assert client.post("/sykefravaer/enhet/ny/", unit).status_code == HTTPStatus.FOUND
    assert SickLeaveTarget.objects.get().percent == Decimal("7.5")
    assert (StaffFigure.objects.get().value, ControlItem.objects.get().status) == (13, "meldt")
    assert ChecklistAnswer.objects.get().answer == Answer.DONE
    for address in (
        f"/sykefravaer/mal/{SickLeaveTarget.objects.get().pk}/",
        f"/personal/{StaffFigure.objects.get().pk}/",
        f"/internkontroll/punkt/{ControlItem.objects.get().pk}/",
        f"/internkontroll/svar/{ChecklistAnswer.objects.get().pk}/",
    ):
        assert "Vedtatt" in client.get(address).content.decode()


def test_reader_sees_a_figure_with_its_history_and_may_not_change_it(client: Client) -> None:
    stored = figure("Lærlinger", "alle", "12")
    signed_in(client, Role.POLITIKER)
    text = client.get(f"/personal/{stored.pk}/").content.decode()
    assert "Endringshistorikk (1)" in text
    assert 'name="value"' not in text
    response = client.post(f"/personal/{stored.pk}/", {"value": "99", "unit": "antall", "reason": "x", "seen": 1})
    assert response.status_code == HTTPStatus.FORBIDDEN
    stored.refresh_from_db()
    assert stored.value == 12


@pytest.mark.parametrize(("count", "hidden"), [("4", True), ("5", False)])
def test_parental_leave_of_few_is_hidden(client: Client, count: str, hidden: bool) -> None:
    few = figure("Foreldrepermisjon, antall", "menn", count)
    length = figure("Foreldrepermisjon, gjennomsnittlig lengde", "menn", "49", unit="dager")
    figure("Foreldrepermisjon, antall", "kvinner", "8")
    values = {(one.indicator, one.group): one.value for one in staff_figures()}
    assert (values["Foreldrepermisjon, antall", "menn"] is Missing.HIDDEN) is hidden
    assert (values["Foreldrepermisjon, gjennomsnittlig lengde", "menn"] is Missing.HIDDEN) is hidden
    assert values["Foreldrepermisjon, antall", "kvinner"] == 8
    signed_in(client, Role.ADMINISTRATOR)
    for one in (few, length):
        status = client.get(f"/personal/{one.pk}/").status_code
        assert status == (HTTPStatus.FORBIDDEN if hidden else HTTPStatus.OK)
    assert ("49" in client.get("/personal/?_export=csv").content.decode()) is not hidden


def test_goal_knows_how_far_it_is() -> None:
    figure("Heltidsandel", "alle", "47.8", unit="%", year=2019)
    figure("Heltidsandel", "alle", "49.5", unit="%", year=2020)
    figure("Heltidsandel", "alle", "56", unit="%", year=2024, kind="mål")
    (goal,) = goals(staff_figures())
    assert (goal.first.year, goal.latest.year, goal.distance, goal.is_met) == (2019, 2020, Decimal("6.5"), False)


def test_share_done_counts_questions_and_not_percents() -> None:
    for unit, answers in (("100", ["ja"]), ("200", ["ja", "nei", "delvis", "", "ikke aktuelt"])):
        for number, answer in enumerate(answers):
            ChecklistAnswer.objects.create(
                year=2021, virksomhet_id=unit, rammeomrade_id=1, category="A", question=f"{number}", answer=answer
            )
    found = checklists(2021)
    (area,) = found.areas
    assert [part.percent for part in area.parts] == [100, 25]
    assert area.percent == found.whole.percent == 40  # two of five; the mean would be 62,5
    assert found.whole == Done(done=2, partly=1, not_done=1, unanswered=1, not_relevant=1)
    assert Done.of(["ikke aktuelt"]).percent is None
