"""The pages of periods: what they show, who may see and change them, what bad input gives, how many questions."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budget.actions.locks import close_periods, grant_exception
from budget.models import PeriodEvent, PeriodException
from budget.queries.locks import closed_periods
from roros.models import ImportRun, Role, User
from roros.workbooks import engine
from tests.ledger_world import LINES, ledger_file, received
from tests.people import person

pytestmark = pytest.mark.usefixtures("loaded")
PAGE = "/perioder/2021/"
REOPEN = "/perioder/2021/1/apne/"
GRANT = "/perioder/2021/unntak/"
QUERIES = 11


@pytest.fixture
def kari(loaded: None, client: Client) -> User:
    """Kari from økonomi, signed in."""
    user = person(Role.OKONOMI)
    client.force_login(user)
    return user


def text(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def heading(client: Client) -> str:
    return text(client).split("<h1>")[1].split("</h1>")[0]


def close(by: User, *periods: int) -> None:
    close_periods(year=2021, periods=periods, reason="Avlagt", by=by)


def exception(by: User) -> PeriodException:
    """An exception of the user's own in January."""
    return grant_exception(year=2021, period=1, user=by, until=timezone.localdate(), reason="Sent bilag", by=by)


def test_newest_year_is_where_one_starts(kari: User, client: Client) -> None:
    answer = client.get("/perioder/")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_page_answers_first(kari: User, client: Client) -> None:
    assert heading(client) == "Alle perioder i 2021 er åpne"
    close(kari, 1, 2)
    assert heading(client) == "2021 er lukket til og med februar"
    close(kari, 5)
    assert heading(client) == "Januar–februar og mai 2021 er lukket"
    close(kari, *(period for period in range(3, 14) if period != 5))
    assert heading(client) == "Hele 2021 er lukket"
    assert "<form class=" not in text(client), "there is nothing left to close"


def test_many_are_closed_at_once(kari: User, client: Client) -> None:
    close(kari, 2)
    assert '<option value="t3" selected>' in text(client), "the accounts have come to March"
    answer = client.post(PAGE, {"periods": "t8", "reason": "2. tertial"}, follow=True)
    assert closed_periods(2021) == set(range(1, 9))
    assert "Januar, mars–august 2021 er lukket." in answer.content.decode().replace(" og ", ", ")
    assert PeriodEvent.objects.filter(reason="2. tertial", by=kari).count() == 7


def test_one_is_closed_alone_without_a_reason(kari: User, client: Client) -> None:
    assert client.post(PAGE, {"periods": "k12"}).status_code == 302
    assert closed_periods(2021) == {12}


@pytest.mark.parametrize("periods", ["", "t14", "x3", "t1; DROP", "k"])
def test_nothing_else_can_be_closed(kari: User, client: Client, periods: str) -> None:
    answer = client.post(PAGE, {"periods": periods})
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.content.decode()
    assert not PeriodEvent.objects.exists()


def test_period_that_somebody_closed_meanwhile_is_no_choice(kari: User, client: Client) -> None:
    close(person(Role.ADMINISTRATOR, name="per"), 1)
    answer = client.post(PAGE, {"periods": "k1"})
    assert answer.status_code == 400
    assert "Perioden er ikke blant dem som er åpne" in answer.content.decode()


def test_opening_asks_why(kari: User, client: Client) -> None:
    close(kari, 1)
    assert "Perioden ble lukket av kari" in text(client, REOPEN)
    answer = client.post(REOPEN, {"reason": " "})
    assert answer.status_code == 400
    assert "Skriv en begrunnelse." in answer.content.decode()
    assert closed_periods(2021) == {1}
    answer = client.post(REOPEN, {"reason": "Bilag <mangler>"}, follow=True)
    assert "Januar 2021 er åpnet." in answer.content.decode()
    assert "Bilag &lt;mangler&gt;" in answer.content.decode()
    assert closed_periods(2021) == frozenset()
    answer = client.post(REOPEN, {"reason": "Igjen"})
    assert answer.status_code == 409
    assert "ble åpnet av kari" in answer.content.decode()


def test_exception_is_given_and_ended(kari: User, client: Client) -> None:
    close(kari, 1)
    per = person(Role.OKONOMI, name="per")
    person(Role.POLITIKER, name="pol")
    assert ">per</option>" in text(client, GRANT)
    assert ">pol</option>" not in text(client, GRANT)
    form = {"user": per.pk, "period": 1, "until": timezone.localdate().isoformat(), "reason": "Sent bilag"}
    assert client.post(GRANT, form).status_code == 302
    given = PeriodException.objects.get()
    assert (given.user, given.granted_by, given.period) == (per, kari, 1)
    assert "Sent bilag" in text(client)
    assert client.post(GRANT, form).status_code == 409, "he has one"
    ending = f"/perioder/unntak/{given.pk}/avslutt/"
    assert "per kan nå lese inn og føre i januar 2021" in text(client, ending)
    assert client.post(ending, {"reason": "Ferdig"}).status_code == 302
    assert not PeriodException.objects.exists()
    assert "Ferdig" in text(client), "the log tells"
    assert client.get(ending).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"user": "0"}, {"user": "x"}, {"period": "2"}, {"period": "x"}, {"until": "i morgen"}, {"until": "0021-01-01"}],
)
def test_bad_exception_is_told_beside_the_field(kari: User, client: Client, wrong: dict[str, str]) -> None:
    close(kari, 1)
    form = {"user": str(kari.pk), "period": "1", "until": timezone.localdate().isoformat(), "reason": "Sent"}
    answer = client.post(GRANT, form | wrong)
    assert answer.status_code == 400
    assert 'class="field-error"' in answer.content.decode()
    assert not PeriodException.objects.exists()


@pytest.mark.parametrize("address", ["/perioder/1999/", "/perioder/2021/14/apne/", "/perioder/1999/unntak/"])
def test_what_does_not_exist_is_not_found(kari: User, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_log_is_exported(kari: User, client: Client) -> None:
    close(kari, 1)
    exception(kari)
    answer = client.get(f"{PAGE}?_export=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["hendelse"], row["periode"], row["av"], row["unntak_for"]) for row in rows] == [
        ("Unntak gitt", "1", "kari", "kari"),
        ("Lukket", "1", "kari", ""),
    ]
    assert client.get(f"{PAGE}?_export=pdf").status_code == 400


READERS = (Role.ADMINISTRATOR, Role.OKONOMI, Role.REVISOR, Role.HR)
WRITERS = (Role.ADMINISTRATOR, Role.OKONOMI)


@pytest.mark.parametrize("role", Role)
def test_who_may_see_and_who_may_change(client: Client, role: Role) -> None:
    kari = person(Role.OKONOMI)
    close(kari, 1)
    given = exception(kari)
    client.force_login(person(role, name="noen"))
    writes: tuple[tuple[str, dict[str, str]], ...] = (
        (PAGE, {"periods": "k2"}),
        (REOPEN, {"reason": "x"}),
        (GRANT, {}),
        (f"/perioder/unntak/{given.pk}/avslutt/", {}),
    )
    assert client.get(PAGE).status_code == (200 if role in READERS else 403)
    assert client.get("/perioder/").status_code == (302 if role in READERS else 403)
    for address, form in writes:
        answer = client.post(address, form)
        assert (answer.status_code != 403) == (role in WRITERS), address
    if role in READERS:
        assert ("/apne/" in text(client)) == (role in WRITERS)
    assert (closed_periods(2021) == {2}) == (role in WRITERS)


def test_visitor_signs_in_first(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/logg-inn/")
    assert client.post(PAGE, {"periods": "k2"}).headers["Location"].startswith("/logg-inn/")
    assert not PeriodEvent.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_questions_do_not_grow_with_the_rows(kari: User, client: Client, rows: int) -> None:
    close(kari, *range(1, rows + 1))
    for number in range(rows):
        user = person(Role.OKONOMI, name=f"person-{number}")
        grant_exception(year=2021, period=1, user=user, until=timezone.localdate(), reason="Sent", by=kari)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == QUERIES


def test_import_page_tells_what_stops_the_file(kari: User, client: Client) -> None:
    close(kari, 1)
    run = engine.prepare(received(ledger_file([(*LINES[0][:5], "175.00"), *LINES[1:]]), by=kari))
    page = text(client, f"/innlesing/{run.pk}/")
    assert "Filen endrer 1 beløp i en lukket periode." in page
    assert "Åpne perioden først, eller ta linjene ut av filen." in page
    assert 'href="/perioder/"' in text(client, "/innlesing/")


def test_undo_page_tells_why_it_is_not_undone(kari: User, client: Client) -> None:
    close(kari, 1)
    run = ImportRun.objects.get(kind="regnskap")
    answer = client.post(f"/innlesing/{run.pk}/angre/")
    assert answer.status_code == 409
    assert "Januar 2021 ble lukket av kari" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == ImportRun.State.COMMITTED
