"""The pages of drafts: who sees and writes, what is computed, what is refused, and that nothing leaks."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.actions.amendments import adopt_amendment, recommend_amendment, reject_amendment, save_draft, start_draft
from budget.models import Amendment, Decision
from budget.queries.amendment_drafts import draft_lines
from roros.models import Role, User
from roros.numbers import NBSP
from tests.budget.test_amendment_drafts import DECISION, EVEN, draft, line
from tests.people import person

YEAR = "/budsjettendringer/2021/"
NEW = f"{YEAR}ny/"
SECRET = "Hemmelig flytting"
Status = Amendment.Status
READERS = (Role.POLITIKER, Role.VIRKSOMHETSLEDER, Role.KOMMUNALSJEF, Role.HR)


@pytest.fixture
def okonomi(loaded: None, client: Client) -> User:
    user = person(Role.OKONOMI, name="okonomi")
    client.force_login(user)
    return user


def secret(by: User, **changes: Any) -> Amendment:
    return start_draft(**{"year": 2021, "text": SECRET, "background": "", "lines": EVEN, "by": by, **changes})


def page_of(amendment: Amendment, part: str = "") -> str:
    return f"{YEAR}utkast/{amendment.pk}/{part}"


def sent(*lines: Mapping[str, str], button: str = "save", **words: object) -> dict[str, str]:
    """What a browser sends: the words and these lines."""
    data = {"text": "Flytting", "background": "", button: "1", "linjer-INITIAL_FORMS": "0"}
    data["linjer-TOTAL_FORMS"] = str(len(lines))
    for place, cells in enumerate(lines):
        data |= {f"linjer-{place}-{name}": value for name, value in cells.items()}
    return data | {name: str(value) for name, value in words.items()}


TAKES = {"ansvar": "1000", "tjeneste": "1200", "art": "101000", "prosjekt": "", "period": "6", "amount": "−1 040,50"}
GIVES = {"ansvar": "3100 Sykehjem", "tjeneste": "2530", "art": "101000", "period": "9", "amount": "1040,50"}
BLANK = {"ansvar": "", "amount": ""}


def test_drafting_by_hand(client: Client, okonomi: User) -> None:
    answer = client.post(NEW, sent(TAKES, GIVES, BLANK))
    made = Amendment.objects.get(number="2021-002")
    assert answer.headers["Location"] == page_of(made)
    assert [(one.ansvar, one.period, str(one.amount)) for one in draft_lines(made)] == [
        ("1000", 6, "-1040.50"),
        ("3100", 9, "1040.50"),
    ]
    page = client.get(page_of(made))
    assert page.context["finding"].replace(NBSP, " ") == "2021-002 vil flytte 1 041 kr. Summen er uendret"
    areas = {row.read("code"): row for row in page.context["areas"].data}
    for row in areas.values():
        assert row.read("before") + row.read("change") == row.read("after")
    assert str(areas["3"].read("change")) == "1040.50"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"ansvar": "7777"}, "Ansvar 7777 finnes ikke i 2021."),
        ({"ansvar": "3999"}, "Ansvar 3999 finnes ikke i 2021."),
        ({"tjeneste": "2999"}, "Tjeneste 2999 finnes ikke i 2021."),
        ({"art": ""}, "Skriv en art."),
        ({"prosjekt": "9"}, "Prosjekt 9 finnes ikke i 2021."),
        ({"period": ""}, "Velg en måned."),
        ({"period": "14"}, "Velg et gyldig valg."),
        ({"amount": "1.234"}, "kan leses som"),
        ({"amount": "tusen"}, "er ikke et tall"),
        ({"amount": "0"}, "Beløpet er 0."),
    ],
)
def test_a_line_that_cannot_be(client: Client, okonomi: User, cells: dict[str, str], words: str) -> None:
    page = client.post(NEW, sent({**TAKES, **cells}, GIVES))
    assert page.status_code == 200
    text = unescape(page.content.decode())
    assert "Ingenting er lagret" in text
    assert words in text
    assert Amendment.objects.count() == 1


def test_words_are_needed(client: Client, okonomi: User) -> None:
    assert "Skriv hva endringen gjelder." in client.post(NEW, sent(TAKES, text="")).content.decode()
    assert "Ingenting er lagret" in client.post(NEW, {"save": "1", "text": "x"}).content.decode()


def test_computing_without_saving_and_more_rows(client: Client, okonomi: User) -> None:
    page = client.post(NEW, sent(TAKES, button="check"))
    assert page.context["balance"].words.replace(NBSP, " ") == "Drift går ikke opp: tatt 1 040,50 kr mer enn gitt."
    assert [row.read("code") for row in page.context["areas"].data][:1] == ["1"]
    more = client.post(NEW, sent(TAKES, GIVES, button="more"))
    assert more.context["rows"].total_form_count() == 6
    assert Amendment.objects.count() == 1


def test_changing_keeps_lines_and_removes_those_ticked(client: Client, okonomi: User) -> None:
    made = draft(okonomi, [*EVEN, line("1000", "-5"), line("3100", "5")])
    first, second, third, fourth = draft_lines(made)
    rows = [
        {**TAKES, "line": str(first.pk), "amount": "-40,50"},
        {**GIVES, "line": str(second.pk), "amount": "40,50"},
        {**TAKES, "line": str(third.pk), "amount": "-5", "DELETE": "on"},
        {**GIVES, "line": str(fourth.pk), "amount": "5", "DELETE": "on"},
    ]
    assert client.post(page_of(made, "endre/"), sent(*rows, seen=made.version)).status_code == 200  # no reason
    answer = client.post(page_of(made, "endre/"), sent(*rows, seen=made.version, reason="Strøket"))
    assert answer.status_code == 302
    assert [one.pk for one in draft_lines(made)] == [first.pk, second.pk]


def test_the_second_is_told_what_the_first_changed(client: Client, okonomi: User) -> None:
    made = draft(okonomi)
    shown = client.get(page_of(made, "endre/"))
    opened = shown.context["form"].initial["opened"]
    other = person(Role.OKONOMI, name="kollega")
    first, second = draft_lines(made)
    save_draft(
        amendment=made,
        text="Kollegaens tekst",
        background="",
        lines=[first, second],
        seen=made.version,
        reason="Ny ordlyd",
        by=other,
    )
    answer = client.post(
        page_of(made, "endre/"), sent(TAKES, GIVES, seen=made.version, reason="Min", text="Min tekst", opened=opened)
    )
    assert answer.status_code == 409
    text = unescape(answer.content.decode())
    assert "Noen andre har endret 2021-002" in text
    assert "fra «Flytting til sykehjemmet» til «Kollegaens tekst»" in text
    assert "Ny ordlyd" in text
    assert 'value="Min tekst"' in text
    assert Amendment.objects.get(pk=made.pk).text == "Kollegaens tekst"


STEP = {"body": "Kommunestyret", "case_number": "77/21", "decided_on": "2021-10-21", "comment": "Enstemmig"}


def test_from_proposal_to_adoption(client: Client, okonomi: User) -> None:
    made = draft(okonomi)
    assert client.get(page_of(made, "innstill/")).context["form"].initial["body"] == "Formannskapet"
    client.post(page_of(made, "innstill/"), {**STEP, "body": "Formannskapet", "seen": made.version})
    made.refresh_from_db()
    assert made.status == Status.RECOMMENDED
    answer = client.post(page_of(made, "vedta/"), {**STEP, "seen": made.version})
    assert answer.headers["Location"] == f"{YEAR}2021-002/"
    page = client.get(f"{YEAR}2021-002/")
    text = unescape(page.content.decode())
    assert [step.body for step in page.context["steps"]] == ["Formannskapet", "Kommunestyret"]
    assert "Enstemmig" in text
    assert "Nytt utkast" in text
    assert client.get(page_of(made)).headers["Location"] == f"{YEAR}2021-002/"
    for part in ("endre/", "vedta/", "avvis/"):
        assert client.get(page_of(made, part)).headers["Location"] == f"{YEAR}2021-002/"
    for address in ("/avvik/2021/", "/avvik/2021/ansvar/3100/", "/avvik/2021/historie/?ansvar=3100&periode=13", YEAR):
        assert client.get(address).status_code == 200
    assert "2021-002" in client.get("/avvik/2021/linjer/?slag=endring&periode=13").content.decode()


def test_a_stale_or_unbalanced_step(client: Client, okonomi: User) -> None:
    made = draft(okonomi, [line("1000", "-40.50"), line("3100", "40")])
    assert client.post(page_of(made, "vedta/"), {**STEP, "seen": 99}).status_code == 409
    answer = client.post(page_of(made, "vedta/"), {**STEP, "seen": made.version})
    assert answer.status_code == 200
    assert "tatt 0,50" in answer.content.decode().replace(NBSP, " ")
    future = client.post(page_of(made, "vedta/"), {**STEP, "decided_on": "2099-01-01", "seen": made.version})
    assert "Datoen er i framtiden." in future.content.decode()
    empty = client.post(page_of(made, "vedta/"), {"seen": made.version})
    assert "Skriv saksnummeret." in empty.content.decode()
    made.refresh_from_db()
    assert made.status == Status.PROPOSED


def test_rejected_is_kept_and_shown(client: Client, okonomi: User) -> None:
    made = draft(okonomi)
    assert client.post(page_of(made, "avvis/"), {**STEP, "seen": made.version}).headers["Location"] == page_of(made)
    page = client.get(page_of(made))
    assert "men ble avvist" in page.context["finding"]
    assert page.context["may_write"] is False
    assert "2021-002" in client.get(YEAR).content.decode()


def test_deleting(client: Client, okonomi: User) -> None:
    made = draft(okonomi)
    assert client.post(page_of(made, "slett/"), {"seen": made.version, "reason": ""}).status_code == 200
    assert client.post(page_of(made, "slett/"), {"seen": 99, "reason": "Feil"}).status_code == 409
    client.post(page_of(made, "slett/"), {"seen": made.version, "reason": "Feil"})
    assert not Amendment.objects.filter(pk=made.pk).exists()
    assert client.get(page_of(made)).status_code == 404
    dealt_with = recommend_amendment(amendment=draft(okonomi), seen=1, by=okonomi, **DECISION)
    answer = client.post(page_of(dealt_with, "slett/"), {"seen": dealt_with.version, "reason": "Feil"})
    assert "kan ikke slettes" in answer.content.decode()


def test_a_correction_from_the_page(client: Client, okonomi: User) -> None:
    assert "Lag en ny endring som retter denne" in client.get(f"{YEAR}2021-001/").content.decode()
    answer = client.post(f"{YEAR}rett/2021-001/")
    made = Amendment.objects.get(number="2021-002")
    assert answer.headers["Location"] == page_of(made, "endre/")
    assert client.post(f"{YEAR}rett/2021-999/").status_code == 404
    assert client.get(f"{YEAR}rett/2021-001/").status_code == 405


def test_the_list_follows_every_change_though_it_is_kept(client: Client, okonomi: User) -> None:
    def listed() -> list[tuple[str, str]]:
        text = client.get(YEAR).content.decode()
        _before, _mark, section = text.partition('id="utkast"')
        return re.findall(r'"code">(2021-\d+)</span>.*?<svg.*?</svg>(\w+)', section, re.DOTALL)

    assert listed() == []
    made = secret(okonomi)
    assert listed() == [("2021-002", "Forslag")]
    made = recommend_amendment(amendment=made, seen=made.version, by=okonomi, **DECISION)
    assert listed() == [("2021-002", "Innstilt")]
    assert listed() == [("2021-002", "Innstilt")]  # as it is kept
    adopt_amendment(amendment=made, seen=made.version, by=okonomi, **DECISION)
    assert listed() == []
    assert SECRET in client.get(YEAR).content.decode()


PARTS = ("", "endre/", "innstill/", "vedta/", "avvis/", "slett/")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.KOMMUNEDIREKTOR, Role.REVISOR])
def test_those_who_only_read_drafts(client: Client, okonomi: User, role: Role) -> None:
    made = secret(okonomi)
    client.force_login(person(role, name="leser"))
    assert SECRET in client.get(page_of(made)).content.decode()
    page = client.get(YEAR)
    assert SECRET in page.content.decode()
    assert "Ny budsjettendring" not in page.content.decode()
    assert "rett/" not in client.get(f"{YEAR}2021-001/").content.decode()
    for part in PARTS[1:]:
        assert client.get(page_of(made, part)).status_code == 403
        assert client.post(page_of(made, part), {**STEP, "seen": made.version}).status_code == 403
    assert client.post(NEW, sent(TAKES, GIVES)).status_code == 403
    assert client.post(f"{YEAR}rett/2021-001/").status_code == 403
    assert Amendment.objects.count() == 2


@pytest.mark.parametrize("role", READERS)
def test_others_find_no_draft_anywhere(client: Client, okonomi: User, role: Role, tmp_path: Path) -> None:
    made = secret(okonomi)
    inside = recommend_amendment(amendment=secret(okonomi), seen=1, by=okonomi, **DECISION)
    rejected = reject_amendment(amendment=secret(okonomi), seen=1, by=okonomi, **DECISION)
    Decision.objects.create(code="2021-01", year=2021, number=1, title="Et vedtak", amendment=made)
    client.force_login(person(role, name="leser"))
    for one in (made, inside, rejected):
        for part in PARTS:
            assert client.get(page_of(one, part)).status_code == 404
            assert client.post(page_of(one, part), STEP).status_code == 404
        assert client.get(f"{YEAR}{one.number}/").status_code == 404
    assert client.get(NEW).status_code == 404
    addresses = [
        *(YEAR, f"{YEAR}2021-001/", "/avvik/2021/", "/avvik/2021/bro/", "/avvik/2021/ansvar/1000/bro/"),
        *("/avvik/2021/ansvar/1000/", "/avvik/2021/historie/?ansvar=1000&kolonne=revidert", "/", "/vedtak/"),
        *("/avvik/2021/linjer/?slag=endring", "/vedtak/2021-01/", "/sok/?q=hemmelig", "/sok/?q=2021-00"),
    ]
    addresses += [f"{YEAR}?_export={form}" for form in ("csv", "json")]
    addresses += [f"/avvik/2021/bro/?_export={form}" for form in ("csv", "json")]
    addresses += [f"/avvik/2021/linjer/?slag=endring&_export={form}" for form in ("csv", "json")]
    for address in addresses:
        answer = client.get(address)
        text = answer.getvalue().decode()
        assert SECRET not in text, address
        for number in (made.number, inside.number, rejected.number):
            assert number not in text, address
        assert "Nytt utkast" not in text, address
    path = tmp_path / "endringer.json"
    call_command(
        "export_table",
        "budsjettendringer",
        "--year",
        "2021",
        "--format",
        "json",
        "--output",
        str(path),
        stdout=io.StringIO(),
    )
    numbers = {row["endringsnr"] for row in json.loads(path.read_text())["rows"]}
    assert numbers == {"2021-001"}


def test_a_reader_after_an_economist_gets_a_page_without_drafts(client: Client, okonomi: User) -> None:
    secret(okonomi)
    assert SECRET in client.get(YEAR).content.decode()
    client.force_login(person(Role.POLITIKER, name="leser"))
    assert SECRET not in client.get(YEAR).content.decode()
    assert "Nytt utkast" not in client.get(f"{YEAR}2021-001/").content.decode()


def test_a_visitor_signs_in_first(client: Client, loaded: None) -> None:
    for address in (NEW, f"{YEAR}utkast/1/", f"{YEAR}utkast/1/vedta/"):
        assert client.get(address).headers["Location"].startswith("/logg-inn/")


def test_another_year_is_another_draft(client: Client, okonomi: User) -> None:
    made = draft(okonomi)
    assert client.get(f"/budsjettendringer/2020/utkast/{made.pk}/").status_code == 404
    assert client.get("/budsjettendringer/1999/ny/").status_code == 404


@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(client: Client, okonomi: User, size: int) -> None:
    for _number in range(size):
        made = draft(okonomi, EVEN * size)
    with CaptureQueriesContext(connection) as counted:
        page = client.get(YEAR)
    assert len(page.context["drafts"].data) == size
    assert len(counted) == 8
    with CaptureQueriesContext(connection) as counted:
        page = client.get(page_of(made))
    assert len(page.context["table"].data) == 2 * size
    assert len(counted) == 12
    with CaptureQueriesContext(connection) as counted:
        page = client.get(page_of(made, "endre/"))
    assert page.context["rows"].total_form_count() == 2 * size + 4
    assert len(counted) == 8


def test_the_lines_as_a_file(client: Client, okonomi: User) -> None:
    made = draft(okonomi)
    head, first, *_rest = client.get(f"{page_of(made)}?_export=csv").content.decode().splitlines()
    assert head.endswith("ansvar_kode,tjeneste_kode,art_kode,prosjekt_kode,er_sum")
    assert "-40.50" in first
