"""A budget amendment drafted with the keyboard alone, its balance told while one writes, then adopted."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from budget.models import Amendment, Balance
from budget.queries.amendment_drafts import draft_lines
from tests.browser.checks import axe, too_wide, visit
from tests.browser.site import Site
from tests.browser.test_keyboard import press, tab_to

ROWS = (("6500", "1210", "123000", "September", "−250 000"), ("6503", "2220", "123000", "Oktober", "200 000,50"))
MONEY = " "


def write_line(page: Page, place: int, cells: tuple[str, ...]) -> None:
    """Type one line, Tab from cell to cell."""
    ansvar, tjeneste, art, month, amount = cells
    tab_to(page, f"[name=linjer-{place}-ansvar]")
    for code in (ansvar, tjeneste, art):
        page.keyboard.type(code)
        page.keyboard.press("Escape")  # the list of codes
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # no project
    page.keyboard.type(month)
    page.keyboard.press("Tab")
    page.keyboard.type(amount)


def told(page: Page) -> str:
    """What the balance says."""
    return page.locator("[data-balance]").inner_text().replace("\u00a0", MONEY)


def test_draft_with_the_keyboard_and_adopt(own_site: Site, chromium: Browser) -> None:
    with visit(chromium, own_site, width=1440, username="okonomi") as seen:
        page = seen.page
        page.goto("/budsjettendringer/2021/ny/")
        expect(page.locator("[data-balance]")).to_contain_text("Ingen beløp er skrevet ennå.")
        tab_to(page, "[name=text]")
        page.keyboard.type("Tak på skolen")
        for place, cells in enumerate(ROWS):
            write_line(page, place, cells)
        balance = page.locator("[data-balance]")
        assert balance.get_attribute("aria-live") == "polite"
        expect(balance).to_contain_text("Drift går ikke opp: tatt 49")
        assert told(page) == "Drift går ikke opp: tatt 49 999,50 kr mer enn gitt."
        expect(page.locator("[data-name-of$='-0-ansvar']")).to_have_text("Bygningsforvaltning felles")
        page.keyboard.press("Control+a")
        page.keyboard.type("1.234")
        expect(balance).to_contain_text("1 beløp kan ikke leses.")
        page.keyboard.press("Control+a")
        page.keyboard.type("250000,-")
        expect(balance).to_contain_text("Går opp i null")

        rows = page.locator("[data-line]").count()
        tab_to(page, "[data-more]")
        page.keyboard.press("Enter")
        expect(page.locator("[data-line]")).to_have_count(rows + 1)
        assert page.evaluate("() => document.activeElement.name") == f"linjer-{rows}-ansvar"
        assert axe(page) + too_wide(page) == []

        tab_to(page, "button[name=save]")
        press(page)
        made = Amendment.objects.get(number="2021-010")
        assert [(one.ansvar, one.period, str(one.amount)) for one in draft_lines(made)] == [
            ("6500", 9, "-250000.00"),
            ("6503", 10, "250000.00"),
        ]
        before = Balance.objects.get(
            year=2021, period=13, ansvar="6503", tjeneste="2220", art="123000", prosjekt=""
        ).amended
        tab_to(page, "a[href$='/vedta/']")
        press(page)
        page.get_by_label("Saksnummer").fill("88/21")
        page.get_by_label("Dato").fill("2021-10-28")
        page.get_by_role("button", name="Registrer vedtaket").click()
        expect(page).to_have_url(re.compile("/budsjettendringer/2021/2021-010/$"))
        after = Balance.objects.get(
            year=2021, period=13, ansvar="6503", tjeneste="2220", art="123000", prosjekt=""
        ).amended
        assert after - before == 250_000
        page.goto("/avvik/2021/ansvar/6503/bro/")
        expect(page.locator("table").last).to_contain_text("2021-010")
        assert seen.troubles == []


def test_the_page_works_without_its_script(own_site: Site, chromium: Browser) -> None:
    with visit(chromium, own_site, width=390, username="okonomi") as seen:
        page = seen.page
        page.route("**/amendment*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto("/budsjettendringer/2021/ny/")
        page.get_by_label("Hva endringen gjelder").fill("Uten skript")
        page.locator("[name=linjer-0-ansvar]").fill("6500")
        page.get_by_role("button", name="Flere linjer").click()
        expect(page.locator("[data-line]")).to_have_count(8)
        expect(page.locator("[name=linjer-0-ansvar]")).to_have_value("6500")
        assert axe(page) + too_wide(page) == []
        page.get_by_role("button", name="Lagre utkastet").click()
        expect(page.get_by_role("alert")).to_contain_text("Ingenting er lagret.")
        expect(page.locator(".field-error").first).to_be_visible()
        assert axe(page) + seen.troubles == []
