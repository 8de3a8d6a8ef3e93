"""A workbook by way of the browser: upload, preview, confirm, done, undo; and one with errors, repaired in place."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import axe, visit
from tests.browser.site import Site
from tests.browser.states import UNKNOWN_ANSVAR, december, with_changes
from tests.ledger_world import Line, figures, ledger_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def every_figure() -> list[str]:
    """Everything that a figure rests on, in an order that does not depend on what was written last."""
    return sorted(figures().splitlines())


def upload(page: Page, lines: list[Line]) -> None:
    """Choose kind and file as a person does."""
    page.goto("/innlesing/")
    page.get_by_label("Slag").select_option("regnskap")
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "desember.xlsx", "mimeType": XLSX, "buffer": ledger_file(lines)}
    )
    page.get_by_role("button", name="Last opp og kontroller").click()
    expect(page).to_have_url(re.compile(r"/innlesing/\d+/$"))


def test_upload_preview_confirm_and_undo(own_site: Site, chromium: Browser) -> None:
    before, lines = every_figure(), with_changes(december())
    with visit(chromium, own_site, width=1440, username="okonomi") as seen:
        page = seen.page
        upload(page, lines)
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("lest inn")
        assert every_figure() == before, "a preview changes nothing"
        page.get_by_role("button", name=re.compile("^Les inn .* linjer$")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("linjer er lest inn")
        assert every_figure() != before
        page.get_by_role("main").get_by_role("link", name=re.compile("^Angre innlesing")).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Angre innlesing")
        page.get_by_role("button", name=re.compile("^Angre innlesing")).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("er angret")
        assert every_figure() == before, "undone to the last øre"
        assert seen.troubles == []


def test_unknown_ansvar_is_placed_in_the_preview(own_site: Site, chromium: Browser) -> None:
    first, *rest = december()
    with visit(chromium, own_site, width=390, username="okonomi") as seen:
        page = seen.page
        upload(page, [(UNKNOWN_ANSVAR, *first[1:]), *rest])
        expect(page.get_by_role("button", name=re.compile("^Les inn"))).to_have_attribute("aria-disabled", "true")
        page.get_by_role("button", name="Opprett og plasser").click()
        expect(page.get_by_role("button", name=re.compile("^Les inn"))).to_be_enabled()
        assert axe(page) + seen.troubles == []


def test_form_without_a_file_says_what_is_missing(own_site: Site, chromium: Browser) -> None:
    with visit(chromium, own_site, width=390, username="okonomi") as seen:
        page = seen.page
        page.goto("/innlesing/")
        page.evaluate("() => document.querySelector('main form').noValidate = true")
        page.get_by_role("button", name="Last opp og kontroller").click()
        expect(page.get_by_text("Velg en fil.")).to_be_visible()
        expect(page.get_by_text("Velg hva slags fil det er.")).to_be_visible()
        assert page.get_by_label("Fil", exact=True).get_attribute("aria-invalid") == "true"
        assert axe(page) == []
