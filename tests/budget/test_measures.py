"""The register of measures: who sees it, who writes it, what is overdue, and what the sums hold."""

from __future__ import annotations

import datetime
import io
import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budget.actions.measures import save_measure
from budget.models import Measure
from budget.queries.measures import MeasureFilter, is_overdue, measures, sums
from budget.tables.measures import measures_finding
from roros import history
from roros.actions import ActionRefused
from roros.models import Role
from roros.numbers import NBSP
from tests.budget.figures import organisation
from tests.budget.forecast_rounds import economist, open_round, somebody

D = Decimal
Status = Measure.Status
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


def words(markup: str) -> str:
    """The words of a piece of markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).replace(NBSP, " ").split())


def rows(response: HttpResponse) -> list[str]:
    """The rows of the table, each as its words."""
    found = re.search(r"<table.*?</table>", response.content.decode(), re.DOTALL)
    assert found is not None
    return [words(row) for row in re.findall(r"<tr.*?</tr>", found[0], re.DOTALL)][1:]


def measure(title: str, unit: str = "V1", **values: object) -> Measure:
    """A measure as økonomi enters it."""
    given = {"owner": "Leder", "status": Status.UNDER_WAY, "expected_effect": D(100_000), **values}
    made = Measure(year=2021, virksomhet_id=unit, title=title, **given)
    save_measure(measure=made, seen=None, reason="Vedtatt", by=economist())
    return made


@pytest.fixture
def units(db: None) -> None:
    organisation(("10", "V1", 1), ("20", "V2", 2))


def signed_in(client: Client, role: Role, **scope: str | int) -> Client:
    """The client as somebody with the role."""
    client.force_login(somebody(role, name=f"som-{role.value}", **scope))  # type: ignore[arg-type]
    return client


SENT = {
    "virksomhet": "V1",
    "year": "2021",
    "title": "Mindre innleie",
    "description": "",
    "owner": "Leder",
    "status": "planlagt",
    "deadline": "",
    "expected_effect": "250 000",
    "realised_effect": "",
    "reason": "Vedtatt i rammeområdet",
}


# -- the list


def test_the_list_says_what_is_late_and_what_it_gave(units: None, client: Client) -> None:
    measure("Forsinket", deadline=YESTERDAY)
    measure("I rute", deadline=TOMORROW, expected_effect=D(900_000))
    measure("Ferdig", "V2", status=Status.DONE, deadline=YESTERDAY, realised_effect=D(60_000))
    measure("Droppet", status=Status.DROPPED, expected_effect=D(5_000_000))
    page = signed_in(client, Role.REVISOR).get("/tiltak/")
    assert words(page.context["finding"]) == (
        "1 av 4 tiltak har passert fristen. De skal gi 1,1 mill. kr og har gitt 60 000 kr"
    )
    late = f"{YESTERDAY:%d.%m.%Y}"
    assert rows(page) == [
        "Har passert fristen (1)",
        f"Forsinket Virksomhet V1 Leder {late} Passert 100 .. I gang",
        "Under arbeid (1)",
        f"I rute Virksomhet V1 Leder {TOMORROW:%d.%m.%Y} 900 .. I gang",
        "Avsluttet (2)",
        f"Ferdig Virksomhet V2 Leder {late} 100 60 Gjennomført",
        "Droppet Virksomhet V1 Leder uten frist 5 000 .. Utgår",
        "Sum uten det som utgår 1 100 60",
    ]
    assert b"Nytt tiltak" not in page.content


def test_filters_are_in_the_address(units: None, client: Client) -> None:
    measure("Forsinket", deadline=YESTERDAY)
    measure("Planlagt", "V2", status=Status.PLANNED)
    signed_in(client, Role.OKONOMI)

    def titles(**query: object) -> list[str]:
        told = json.loads(client.get("/tiltak/", {**query, "_export": "json"}).content)
        return [row["tiltak"] for row in told["rows"] if not row["er_sum"]]

    assert titles() == ["Forsinket", "Planlagt"]
    assert titles(virksomhet="V2") == ["Planlagt"]
    assert titles(status="i gang") == ["Forsinket"]
    assert titles(passert="on") == ["Forsinket"]
    assert titles(ar="2021", virksomhet="V1") == ["Forsinket"]
    assert client.get("/tiltak/", {"status": "kanskje"}).status_code == 400
    assert client.get("/tiltak/", {"ar": "1999"}).status_code == 400
    assert client.get("/tiltak/", {"_export": "pdf"}).status_code == 400


def test_an_empty_register(units: None, client: Client) -> None:
    page = signed_in(client, Role.OKONOMI).get("/tiltak/")
    assert page.context["finding"] == "Ingen tiltak er registrert"
    assert "Ingen tiltak i dette utvalget." in page.content.decode()
    assert measures_finding([], filtered=True) == "Ingen tiltak i dette utvalget"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(units: None, client: Client, count: int) -> None:
    for number in range(count):
        measure(f"Tiltak {number}", ("V1", "V2")[number % 2])
    signed_in(client, Role.OKONOMI)
    client.get("/tiltak/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/tiltak/")
    assert len(queries) == QUERIES


QUERIES = 6


def test_overdue_is_a_matter_of_the_date() -> None:
    today = datetime.date(2021, 9, 1)
    assert is_overdue("i gang", datetime.date(2021, 8, 31), today)
    assert not is_overdue("i gang", today, today)  # the day itself is in time
    assert not is_overdue("gjennomført", datetime.date(2021, 8, 31), today)
    assert not is_overdue("utgår", datetime.date(2021, 8, 31), today)
    assert not is_overdue("planlagt", None, today)


def test_the_sums_leave_out_what_was_dropped(units: None) -> None:
    measure("En", expected_effect=D("0.10"), realised_effect=D("0.20"))
    measure("To", expected_effect=D("0.20"))
    measure("Tre", status=Status.DROPPED, expected_effect=D(99), realised_effect=D(99))
    found = sums(measures())
    assert (found.expected, found.realised, found.reported, found.counted) == (D("0.30"), D("0.20"), 1, 2)
    assert [row.title for row in measures(MeasureFilter(virksomhet="V2"))] == []


# -- who


@pytest.mark.parametrize(
    ("role", "scope", "reads", "writes"),
    [
        (Role.OKONOMI, {}, 200, 302),
        (Role.VIRKSOMHETSLEDER, {"virksomhet": "V1"}, 200, 302),
        (Role.VIRKSOMHETSLEDER, {"virksomhet": "V2"}, 404, 403),
        (Role.KOMMUNALSJEF, {"rammeomrade": 1}, 200, 403),
        (Role.KOMMUNALSJEF, {"rammeomrade": 2}, 404, 403),
        (Role.KOMMUNEDIREKTOR, {}, 200, 403),
        (Role.ADMINISTRATOR, {}, 200, 403),
        (Role.REVISOR, {}, 200, 403),
        (Role.HR, {}, 403, 403),
        (Role.POLITIKER, {}, 403, 403),
    ],
)
def test_who_may_read_and_write(
    units: None, client: Client, role: Role, scope: dict[str, str | int], reads: int, writes: int
) -> None:
    made = measure("Spare strøm")
    signed_in(client, role, **scope)
    assert client.get(f"/tiltak/{made.pk}/").status_code == reads
    for address in ("/tiltak/", "/tiltak/?_export=csv", "/tiltak/?_export=json"):
        page = client.get(address)
        assert page.status_code == (403 if reads == 403 else 200)
        assert ("Spare strøm" in page.content.decode()) == (reads == 200)
    answer = client.post(f"/tiltak/{made.pk}/endre/", {**SENT, "seen": str(made.version)})
    assert answer.status_code == writes
    made.refresh_from_db()
    assert made.title == ("Mindre innleie" if writes == 302 else "Spare strøm")


def test_visitors_sign_in_first(units: None, client: Client) -> None:
    for address in ("/tiltak/", "/tiltak/nytt/", "/tiltak/1/", "/tiltak/1/endre/"):
        assert client.get(address).status_code == 302


# -- entry


def test_a_leader_enters_a_measure_in_the_open_round(units: None, client: Client) -> None:
    reporting = open_round()
    page = signed_in(client, Role.VIRKSOMHETSLEDER, virksomhet="V1").get("/tiltak/nytt/")
    assert [code for code, _name in page.context["form"].fields["virksomhet"].choices] == ["V1"]
    answer = client.post("/tiltak/nytt/", SENT)
    made = Measure.objects.get()
    assert answer.headers["Location"] == f"/tiltak/{made.pk}/"
    assert (made.expected_effect, made.realised_effect, made.round) == (D(250_000), None, reporting)
    shown = words(client.get(f"/tiltak/{made.pk}/").content.decode())
    assert "Forventet effekt 250 000 kr Oppnådd effekt ikke kjent ennå" in shown
    (change,) = history.changes_of(made)
    assert (change.reason, change.who) == ("Vedtatt i rammeområdet", "som-virksomhetsleder")
    assert client.post("/tiltak/nytt/", {**SENT, "virksomhet": "V2"}).context["form"].errors["virksomhet"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"title": ""}, "title"),
        ({"owner": ""}, "owner"),
        ({"expected_effect": "mye"}, "expected_effect"),
        ({"expected_effect": "1.234"}, "expected_effect"),
        ({"status": "kanskje"}, "status"),
        ({"deadline": "31.02.2021"}, "deadline"),
        ({"year": "21"}, "year"),
        ({"status": "gjennomført"}, "realised_effect"),
    ],
)
def test_bad_input_is_told_at_the_field(units: None, client: Client, sent: dict[str, str], field: str) -> None:
    signed_in(client, Role.OKONOMI)
    answer = client.post("/tiltak/nytt/", {**SENT, **sent})
    assert answer.status_code == 200
    assert answer.context["form"].errors.get(field) or answer.context["form"].non_field_errors()
    assert not Measure.objects.exists()


def test_a_stale_form_is_refused(units: None, client: Client) -> None:
    made = measure("Tiltak")
    signed_in(client, Role.OKONOMI)
    seen = {"seen": str(made.version)}
    assert client.post(f"/tiltak/{made.pk}/endre/", {**SENT, **seen, "owner": "Første"}).status_code == 302
    assert client.post(f"/tiltak/{made.pk}/endre/", {**SENT, **seen, "owner": "Andre"}).status_code == 409
    made.refresh_from_db()
    assert made.owner == "Første"
    assert client.get("/tiltak/999999/").status_code == 404
    assert client.get("/tiltak/999999/endre/").status_code == 404


def test_a_mistake_can_be_removed(units: None, client: Client) -> None:
    made = measure("Feil")
    signed_in(client, Role.OKONOMI)
    answer = client.post(f"/tiltak/{made.pk}/endre/", {**SENT, "seen": str(made.version), "remove": "1"})
    assert answer.headers["Location"] == "/tiltak/"
    assert not Measure.objects.exists()


def test_the_action_refuses_others(units: None) -> None:
    made = measure("Tiltak", "V2")
    leader = somebody(Role.VIRKSOMHETSLEDER, name="leder", virksomhet="V1")
    made.virksomhet_id = "V1"  # taking another unit's measure
    with pytest.raises(ActionRefused, match="Bare lederen"):
        save_measure(measure=made, seen=made.version, reason="x", by=leader)
    made.refresh_from_db()
    assert made.virksomhet_id == "V2"


def test_the_command_line_has_the_register(units: None) -> None:
    measure("=1+1", expected_effect=D("250000.50"))
    out = io.StringIO()
    call_command("export_table", "tiltak", "--year", "2021", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[1].startswith("2021,V1,Virksomhet V1,'=1+1,,Leder,I gang,,false,250000.50,")
    assert lines[2].endswith("250000.50,,true")
