"""What visitors see: published reports, and nothing else of the house."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.actions.signing import publish_round, sign_round
from budget.models import Round
from roros.models import Role, User
from tests.budget.signed_world import director, ready_round
from tests.people import person


def made(*, period: int = 8, publish: bool = True) -> Round:
    """A round that is signed, and published."""
    reporting = ready_round(period=period)
    by = User.objects.filter(username="dagny").first() or director()
    sign_round(round=reporting, by=by)
    if publish:
        publish_round(round=reporting, by=by)
    return reporting


def test_list_for_visitors(loaded: None, client: Client) -> None:
    made(period=4)
    newest, signed = made(period=8), made(period=9, publish=False)
    ready_round(period=10)
    page = client.get("/publisert/")
    assert [row["title"] for row in page.context["rows"]] == ["2. tertial 2021", "1. tertial 2021"]
    assert page.context["finding"] == "To rapporter er publisert"
    assert f"/rapportering/{newest.pk}/rapport/avvik-virksomhet.csv" in page.text
    assert f"/rapportering/{signed.pk}/" not in page.text
    assert "NLOD" in page.text
    assert "/avvik/" not in page.text  # no way in for somebody without an account


def test_empty_list(loaded: None, client: Client) -> None:
    page = client.get("/publisert/")
    assert page.context["finding"] == "Ingen rapporter er publisert ennå"
    assert "/publisert/" in client.get("/tilgjengelighet/").text  # in the footer of every page


def test_queries_of_the_list(loaded: None, client: Client) -> None:
    counts = []
    for period in (4, 8, 9):
        made(period=period)
        with CaptureQueriesContext(connection) as queries:
            client.get("/publisert/")
        counts.append(len(queries))
    assert counts == [2, 2, 2]


def test_visitors_see_published_only(loaded: None, client: Client) -> None:
    draft, signed, published = ready_round(period=4), made(period=9, publish=False), made(period=8)
    assert client.get(f"/rapportering/{published.pk}/rapport/").status_code == 200
    for one in (draft, signed):
        assert client.get(f"/rapportering/{one.pk}/rapport/").status_code == 404
        assert client.get(f"/rapportering/{one.pk}/rapport/rapport.json").status_code == 404
    page = client.get(f"/rapportering/{published.pk}/rapport/").text
    for hidden in ("/avvik/", '/rapportering/"', "/endret/", "/sok/", "Publiser</button>", "/innlesing/"):
        assert hidden not in page


@pytest.mark.parametrize("role", [Role.POLITIKER, Role.HR, Role.VIRKSOMHETSLEDER, Role.REVISOR])
def test_everybody_with_a_role_reads_what_is_signed(loaded: None, client: Client, role: Role) -> None:
    draft, signed = ready_round(period=4), made(period=8, publish=False)
    client.force_login(person(role))
    assert client.get(f"/rapportering/{signed.pk}/rapport/").status_code == 200
    assert client.get(f"/rapportering/{draft.pk}/rapport/").status_code == 404
    assert client.get(f"/rapportering/{draft.pk}/rapport/rapport.json").status_code == 404


def test_a_user_without_a_role_is_a_visitor(loaded: None, client: Client) -> None:
    signed = made(publish=False)
    client.force_login(person(name="uten-rolle"))
    assert client.get(f"/rapportering/{signed.pk}/rapport/").status_code == 404


def test_a_file(loaded: None, client: Client) -> None:
    published = made()
    answer = client.get(f"/rapportering/{published.pk}/rapport/avvik-virksomhet.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="2-tertial-2021-avvik-virksomhet.csv"'
    again = client.get(answer.wsgi_request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert client.get(f"/rapportering/{published.pk}/rapport/finnes-ikke.csv").status_code == 404


def test_what_is_not_published_stays_out_of_shared_caches(loaded: None, client: Client) -> None:
    signed = made(publish=False)
    client.force_login(person(Role.POLITIKER))
    answer = client.get(f"/rapportering/{signed.pk}/rapport/rapport.html")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Content-Disposition" not in answer.headers
    assert answer.text.startswith("<!doctype html>")


def test_publish_button(loaded: None, client: Client) -> None:
    signed = made(publish=False)
    client.force_login(person(Role.POLITIKER))
    assert "Publiser</button>" not in client.get(f"/rapportering/{signed.pk}/rapport/").text
    assert client.post(f"/rapportering/{signed.pk}/publiser/").status_code == 403
    client.force_login(person(Role.OKONOMI, name="ola"))
    assert "Publiser</button>" in client.get(f"/rapportering/{signed.pk}/rapport/").text
    assert client.get(f"/rapportering/{signed.pk}/publiser/").status_code == 405
    answer = client.post(f"/rapportering/{signed.pk}/publiser/", follow=True)
    assert "2. tertial 2021 er publisert." in answer.text
    assert "allerede publisert" in client.post(f"/rapportering/{signed.pk}/publiser/", follow=True).text


def test_publishing_a_draft_is_refused(loaded: None, client: Client) -> None:
    draft = ready_round()
    client.force_login(person(Role.OKONOMI))
    answer = client.post(f"/rapportering/{draft.pk}/publiser/")
    assert answer.headers["Location"] == "/rapportering/"
    draft.refresh_from_db()
    assert draft.state == Round.State.OPEN
