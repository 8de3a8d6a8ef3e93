"""The entry grid with a real keyboard and clipboard: type, undo, paste a block, and choose when somebody was first."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import Browser, Locator, Page, expect

from budget.actions.entries import Cell, save_entries
from budget.audit import figure_errors
from budget.models import LedgerLine, PeriodEvent
from budget.queries.entries import CellKey, grid_rows, standing_amounts
from roros.models import ImportRun, User
from tests.browser.checks import axe, too_wide, visit
from tests.browser.site import Site

ACTUAL = LedgerLine.Kind.ACTUAL
ANSVAR = "6500"
GRID = f"/foring/2021/?slag=regnskap&ansvar={ANSVAR}"

PASTE = """([selector, text]) => { const data = new DataTransfer(); data.setData('text/plain', text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) }"""


def cell(page: Page, row: int, month: int) -> Locator:
    """The field of a cell; rows and months from 1."""
    return page.locator(f".entry-grid tbody tr:nth-child({row}) td:nth-child({month + 1}) input")


def keys(row: int, *months: int) -> list[CellKey]:
    """The keys of a row's cells as the page orders them."""
    return [grid_rows(ACTUAL, 2021, ANSVAR)[row - 1].key.cell(month) for month in months]


def stands(key: CellKey) -> Decimal:
    """What the cell holds in the database."""
    return standing_amounts(ACTUAL, 2021, [key]).get(key, Decimal(0))


def focus_is(page: Page, row: int, month: int) -> None:
    """The focus stands in that cell."""
    expect(cell(page, row, month)).to_be_focused()


def test_figures_are_entered_with_the_keyboard_alone(own_site: Site, chromium: Browser) -> None:
    with visit(chromium, own_site, width=1440, username="okonomi") as seen:
        page = seen.page
        page.goto(GRID)
        first = cell(page, 1, 1)
        held = first.input_value()
        first.focus()
        page.keyboard.press("ArrowDown")
        focus_is(page, 2, 1)
        page.keyboard.press("ArrowRight")
        focus_is(page, 2, 2)
        page.keyboard.press("Tab")
        focus_is(page, 2, 3)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        focus_is(page, 1, 1)

        page.keyboard.type("12345.5")  # replaces what stood there
        page.keyboard.press("Enter")
        focus_is(page, 2, 1)
        expect(first).to_have_value("12\xa0345,50")
        expect(page.locator("[data-status]")).to_contain_text("1 celle er endret og ikke lagret")
        expect(page.locator(".entry-grid td.dirty")).to_have_count(1)
        total = page.locator(".entry-grid tbody tr:first-child [data-total]")
        after = total.inner_text()

        page.keyboard.press("Control+z")
        focus_is(page, 1, 1)
        expect(first).to_have_value(held)
        assert total.inner_text() != after, "the sums follow"
        page.keyboard.press("Control+y")
        expect(first).to_have_value("12\xa0345,50")
        expect(total).to_have_text(after)

        page.keyboard.press("F2")
        page.keyboard.press("ArrowLeft")  # moves inside the cell
        page.keyboard.press("Backspace")
        page.keyboard.type("7")
        expect(first).to_have_value("12\xa0345,70")
        page.keyboard.press("Escape")
        expect(first).to_have_value("12\xa0345,50")

        page.keyboard.press("ArrowRight")
        page.keyboard.type("hundre")
        page.keyboard.press("ArrowRight")
        expect(cell(page, 1, 2)).to_have_attribute("aria-invalid", "true")
        expect(page.locator("[data-status]")).to_contain_text("ikke et sikkert beløp")
        page.keyboard.press("Control+z")
        expect(cell(page, 1, 2)).not_to_have_attribute("aria-invalid", "true")
        assert axe(page) == []

        page.get_by_label("Hvorfor føres dette?").fill("Ført på feil måned")
        with page.expect_request(lambda request: request.method == "POST") as sent:
            page.get_by_role("button", name="Lagre føringen").click()
        body = sent.value.post_data or ""
        assert body.count("c%7C") == 1, "only what was changed is sent"
        expect(page.get_by_role("main")).to_contain_text("1 celle er ført som nr.")
        expect(cell(page, 1, 1)).to_have_value("12\xa0345,50")
        expect(page.locator(".entry-grid td.changed")).to_have_count(1)
        expect(page.get_by_role("main")).to_contain_text(f"fra {held} til 12\xa0345,50")
        (key,) = keys(1, 1)
        assert stands(key) == Decimal("12345.50")
        assert axe(page) == []

        page.get_by_role("button", name=re.compile("^Angre")).first.click()
        expect(page.get_by_role("main")).to_contain_text("er angret. Tallene er som før den")
        expect(cell(page, 1, 1)).to_have_value(held)
        assert figure_errors() == []
        assert seen.troubles == []


def test_a_block_is_pasted_after_it_was_seen(own_site: Site, chromium: Browser) -> None:
    with visit(chromium, own_site, width=1440, username="okonomi") as seen:
        page = seen.page
        page.goto(GRID)
        page.locator(".entry-grid tbody tr:nth-child(2) td:nth-child(3) input").evaluate("one => { one.id = 'her' }")
        with page.expect_navigation():
            page.evaluate(PASTE, ["#her", "1 234,50\t\u22125\r\n\t6-\r\n"])
        expect(page.get_by_role("heading", level=1)).to_have_text("3 celler endres")
        expect(page.locator("tbody tr")).to_have_count(3)
        assert axe(page) == []
        assert too_wide(page) == []
        page.get_by_label("Hvorfor føres dette?").fill("Fra regnearket")
        page.get_by_role("button", name="Lagre føringen").click()
        expect(page.get_by_role("main")).to_contain_text("3 celler er ført som nr.")
        assert [stands(key) for key in (*keys(2, 2, 3), *keys(3, 3))] == [Decimal("1234.50"), Decimal(-5), Decimal(-6)]

        cell(page, 1, 1).evaluate("one => { one.id = 'her' }")
        with page.expect_navigation():
            page.evaluate(PASTE, ["#her", "1\thundre\r\n#REF!\t2\r\n"])
        expect(page.get_by_role("heading", level=1)).to_have_text("Blokken kan ikke limes inn: 2 feil må rettes")
        expect(page.get_by_role("alert")).to_contain_text("«hundre» er ikke et tall")
        expect(page.get_by_role("alert")).to_contain_text("Rad 2, kolonne A")
        assert axe(page) == []
        assert ImportRun.objects.filter(kind="foring").count() == 1
        assert figure_errors() == []
        assert [trouble for trouble in seen.troubles if "400" not in trouble] == []


def test_the_second_of_two_chooses(own_site: Site, chromium: Browser) -> None:
    (key,) = keys(1, 1)
    before = stands(key)
    with visit(chromium, own_site, width=1440, username="okonomi") as seen:
        page = seen.page
        page.goto(GRID)
        admin = User.objects.get(username="admin")
        save_entries(kind=ACTUAL, year=2021, cells=[Cell(key, before, Decimal(77))], reason="Først", by=admin)
        cell(page, 1, 1).fill("88")
        page.get_by_label("Hvorfor føres dette?").fill("Etterpå")
        page.get_by_role("button", name="Lagre føringen").click()
        expect(page.get_by_role("alert")).to_contain_text("1 celle er endret av andre")
        assert axe(page) == []
        assert stands(key) == 77
        page.get_by_label("Behold min: 88,00").check()
        page.get_by_role("button", name="Lagre føringen").click()
        expect(page.get_by_role("main")).to_contain_text("1 celle er ført som nr.")
        assert stands(key) == 88
        assert figure_errors() == []
        assert [trouble for trouble in seen.troubles if "409" not in trouble] == []


def test_closed_months_are_text(own_site: Site, chromium: Browser) -> None:
    PeriodEvent.objects.create(year=2021, period=1, closed=True)
    with visit(chromium, own_site, width=390, username="okonomi") as seen:
        page = seen.page
        page.goto(GRID)
        expect(cell(page, 1, 1)).to_have_count(0)
        cell(page, 1, 2).focus()
        page.keyboard.press("ArrowLeft")
        focus_is(page, 1, 2)
        expect(page.get_by_role("main")).to_contain_text("Månedene kan leses, men ikke føres i.")
        assert axe(page) == []
        assert too_wide(page) == []
        assert seen.troubles == []
