"""Without a mouse: sign in, find the unit that deviates most, open what drives it, take it home."""

from __future__ import annotations

import csv
import re

from playwright.sync_api import Browser, Page, expect

from budget.queries.deviations import deviations
from budget.queries.years import figure_years
from budget.selection import Level, Selection
from tests.browser.checks import visit
from tests.browser.site import Site

# The focused element, and whether one sees that it has focus.
FOCUS = """() => { const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return { shown: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none',
    onScreen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
    what: one.outerHTML.slice(0, 150) } }"""


def tab_to(page: Page, selector: str, *, most: int = 120) -> None:
    """Press Tab until the element has focus; every stop on the way must be on the screen and be seen to have focus."""
    for _step in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["what"].startswith("<body"):
            continue
        assert focus["shown"], f"focus is not visible: {focus['what']}"
        assert focus["onScreen"], f"focus is outside the screen: {focus['what']}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def press(page: Page, key: str = "Enter") -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_from_sign_in_to_export(site: Site, chromium: Browser) -> None:
    found = deviations(Selection(2021, period=13, level=Level.VIRKSOMHET), figure_years())
    largest = min(found.rows, key=lambda row: row.deviation or 0)
    with visit(chromium, site, width=1440) as seen:
        page = seen.page
        page.goto("/logg-inn/?next=/avvik/2021/")
        tab_to(page, "input[name=username]")
        page.keyboard.type("politiker")
        tab_to(page, "input[name=password]")
        page.keyboard.type("demo-politiker")
        press(page)
        expect(page).to_have_url(re.compile("/avvik/2021/$"))

        tab_to(page, "select[name=niva]")
        page.keyboard.type("Virksomhet")
        tab_to(page, ".controls button[type=submit]")
        press(page)
        tab_to(page, "table thead th.key a")
        press(page)
        expect(page.locator("thead th[aria-sort=ascending]")).to_have_text(re.compile("Avvik"))
        tab_to(page, "table tbody tr:first-child th a[href*='/virksomhet/']")
        press(page)
        expect(page).to_have_url(re.compile(f"/virksomhet/{largest.code}/"))

        driver = page.locator("section[aria-labelledby^=driv] tbody th a").first.inner_text()
        tab_to(page, "section[aria-labelledby^=driv] tbody th a")
        press(page)
        expect(page.get_by_role("main")).to_contain_text(driver)

        tab_to(page, ".exports a[href*=csv]")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        rows = list(csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
        assert len(rows) > 1, "the file holds what the page shows"
        assert str(largest.code) in page.url
        assert seen.troubles == []


def test_skip_link_is_first_and_leads_to_the_content(site: Site, chromium: Browser) -> None:
    with visit(chromium, site, width=1440, username="politiker") as seen:
        seen.page.goto("/avvik/2021/")
        tab_to(seen.page, ".ds-skip-link", most=1)
        expect(seen.page.locator(".ds-skip-link")).to_have_text("Hopp til innholdet")
        seen.page.keyboard.press("Enter")
        assert seen.page.evaluate("() => document.activeElement.id") == "innhold"
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("() => Boolean(document.activeElement.closest('main'))")


def test_rows_open_and_close_with_the_keyboard(site: Site, chromium: Browser) -> None:
    with visit(chromium, site, width=1440, username="politiker") as seen:
        page = seen.page
        page.goto("/avvik/2021/")
        rows, drill = page.locator("table.deviations tbody tr:visible"), page.locator("table.deviations .drill").first
        folded = rows.count()
        tab_to(page, "table.deviations .drill")
        page.keyboard.press("Enter")
        expect(drill).to_have_attribute("aria-expanded", "true")
        assert rows.count() > folded
        page.keyboard.press("Space")
        expect(drill).to_have_attribute("aria-expanded", "false")
        assert rows.count() == folded


def test_folded_menu_on_a_phone(site: Site, chromium: Browser) -> None:
    with visit(chromium, site, width=390, username="politiker") as seen:
        page = seen.page
        page.goto("/")
        expect(page.locator(".nav a").first).to_be_hidden()
        tab_to(page, ".nav summary")
        page.keyboard.press("Enter")
        tab_to(page, ".nav a[href='/avvik/']")
        press(page)
        expect(page).to_have_url(re.compile("/avvik/2021/$"))
