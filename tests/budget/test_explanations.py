"""Explanations: kept with their figures, never overwritten unseen, and the page of a unit where they are written."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.actions.explanations import WrittenMeanwhile, repeat_explanation, save_explanation
from budget.models import Explanation, Round, RoundTask
from budget.queries.explanations import previous_of
from budget.queries.limits import unit_figures
from budget.queries.rounds import Step
from roros import history
from roros.actions import ActionRefused
from roros.models import User
from tests.budget import round_world as world

URL = "/rapportering/{}/110/"
SENT = {
    "virksomhet-110-kind": "reelt",
    "virksomhet-110-cause": "Strømmen ble **dyr**.",
    "virksomhet-110-consequence": "Mindre vedlikehold.",
    "virksomhet-110-measure": "",
    "virksomhet-110-expected_effect": "200 000",
    "virksomhet-110-seen": "",
}


@pytest.fixture
def people(db: None) -> dict[str, User]:
    world.build()
    return world.people()


@pytest.fixture
def task(people: dict[str, User]) -> RoundTask:
    return world.task_of(world.opened(people["economy"]))


def text_of(task: RoundTask, node: tuple[str, str] = world.UNIT) -> Explanation:
    return Explanation.objects.get(round=task.round, level=node[0], code=node[1])


def post(client: Client, task: RoundTask, **changes: str) -> object:
    changed = {f"virksomhet-110-{name}": value for name, value in changes.items()}
    return client.post(world.task_url(task, "round_explanation", *world.UNIT), {**SENT, **changed})


# -- the actions


def test_a_text_is_kept_with_the_figures_that_it_is_about(people: dict[str, User], task: RoundTask) -> None:
    world.explain(task, world.UNIT, by=people["leader"])
    text = text_of(task)
    assert (text.revised, text.actual) == (Decimal(5_000_000), Decimal(6_000_000))
    assert (text.written_by, text.kind, text.expected_effect) == (people["leader"], "reelt", 200_000)
    assert history.changes_of(text)[0].who == "Liv"
    world.late_posting("1100", 1)
    save_explanation(task=task, node=world.UNIT, words=world.words(), seen=text.version, by=people["leader"])
    assert text_of(task).actual == Decimal(6_000_001)


def test_who_comes_second_is_told_and_shown_the_other_text(people: dict[str, User], task: RoundTask) -> None:
    world.explain(task, world.UNIT, by=people["leader"], cause="Livs tekst")
    with pytest.raises(WrittenMeanwhile, match="Liv lagret en forklaring her") as told:
        save_explanation(task=task, node=world.UNIT, words=world.words("Olavs tekst"), seen=None, by=people["economy"])
    assert told.value.theirs.cause == "Livs tekst"
    assert text_of(task).cause == "Livs tekst"
    seen = told.value.theirs.version
    save_explanation(task=task, node=world.UNIT, words=world.words("Olavs tekst"), seen=seen, by=people["economy"])
    with pytest.raises(WrittenMeanwhile, match="Olav"):
        save_explanation(task=task, node=world.UNIT, words=world.words("Livs andre"), seen=seen, by=people["leader"])
    assert text_of(task).cause == "Olavs tekst"


@pytest.mark.parametrize("node", [("ansvar", "2100"), ("virksomhet", "210"), ("ansvar", "9999"), ("art", "101000")])
def test_a_unit_explains_only_its_own(people: dict[str, User], task: RoundTask, node: tuple[str, str]) -> None:
    with pytest.raises(ActionRefused, match="hører ikke til Virksomhet 110 i 2021"):
        world.explain(task, node, by=people["leader"])
    assert not Explanation.objects.exists()


@pytest.mark.parametrize("state", ["levert", "godkjent", "kvalitetssikret"])
def test_what_is_delivered_does_not_change(people: dict[str, User], task: RoundTask, state: str) -> None:
    world.bring_to(task, state, people)
    text = text_of(task)
    with pytest.raises(ActionRefused, match="Teksten kan bare endres når den er returnert"):
        save_explanation(task=task, node=world.UNIT, words=world.words("Ny"), seen=text.version, by=people["leader"])
    assert text_of(task).cause == text.cause


def test_the_last_round_s_text_may_still_hold(people: dict[str, User], task: RoundTask) -> None:
    world.explain(task, world.UNIT, by=people["leader"], cause="Strøm")
    later = world.task_of(world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8))
    unit = unit_figures(later.round)["110"]
    assert previous_of(later.round, unit)[world.UNIT].cause == "Strøm"
    assert previous_of(task.round, unit) == {}  # the later round is not before
    text = repeat_explanation(task=later, node=world.UNIT, by=people["leader"])
    assert (text.cause, text.holds_since, text.actual) == ("Strøm", text_of(task), Decimal(12_000_000))
    with pytest.raises(WrittenMeanwhile):
        repeat_explanation(task=later, node=world.UNIT, by=people["leader"])
    with pytest.raises(ActionRefused, match="ingen tidligere forklaring"):
        repeat_explanation(task=later, node=world.LARGE, by=people["leader"])
    # Written anew, it no longer leans on the old one.
    save_explanation(task=later, node=world.UNIT, words=world.words("Ny"), seen=text.version, by=people["leader"])
    assert text_of(later).holds_since is None


# -- the page


def test_the_leader_sees_what_must_be_explained(people: dict[str, User], task: RoundTask) -> None:
    page = world.signed_in(people["leader"]).get(URL.format(task.round_id)).content.decode()
    assert "Virksomhet 110 brukte 1,0\u00a0mill.\u00a0kr mer enn budsjettert til og med april" in page
    assert "2 forklaringer mangler" in page
    assert "110 Virksomhet 110 har brukt 1\u00a0000\u00a0000 kr mer enn budsjettert og må forklares." in page
    assert page.count('name="virksomhet-110-cause"') == 1
    assert page.count('name="ansvar-1100-cause"') == 1
    assert 'name="ansvar-1101-cause"' not in page
    assert '<option value="ansvar-1101">1101 Ansvar 1101</option>' in page  # may be explained as well


def test_a_node_within_the_limit_may_be_explained(people: dict[str, User], task: RoundTask) -> None:
    client = world.signed_in(people["leader"])
    page = client.get(URL.format(task.round_id), {"forklar": "ansvar-1101"}).content.decode()
    assert 'name="ansvar-1101-cause"' in page
    assert client.get(URL.format(task.round_id), {"forklar": "ansvar-9"}).status_code == 200


def test_a_text_is_saved_and_shown(people: dict[str, User], task: RoundTask) -> None:
    client = world.signed_in(people["leader"])
    answer = post(client, task)
    assert (answer.status_code, answer.url) == (302, URL.format(task.round_id) + "#virksomhet-110")
    assert text_of(task).expected_effect == 200_000
    page = client.get(URL.format(task.round_id)).content.decode()
    assert "<p>Strømmen ble <strong>dyr</strong>.</p>" in page
    assert "Én forklaring mangler" in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("kind", "", "Velg slag"),
        ("kind", "tull", "Velg et gyldig valg"),
        ("cause", "  ", "Skriv hva avviket skyldes."),
        ("cause", "x" * 5001, "5000"),
        ("expected_effect", "mye", "er ikke et tall"),
        ("expected_effect", "1.234", "kan leses som"),
    ],
)
def test_a_bad_form_is_shown_again_with_what_was_written(
    people: dict[str, User], task: RoundTask, field: str, value: str, message: str
) -> None:
    answer = post(world.signed_in(people["leader"]), task, **{field: value})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert message in page
    assert "Mindre vedlikehold." in page
    assert not Explanation.objects.exists()


def test_an_overtaken_form_keeps_the_text_and_shows_the_other(people: dict[str, User], task: RoundTask) -> None:
    world.explain(task, world.UNIT, by=people["leader"], cause="Livs *tekst*")
    client = world.signed_in(people["economy"])
    answer = post(client, task, cause="Olavs tekst")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Liv lagret en forklaring her" in page
    assert "Livs <em>tekst</em>" in page
    assert "Olavs tekst</textarea>" in page
    seen = re.search(r'name="virksomhet-110-seen" value="(\d+)"', page)
    assert seen
    assert post(client, task, cause="Olavs tekst", seen=seen[1]).status_code == 302
    assert text_of(task).cause == "Olavs tekst"


def test_a_delivered_unit_keeps_what_was_typed(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "levert", people)
    answer = post(world.signed_in(people["leader"]), task, cause="Skrevet for sent", seen="1")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Teksten kan bare endres når den er returnert" in page
    assert "Skrevet for sent" in page


def test_the_button_still_holds(people: dict[str, User], task: RoundTask) -> None:
    world.explain(task, world.UNIT, by=people["leader"], cause="Strøm")
    later = world.task_of(world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8))
    client = world.signed_in(people["leader"])
    page = client.get(world.task_url(later)).content.decode()
    assert "Forklaringen i 1. tertial 2021" in page
    assert "Gjelder fortsatt" in page
    url = world.task_url(later, "round_repeat", *world.UNIT)
    assert client.post(url).status_code == 302
    assert "gjelder fortsatt siden 1. tertial 2021" in client.get(world.task_url(later)).content.decode()
    assert client.post(url).status_code == 409
    assert client.post(world.task_url(later, "round_repeat", *world.LARGE)).status_code == 200
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("who", ["leader", "chief", "economy"])
def test_changed_figures_are_told_to_all_three(people: dict[str, User], task: RoundTask, who: str) -> None:
    world.bring_to(task, "levert", people)
    client = world.signed_in(people[who])
    for url in (world.task_url(task), f"/rapportering/{task.round_id}/"):
        assert "endret etter at" not in client.get(url).content.decode()
    world.late_posting("1100", 250_000)
    page = client.get(world.task_url(task)).content.decode()
    assert "Avviket er endret med −250\u00a0000 kr: regnskapet med +250\u00a0000 kr og budsjettet med 0 kr." in page
    overview = client.get(f"/rapportering/{task.round_id}/").content.decode()
    assert "Avviket er endret med −250\u00a0000 kr og er nå −1\u00a0250\u00a0000 kr." in overview
    assert "Endret −250\u00a0000 kr siden" in overview


# -- who may

READERS = ("leader", "chief", "economy", "director", "admin", "auditor")
WRITERS = ("leader", "economy")
STATUS = {"politician": 403, "hr": 403, "nobody": 403, "other-leader": 404, "other-chief": 404}


@pytest.mark.parametrize("who", [*READERS, *STATUS])
def test_who_reads_and_who_writes(people: dict[str, User], task: RoundTask, who: str) -> None:
    client = world.signed_in(people[who])
    read = client.get(world.task_url(task))
    assert read.status_code == STATUS.get(who, 200)
    assert ('name="virksomhet-110-cause"' in read.content.decode()) is (who in WRITERS)
    refused = STATUS.get(who, 403)
    assert post(client, task).status_code == (302 if who in WRITERS else refused)
    assert Explanation.objects.exists() is (who in WRITERS)
    repeated = client.post(world.task_url(task, "round_repeat", *world.LARGE))
    assert repeated.status_code == (200 if who in WRITERS else refused)


def test_a_visitor_is_asked_to_sign_in(people: dict[str, User], task: RoundTask) -> None:
    client = Client()
    for url in (
        world.task_url(task),
        world.task_url(task, "round_explanation", *world.UNIT),
        world.task_url(task, "round_repeat", *world.UNIT),
        world.task_url(task, "round_step"),
    ):
        answer = client.post(url) if url != world.task_url(task) else client.get(url)
        assert answer.status_code == 302
        assert answer.url.startswith("/logg-inn/")


@pytest.mark.parametrize("address", ["/rapportering/{}/999/", "/rapportering/999/110/"])
def test_no_such_task(people: dict[str, User], task: RoundTask, address: str) -> None:
    assert world.signed_in(people["economy"]).get(address.format(task.round_id)).status_code == 404


# -- the steps on the page


def send(client: Client, task: RoundTask, step: str, comment: str = "", seen: object = None) -> object:
    standing = world.task_of(task.round)
    return client.post(
        world.task_url(task, "round_step"),
        {"step": step, "comment": comment, "seen": standing.version if seen is None else seen},
    )


def test_a_unit_goes_all_the_way(people: dict[str, User], task: RoundTask) -> None:
    leader, chief, economy = (world.signed_in(people[who]) for who in ("leader", "chief", "economy"))
    refused = send(leader, task, "lever")
    assert refused.status_code == 200
    assert "Virksomhet 110 kan ikke levere ennå." in refused.content.decode()
    world.ready(task, by=people["leader"])
    assert send(leader, task, "lever", "Klar").status_code == 302
    assert "Skriv hva som må rettes" in send(chief, task, "returner").content.decode()
    assert send(chief, task, "returner", "Hva med mai?").status_code == 302
    page = leader.get(world.task_url(task)).content.decode()
    assert "Returnert av Knut" in page
    assert "Hva med mai?" in page
    assert send(leader, task, "lever").status_code == 302
    assert send(chief, task, "godkjenn", "Fint").status_code == 302
    assert send(economy, task, "kvalitetssikre").status_code == 302
    page = economy.get(world.task_url(task)).content.decode()
    for words in ("Klar", "Hva med mai?", "Fint", "Kvalitetssikret"):
        assert words in page
    assert world.task_of(task.round).state == "kvalitetssikret"


def test_a_step_from_an_old_page_is_not_taken(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "levert", people)
    answer = send(world.signed_in(people["chief"]), task, "godkjenn", "Min kommentar", seen=1)
    assert answer.status_code == 409
    assert "Min kommentar" in answer.content.decode()
    assert world.task_of(task.round).state == "levert"


@pytest.mark.parametrize("step", ["", "signer", "LEVER"])
def test_an_unknown_step_is_refused(people: dict[str, User], task: RoundTask, step: str) -> None:
    assert send(world.signed_in(people["leader"]), task, step).status_code == 200
    assert world.task_of(task.round).state == "kladd"


@pytest.mark.parametrize("who", ["director", "admin", "auditor"])
def test_readers_take_no_step(people: dict[str, User], task: RoundTask, who: str) -> None:
    world.bring_to(task, "levert", people)
    client = world.signed_in(people[who])
    assert 'id="steg"' not in client.get(world.task_url(task)).content.decode()
    for step in Step:
        assert send(client, task, step.value, "Fordi").status_code == 403
    assert world.task_of(task.round).state == "levert"


def test_the_page_asks_few_questions(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "levert", people)
    client = world.signed_in(people["economy"])
    client.get(world.task_url(task))
    with CaptureQueriesContext(connection) as queries:
        client.get(world.task_url(task))
    assert len(queries) == 11


def test_a_signed_round_takes_nothing_more(people: dict[str, User], task: RoundTask) -> None:
    world.bring_to(task, "returnert", people)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # past the rules: signing has its own tests
        cursor.execute("UPDATE budget_round SET state = 'signert', signed_at = now()")
        cursor.execute("SET LOCAL session_replication_role = origin")
    answer = post(world.signed_in(people["leader"]), task, cause="For sent")
    assert "1. tertial 2021 er signert og kan ikke endres." in answer.content.decode()
    assert "For sent" in answer.content.decode()
    answer = send(world.signed_in(people["leader"]), task, "lever", "Min kommentar")
    assert "er signert og kan ikke endres" in answer.content.decode()
    assert "Du skrev: «Min kommentar»" in answer.content.decode()
