"""What a person meets when something fails: what happened, what to do next, and the way back."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import WIDTHS, axe, too_wide, visit
from tests.browser.site import Site


def check(page: Page, status: int | None, expected: int, heading: str, advice: str) -> None:
    """The page answers with the status, says both things, leads back, and reads well at every width."""
    assert status == expected
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("main")).to_contain_text(advice)
    ways = page.get_by_role("main").get_by_role("link").evaluate_all("links => links.map(link => link.pathname)")
    assert set(ways) & {"/", "/avvik/2021/"}, "the page leads on"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not (wrong := axe(page) + too_wide(page)), wrong


@pytest.mark.parametrize(
    ("username", "address", "status", "heading", "advice"),
    [
        ("politiker", "/innlesing/", 403, "Du har ikke tilgang til denne siden", "Spør økonomiavdelingen"),
        ("politiker", "/finnes-ikke/", 404, "Siden finnes ikke", "Kontroller adressen"),
        ("politiker", "/avvik/1999/", 404, "Det finnes ingen tall for 1999", "Det finnes tall for"),
        ("politiker", "/avvik/2021/?periode=15", 400, "Adressen ber om noe som ikke finnes", "uten utvalg"),
        ("okonomi", "/innlesing/999999/", 404, "Siden finnes ikke", "Kontroller adressen"),
    ],
)
def test_refused_and_missing(
    username: str, address: str, status: int, heading: str, advice: str, site: Site, chromium: Browser
) -> None:
    with visit(chromium, site, width=1440, username=username) as seen:
        response = seen.page.goto(address)
        check(seen.page, response and response.status, status, heading, advice)


def test_visitor_is_asked_to_sign_in_and_comes_back(site: Site, chromium: Browser) -> None:
    with visit(chromium, site, width=390) as seen:
        seen.page.goto("/avvik/2021/?niva=virksomhet")
        expect(seen.page).to_have_url(re.compile(r"/logg-inn/\?next=/avvik/2021/%3Fniva%3Dvirksomhet"))
        seen.page.get_by_label("Brukernavn").fill("politiker")
        seen.page.get_by_label("Passord").fill("feil")
        seen.page.get_by_role("button", name="Logg inn").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("passordet er feil")
        assert axe(seen.page) == []
        seen.page.get_by_label("Passord").fill("demo-politiker")
        seen.page.get_by_role("button", name="Logg inn").click()
        expect(seen.page).to_have_url(re.compile(r"/avvik/2021/\?niva=virksomhet$"))


def test_request_for_another_host_is_refused(site: Site, chromium: Browser) -> None:
    with visit(chromium, site, width=1440) as seen:
        response = seen.page.goto(site.address.replace("127.0.0.1", "ukjent.localhost") + "/")
        heading = "Nettleseren sendte noe vi ikke kan lese"
        check(seen.page, response and response.status, 400, heading, "Gå tilbake og prøv igjen")


def test_form_from_before_a_new_sign_in(site: Site, chromium: Browser) -> None:
    with visit(chromium, site, width=1440, username="politiker") as seen:
        seen.page.goto("/")
        # The form holds the token of an earlier sign-in; another tab has been given a new one since.
        seen.page.locator("[name=csrfmiddlewaretoken]").evaluate_all(
            "all => all.forEach(one => one.value = 'x'.repeat(64))"
        )
        with seen.page.expect_response("**/logg-ut/") as answer:
            seen.page.get_by_role("button", name="Logg ut").click()
        heading = "Skjemaet var for gammelt til å sendes inn"
        check(seen.page, answer.value.status, 403, heading, "last siden på nytt")


def test_failure_on_our_side(own_site: Site, chromium: Browser) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE budget_amendment RENAME TO gone")
    with visit(chromium, own_site, width=1440, username="okonomi") as seen:
        response = seen.page.goto("/budsjettendringer/2021/")
        check(seen.page, response and response.status, 500, "Noe gikk galt hos oss", "Prøv igjen")
