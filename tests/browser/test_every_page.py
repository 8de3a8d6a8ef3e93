"""Every page of the site × widths × light and dark.

At 1440, 768 and 390 pixels every rule of axe runs in light. The rule of contrast runs again in dark at 1440: nothing
but colours differs there, and they are the same at all widths. At 320 pixels the page must not scroll sideways.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from tests.browser import addresses
from tests.browser.addresses import OTHERS, PAGES, PUBLIC, Answer
from tests.browser.checks import HEIGHT, REFLOW, UNDRAWN, WIDTHS, Visit, axe, charts, new_context, too_wide, visit
from tests.browser.site import EVERYBODY, Site

ALL_SCREENSHOTS = bool(os.environ.get("SCREENSHOTS"))  # SCREENSHOTS=all keeps one of every page
KEPT = {"/": "front", "/avvik/2021/": "avvik", "/avvik/2021/virksomhet/650/": "node", "/innlesing/{ready}/": "import"}
DARK = 1440
SAMPLES = [sample for samples in PAGES.values() for sample in samples]


def test_every_route_has_a_sample() -> None:
    known = set(PAGES) | set(OTHERS)
    assert set(addresses.routes()) - known == set(), "give the new page a sample address in tests/browser/addresses.py"
    assert known - set(addresses.routes()) == set(), "these pages are gone"


@pytest.fixture(scope="module")
def browsers() -> Iterator[dict[str | None, BrowserContext]]:
    """This will keep one browser per user for all pages, so that style sheets and scripts are fetched once."""
    opened: dict[str | None, BrowserContext] = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize(
    ("sample", "username"), [*((sample, EVERYBODY) for sample in SAMPLES), *((sample, None) for sample in PUBLIC)]
)
def test_page(
    sample: str,
    username: str | None,
    site: Site,
    chromium: Browser,
    browsers: dict[str | None, BrowserContext],
    screenshots: Path,
    record_property: Callable[[str, object], None],
) -> None:
    if username not in browsers:
        browsers[username] = new_context(chromium, site, username)
    address = addresses.address(sample)
    wrong: list[str] = []
    seen = Visit(browsers[username].new_page(), urlsplit(site.address).netloc)
    for width in (*WIDTHS, REFLOW):
        seen.page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong += [f"{width}: {trouble}" for trouble in look(seen, address, width)]
        name = KEPT.get(sample) if username else None
        if width != REFLOW and (name or ALL_SCREENSHOTS):
            name = name or re.sub(r"[^a-z0-9]+", "-", sample.lower()).strip("-")
            seen.page.evaluate("() => scrollTo(0, 0)")  # sticky heads of tables stand where they begin
            seen.page.screenshot(path=screenshots / f"{name}-{width}.png", full_page=True)
    seen.page.close()
    record_property("browser_page", address)
    record_property("browser_views", len(WIDTHS) + 1)
    assert not wrong, "\n".join(wrong)


def look(seen: Visit, address: str, width: int) -> list[str]:
    """Everything wrong at one width."""
    page = seen.page
    seen.troubles.clear()
    response = page.goto(address, wait_until="load")
    wrong = [] if response and response.status == 200 else [f"answered {response and response.status}"]
    wrong += charts(page) + too_wide(page)
    if width != REFLOW:
        wrong += axe(page)
    if width == DARK:
        page.emulate_media(color_scheme="dark")
        wrong += [f"dark: {trouble}" for trouble in charts(page) + axe(page, only=["color-contrast"])]
        page.emulate_media(color_scheme="light")
    return wrong + seen.troubles


def test_checks_find_what_is_wrong(site: Site, chromium: Browser) -> None:
    """A walk that finds nothing must be able to find something."""
    with visit(chromium, site, width=390) as seen:
        seen.page.goto("/logg-inn/")
        assert not axe(seen.page) + too_wide(seen.page) + charts(seen.page) + seen.troubles
        seen.page.evaluate(
            """() => { const main = document.querySelector('main'), made = document.createElement('div');
            made.innerHTML = '<p>Bleik tekst</p><img src="/static/roros/favicon.svg"><div data-chart="x">Kurve</div>';
            main.append(made);
            made.firstChild.style.color = '#ccc'; made.style.width = '600px';
            const leak = document.createElement('img');
            leak.alt = ''; leak.src = 'http://192.0.2.1/x.png'; main.append(leak);
            made.setAttribute('onclick', 'alert(1)'); }"""
        )
        found = "\n".join(axe(seen.page) + too_wide(seen.page))
        assert "axe color-contrast" in found
        assert "axe image-alt" in found
        assert "wider than the screen" in found
        assert seen.page.evaluate(UNDRAWN) == ["x"]
        told = "\n".join(seen.troubles)
        assert "Content Security Policy" in told


@pytest.mark.parametrize("route", OTHERS)
def test_address_without_a_page(route: str, site: Site) -> None:
    answer, sample = OTHERS[route]
    client = Client()
    client.cookies["sessionid"] = site.session_of(EVERYBODY)
    response = client.get(addresses.address(sample))
    expected = {
        Answer.NOTHING: (405, None),
        Answer.FILE: (200, "attachment"),
        Answer.FRAGMENT: (200, None),
        Answer.TEXT: (200, None),
    }[answer]
    assert response.status_code == expected[0]
    if expected[1]:
        assert response["Content-Disposition"].startswith(expected[1])
    if answer is not Answer.FILE:
        assert b"<html" not in response.content
