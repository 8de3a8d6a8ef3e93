"""What a kept page rests on: the figures, who may see what, the address, the form token and the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from roros.caching import FORM_TOKEN, PAGES, KeptPage, PageStore, code_version, figures_etag, figures_page, page_key
from roros.models import DataVersion, Role
from roros.workbooks.engine import bump_data_version, undo
from tests.budget.figures import balance, chart, organisation, reader, supply
from tests.ledger_world import LINES, imported, ledger_file
from tests.ledger_world import user as person

ADDRESS = "/avvik/2021/"


def request(user: object, address: str = ADDRESS, **headers: str) -> HttpRequest:
    made = RequestFactory(headers=headers).get(address)
    made.user = user  # type: ignore[assignment]
    return made


def named(asked: HttpRequest) -> str:
    key = page_key(asked)
    assert key is not None
    return figures_etag(asked, key)


def municipality() -> None:
    organisation(("10", "V1", 1))
    chart()
    supply()
    balance("10", actual=700, original=1000)


@pytest.mark.django_db
def test_the_same_page_has_the_same_name() -> None:
    DataVersion.objects.get_or_create(id=1)
    user = reader()
    assert named(request(user)) == named(request(user))


@pytest.mark.django_db
def test_whatever_changes_the_page_changes_its_name() -> None:
    DataVersion.objects.get_or_create(id=1)
    user = reader()
    names = {
        named(request(user)),
        named(request(user, "/avvik/2021/?periode=8")),
        named(request(user, **{"hx-request": "true"})),
        named(request(reader("annen"))),
        named(request(reader("okonomi", role=Role.OKONOMI))),
        named(request(AnonymousUser())),
    }
    signed_in_again = request(user)
    signed_in_again.META["CSRF_COOKIE"] = "ny"
    names.add(named(signed_in_again))
    DataVersion.objects.update(version=99)
    names.add(named(request(user)))
    assert len(names) == 8


@pytest.mark.django_db
def test_a_page_is_another_one_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    today = page_key(request(reader()))
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: "i morgen")
    assert page_key(request(reader("annen"))) != today


@pytest.mark.django_db
def test_a_page_with_a_message_or_under_development_has_no_key() -> None:
    told = request(reader())
    told.session = SessionStore()
    told._messages = FallbackStorage(told)
    assert page_key(told) is not None
    get_messages(told).add(20, "Lagret.")
    assert page_key(told) is None
    with override_settings(DEBUG=True):
        assert page_key(request(reader("annen"))) is None


def test_the_code_has_a_version() -> None:
    assert len(code_version()) == 16


@pytest.mark.django_db
def test_a_page_is_made_once_until_a_figure_moves(client: Client) -> None:
    municipality()
    client.force_login(reader())
    with CaptureQueriesContext(connection) as making:
        first = client.get(ADDRESS)
    with CaptureQueriesContext(connection) as keeping:
        second = client.get(ADDRESS)
    assert len(keeping) == 4 < len(making)  # session, user, roles, version
    assert FORM_TOKEN.sub(b"", second.content) == FORM_TOKEN.sub(b"", first.content)
    assert {**second.headers} == {**first.headers}
    bump_data_version()
    with CaptureQueriesContext(connection) as again:
        client.get(ADDRESS)
    assert len(again) == len(making)


def test_an_import_and_its_undoing_renew_the_page(scratch: str, client: Client) -> None:
    client.force_login(person(Role.OKONOMI))
    imported(ledger_file())
    first = client.get(ADDRESS)
    lines = [("1000", "1200", "101000", "", 1, "777000.00"), *LINES[1:]]
    run = imported(ledger_file(lines))
    moved = client.get(ADDRESS, headers={"if-none-match": first["ETag"]})
    assert (b"777" in first.content, b"777" in moved.content) == (False, True)
    undo(run, by=None)
    again = client.get(ADDRESS, headers={"if-none-match": moved["ETag"]})
    assert FORM_TOKEN.sub(b"", again.content) == FORM_TOKEN.sub(b"", first.content)


@pytest.mark.django_db
def test_who_signs_in_holds_the_first_page(client: Client) -> None:
    municipality()
    user = reader()
    user.set_password("hemmelig")
    user.save()
    client.get("/logg-inn/")
    client.post("/logg-inn/", {"username": user.username, "password": "hemmelig"})
    for _ask in range(2):
        first = client.get(ADDRESS)
        assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304
    client.cookies.pop("csrftoken")
    first = client.get(ADDRESS)
    assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_every_reader_gets_their_own_form_token() -> None:
    municipality()
    readers = [Client(enforce_csrf_checks=True) for _reader in range(2)]
    for number, one in enumerate(readers):
        one.force_login(reader(f"leser-{number}"))
        page = one.get(ADDRESS)
        (token,) = FORM_TOKEN.findall(page.content)
        assert f"leser-{number}".encode() not in page.content
        assert one.post("/logg-ut/", {"csrfmiddlewaretoken": token.decode()}).status_code == 302
    assert len(PAGES.pages) == 1


@pytest.mark.django_db
def test_two_roles_share_no_page(client: Client) -> None:
    municipality()
    for role in Role:
        client.force_login(reader(f"i-rollen-{role}", role=role))
        assert client.get(ADDRESS).status_code == 200
    assert len(PAGES.pages) == len(Role)
    client.force_login(reader("gjest", role=None))
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("kept_before", [False, True])
def test_a_message_is_shown_once_and_never_kept(*, client: Client, kept_before: bool) -> None:
    municipality()
    client.force_login(reader())
    if kept_before:
        client.get(ADDRESS)
    client.cookies["messages"] = _message_cookie("Bare til deg.")
    told = client.get(ADDRESS)
    assert "Bare til deg." in told.content.decode()
    assert "ETag" not in told
    assert "Bare til deg." not in client.get(ADDRESS).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [ADDRESS + "?_export=csv", ADDRESS + "?periode=99", "/avvik/1999/", ADDRESS + "?niva=tull"]
)
def test_files_and_refusals_are_not_kept(client: Client, address: str) -> None:
    municipality()
    client.force_login(reader())
    client.get(address)
    assert not PAGES.pages


@pytest.mark.django_db
def test_the_store_can_be_turned_off(client: Client) -> None:
    municipality()
    client.force_login(reader())
    with override_settings(PAGE_CACHE_MB=0):
        assert client.get(ADDRESS).status_code == 200
    assert not PAGES.pages


@pytest.mark.django_db
def test_an_answer_for_one_reader_is_not_kept() -> None:
    def own(asked: HttpRequest) -> HttpResponse:
        answer = HttpResponse("din")
        answer.set_cookie("ditt", "ja")
        return answer

    figures_page(own)(request(reader()))
    assert not PAGES.pages


def test_the_oldest_pages_make_room() -> None:
    page = KeptPage((b"x" * 9000,), ())
    store = PageStore()
    for number in range(3):
        store.put((number,), page, limit=2 * page.size)
        store.get((0,))
    assert sorted(store.pages) == [(0,), (2,)]  # 1 was asked for longest ago
    assert store.size == 2 * page.size
    store.put((0,), page, limit=2 * page.size)
    assert store.size == 2 * page.size
    store.put((3,), page, limit=10)
    assert (len(store.pages), store.size) == (0, 0)


def test_form_tokens_stand_only_where_they_are_found() -> None:
    """A token anywhere else, as in hx-headers, would be kept and given to others."""
    folder = Path(settings.BASE_DIR) / "templates"
    for template in folder.rglob("*.html"):
        assert "csrf" not in template.read_text().replace("{% csrf_token %}", ""), template


def _message_cookie(text: str) -> str:
    asked = RequestFactory().get("/")
    asked.session = SessionStore()
    storage = FallbackStorage(asked)
    storage.add(20, text)
    answer = HttpResponse()
    storage.update(answer)
    return answer.cookies["messages"].value
