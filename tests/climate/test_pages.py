"""The climate pages: who may see and change them, what bad input gives, and how many questions they ask."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from climate.models import Emission, EmissionNote, EmissionTarget, Measure, Population
from roros import caching, history
from roros.models import Role, User
from tests.budget.register_files import person

pytestmark = pytest.mark.django_db
PAGES = ("/klima/", "/klima/tall/", "/klima/mal/{target}/", "/klima/tiltak/{measure}/")
QUERIES = {"/klima/": 11, "/klima/tall/": 10, "/klima/mal/{target}/": 8, "/klima/tiltak/{measure}/": 7}


def fill(rows: int = 1, by: User | None = None) -> dict[str, int]:
    """Every register with figures, entered by somebody; returns what addresses need."""
    with history.because("Ført", by=by):
        for place in range(rows):
            town = ("Røros", "Os", "Tynset")[place]
            for year, tonnes in ((2009, 23727), (2020, 23089)):
                for sector in ("Jordbruk", "Luftfart"):
                    Emission.objects.create(municipality=town, year=year, sector=sector, gas="CO2", tonnes=tonnes)
            Population.objects.create(municipality=town, year=2020, inhabitants=5600)
            measure = Measure.objects.create(number=place + 1, title=f"Tiltak {place}", status="iht. plan")
        target = EmissionTarget.objects.create(
            name="Plan", municipality="Røros", base_year=2009, target_year=2030, percent=40, printed_tonnes=33218,
            basis="tonn",
        )  # fmt: skip
        EmissionNote.objects.create(municipality="Røros", year=2020, sector="Luftfart", text="Trykt feil")
    return {"target": target.pk, "measure": measure.pk}


@pytest.mark.parametrize("rows", [1, 3])
def test_page_cost_does_not_grow_with_rows(client: Client, rows: int) -> None:
    editor = person("olav", Role.OKONOMI)
    client.force_login(editor)
    keys = fill(rows, by=editor)
    asked = {}
    for page in PAGES:
        address = page.format(**keys)
        client.get(address)  # so that what is read once per process has been read
        caching.PAGES.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked[page] = len(queries)
    assert asked == QUERIES


@pytest.mark.parametrize("page", PAGES)
def test_visitors_go_to_sign_in_people_without_a_role_are_refused_and_readers_see(client: Client, page: str) -> None:
    page = page.format(**fill())
    answer = client.get(page)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/logg-inn/")
    client.force_login(person("ukjent", None))
    assert client.get(page).status_code == 403
    client.force_login(person("pernille", Role.POLITIKER))
    answer = client.get(page)
    assert answer.status_code == 200
    assert not re.search(r"/endre/|/nytt/|/klima/tall/\w+/", answer.content.decode())


def edit_pages() -> list[str]:
    keys = {
        "tall/utslipp": Emission.objects.first(),
        "tall/folketall": Population.objects.first(),
        "tall/merknad": EmissionNote.objects.first(),
    }
    pages = [f"/klima/{name}/{suffix}" for name, row in keys.items() for suffix in ("", f"{row.pk}/")]  # type: ignore[union-attr]
    for name, model in (("mal", EmissionTarget), ("tiltak", Measure)):
        pages += [f"/klima/{name}/nytt/", f"/klima/{name}/{model._default_manager.get().pk}/endre/"]
    return pages


def test_only_administrator_and_okonomi_may_write(client: Client) -> None:
    fill()
    pages = edit_pages()
    assert len(pages) == 10
    for page in pages:
        assert client.post(page).status_code == 302, page
    client.force_login(person("pernille", Role.POLITIKER))
    for page in pages:
        assert client.get(page).status_code == 403, page
        assert client.post(page, {"reason": "Prøver"}).status_code == 403, page
    client.force_login(person("ada", Role.ADMINISTRATOR))
    for page in pages:
        assert client.get(page).status_code == 200, page
        assert client.post(page, {}).status_code == 200, page  # asked to fill in what is missing
        assert client.put(page).status_code == 405, page


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Plan", "municipality": "Røros", "base_year": 2009, "target_year": 2030, "percent": "40",
        "printed_tonnes": "16 609", "basis": "tonn", "decision": "", "source": "", "reason": "Rettet", "seen": 1,
        **changes,
    }  # fmt: skip


def test_a_change_is_kept_with_who_what_and_why(client: Client) -> None:
    keys = fill()
    client.force_login(person("olav", Role.OKONOMI))
    page = f"/klima/mal/{keys['target']}/"
    assert client.post(f"{page}endre/", form(percent="30", reason="Vedtak 4/22")).status_code == 302
    change = history.changes_of(EmissionTarget.objects.get(), only=("percent",))[0]
    assert (change.who, change.before, change.after, change.reason) == ("olav", "40", "30", "Vedtak 4/22")
    shown = client.get(page).content.decode()
    assert "Vedtak 4/22" in shown
    assert "fra «40» til «30»" in shown


def test_who_comes_second_is_told_and_nothing_is_stored(client: Client) -> None:
    keys = fill()
    client.force_login(person("olav", Role.OKONOMI))
    page = f"/klima/mal/{keys['target']}/endre/"
    assert client.post(page, form(percent="30")).status_code == 302
    answer = client.post(page, form(percent="50"))
    assert answer.status_code == 409
    assert "Noen andre har endret dette" in answer.content.decode()
    assert EmissionTarget.objects.get().percent == 30


def test_an_import_since_the_form_was_opened_counts_as_a_change(client: Client) -> None:
    fill()
    client.force_login(person("olav", Role.OKONOMI))
    row = Emission.objects.filter(year=2020, sector="Jordbruk").get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE climate_emission SET tonnes = 1 WHERE id = %s", [row.pk])
    sent = {
        "municipality": "Røros",
        "year": 2020,
        "sector": "Jordbruk",
        "gas": "CO2",
        "tonnes": "7",
        "reason": "Prøver",
    }
    assert client.post(f"/klima/tall/utslipp/{row.pk}/", {**sent, "seen": row.version}).status_code == 409
    assert Emission.objects.get(pk=row.pk).tonnes == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"percent": "1.234"}, "kan leses som"),
        ({"percent": "førti"}, "er ikke et tall"),
        ({"percent": "140"}, "over 0 og høyst 100"),
        ({"target_year": 2001}, "Målåret må være etter basisåret"),
        ({"target_year": 3001}, ""),
        ({"printed_tonnes": ""}, "Skriv tallet som er oppgitt"),
        ({"reason": ""}, "field-error"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_stored(client: Client, changes: dict[str, Any], told: str) -> None:
    keys = fill()
    client.force_login(person("olav", Role.OKONOMI))
    answer = client.post(f"/klima/mal/{keys['target']}/endre/", form(**changes))
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert (EmissionTarget.objects.get().percent, EmissionTarget.objects.get().target_year) == (40, 2030)


def test_a_measure_is_entered_changed_and_removed(client: Client) -> None:
    client.force_login(person("olav", Role.OKONOMI))
    sent = {"number": 1, "title": "Elbiler", "status": "iht. plan", "cost": "1 200 000", "reason": "Vedtatt"}
    assert client.post("/klima/tiltak/nytt/", sent).status_code == 302
    row = Measure.objects.get()
    assert (row.title, row.cost) == ("Elbiler", 1_200_000)
    page = f"/klima/tiltak/{row.pk}/endre/"
    assert client.post(page, {**sent, "status": "ferdig", "seen": row.version}).status_code == 302
    seen = Measure.objects.get().version
    assert client.post(page, {**sent, "remove": "1", "reason": "Ført to ganger", "seen": seen})["Location"] == "/klima/"
    assert not Measure.objects.exists()


@pytest.mark.parametrize(
    "address", ["/klima/?kommune=Atlantis", "/klima/?ar=1850", "/klima/?ar=x", "/klima/tall/?ar=1"]
)
def test_an_impossible_address_is_answered_with_what_is_wrong(client: Client, address: str) -> None:
    fill()
    client.force_login(person())
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Det finnes ingen utslippstall for" in answer.content.decode()


@pytest.mark.parametrize("address", ["/klima/mal/99/", "/klima/tiltak/99/", "/klima/tiltak/99/endre/"])
def test_rows_that_do_not_exist_are_not_found(client: Client, address: str) -> None:
    client.force_login(person())
    assert client.get(address).status_code == 404


def test_an_empty_room_says_what_to_do(client: Client) -> None:
    client.force_login(person())
    assert "Ingen utslippstall er lest inn ennå" in client.get("/klima/").content.decode()
    assert client.get("/klima/tall/").status_code == 200
