"""The menu, the frame of every page, and the pages that say no."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from roros import access, navigation
from roros.components import Crumb, Fact, KeyFigure, PeriodLine, Step, StepState, Story, SumLine
from roros.navigation import Page, everyone

CSP_BREAKERS = re.compile(r'\sstyle=|<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son\w+="|javascript:')


def labels(path: str, *pages: Page) -> list[tuple[str, bool]]:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return [(str(link.label), link.current) for link in navigation.links(request, pages)]


def no_one(user: access.Someone) -> bool:
    return False


def test_page_that_does_not_exist_has_no_link() -> None:
    assert labels("/", Page("Inn", "login", everyone), Page("Finnes ikke", "nowhere:at_all", everyone)) == [
        ("Inn", False)
    ]


def test_page_that_the_user_may_not_see_has_no_link() -> None:
    assert labels("/", Page("Inn", "login", no_one)) == []


def test_figures_are_closed_to_visitors() -> None:
    assert labels("/", *navigation.MENU) == []


def test_current_page_is_the_one_above() -> None:
    pages = (Page("Inn", "login", everyone), Page("Ut", "logout", everyone))
    assert labels("/logg-inn/", *pages) == [("Inn", True), ("Ut", False)]
    assert labels("/logg-inn/glemt/", *pages) == [("Inn", True), ("Ut", False)]
    assert labels("/logg", *pages) == [("Inn", False), ("Ut", False)]


@pytest.mark.django_db
def test_sign_in_page_is_complete_and_strict(client: Client) -> None:
    response = client.get("/logg-inn/?next=/avvik/")
    html = response.content.decode()
    assert response.status_code == 200
    assert not CSP_BREAKERS.search(html)
    assert '<html lang="nb"' in html
    assert html.index("Hopp til innholdet") < html.index('id="innhold"')
    assert re.search(r'<input type="hidden" name="next" value="/avvik/">', html)
    for label in re.findall(r'<label[^>]* for="(\w+)"', html):
        assert f'id="{label}"' in html


@pytest.mark.django_db
def test_wrong_password_is_told_in_one_sentence(client: Client) -> None:
    html = client.post("/logg-inn/", {"username": "nils", "password": "feil"}).content.decode()
    assert 'role="alert"' in html
    assert "Brukernavnet eller passordet er feil" in html


@pytest.mark.django_db
def test_missing_page_says_so_in_norwegian(client: Client) -> None:
    response = client.get("/finnes-ikke/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "Siden finnes ikke" in html
    assert not CSP_BREAKERS.search(html)


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_nothing_from_the_request(name: str) -> None:
    html = render_to_string(name)
    assert "<h1>" in html
    assert not CSP_BREAKERS.search(html)


def test_breadcrumbs_mark_the_page_itself() -> None:
    trail = [Crumb("Oversikt", "/"), Crumb("Avvik", "/avvik/"), Crumb("<Helse>", "/avvik/3/")]
    html = render_to_string("components/breadcrumbs.html", {"trail": trail})
    assert html.count('aria-current="page"') == 1
    assert 'href="/avvik/" aria-label="Tilbake til Avvik"' in html
    assert "&lt;Helse&gt;" in html
    assert "Tilbake til" not in render_to_string("components/breadcrumbs.html", {"trail": trail[:1]})


def test_period_line_leaves_out_what_is_not_known() -> None:
    html = render_to_string("components/period.html", {"period": PeriodLine(before=[Fact("Rammeområde 7")])})
    assert re.findall(r"<li>(.*?)</li>", html) == ["Rammeområde 7"]


def test_steps_say_where_we_are() -> None:
    steps = [Step("Fil", "lest", StepState.PAST), Step("Kontroll", state=StepState.CURRENT), Step("Lest inn")]
    html = render_to_string("components/steps.html", {"steps": steps})
    assert re.findall(r'<li class="(\w+)"', html) == ["past", "current", "ahead"]
    assert html.count('aria-current="step"') == 1


def test_key_figures_link_to_their_story() -> None:
    figures = [KeyFigure("Avvik", "−6 052", href="#historie"), KeyFigure("Brukt", "120,6", "mill.")]
    html = render_to_string("components/key_figures.html", {"figures": figures})
    assert html.count("<a ") == 1
    assert "<small>mill.</small>" in html


def test_story_is_a_sum_down_to_the_ore() -> None:
    sums = [
        SumLine("Opprinnelig budsjett", (Decimal("12290082"),)),
        SumLine("Endring", (Decimal(1000000), Decimal(-1000000)), signed=True),
        SumLine("Avvik", (Decimal("-6051838.10"),), is_sum=True, decimals=2),
    ]
    html = render_to_string("components/story.html", {"story": Story("Slik er tallet laget", sums)})
    cells = [cell.replace("\u00a0", " ") for cell in re.findall(r"<td>(.*?)</td>", html)]
    assert cells == ["12 290 082", "+1 000 000<br>−1 000 000", "−6 051 838,10"]
    assert "De største linjene" not in html


def test_failed_page_keeps_the_filter_and_offers_another_try() -> None:
    context = {"message": "Databasen svarte ikke i tide.", "retry_href": "/avvik/?skala=kr&periode=2021-08"}
    html = render_to_string("components/failed.html", context)
    assert 'href="/avvik/?skala=kr&amp;periode=2021-08">Prøv igjen</a>' in html


def test_a_request_refused_before_sign_in_was_looked_at_gets_a_whole_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "annet.sted"})
    assert answer.status_code == 400
    assert "Gå tilbake og prøv igjen" in answer.content.decode()
