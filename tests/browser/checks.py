"""What must hold on every page, at every width, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from playwright.sync_api import TimeoutError as Waited

from tests.browser.site import Site

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
HEIGHT = 900
WIDTHS = (1440, 768, 390)
REFLOW = 320  # 1280 pixels at 400 %

# A bar or line of every chart: what is drawn, not the axes around it.
UNDRAWN = """() => [...document.querySelectorAll('[data-chart]')].filter(box => box.checkVisibility()).filter(box =>
  !box.querySelector('svg.main-svg :is(.scatterlayer path.js-line, .scatterlayer path.point, .barlayer .point path)'))
  .map(box => box.dataset.chart)"""
CLOUD = """() => [...document.querySelectorAll('[data-chart]')].filter(box => box.querySelector('.modebar-btn') ||
  box._context.showSendToCloud || box._context.plotlyServerURL || box._context.displaylogo).length"""
TOO_WIDE = """() => { const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > root.clientWidth + 1 && !one.closest('.scroll, .ds-sr-only'))
    .slice(-3).map(one => one.outerHTML.slice(0, 120)).concat('scrollWidth ' + root.scrollWidth) }"""


@dataclass
class Visit:
    """An open page and everything wrong that it has told of itself."""

    page: Page
    host: str
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # also what the content security policy refused
            self.troubles.append(f"console {message.type}: {message.text[:300]}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.troubles.append(f"request leaves the host: {request.url}")

    def _failed(self, request: Request) -> None:
        self.troubles.append(f"request failed: {request.url} {request.failure}")


def new_context(browser: Browser, site: Site, username: str | None) -> BrowserContext:
    """This will return a browser that has stored nothing, of a visitor or of somebody signed in."""
    context = browser.new_context(
        base_url=site.address, locale="nb-NO", timezone_id="Europe/Oslo", reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    if username:
        context.add_cookies([site.cookie(username)])  # type: ignore[list-item]
    return context


@contextmanager
def visit(browser: Browser, site: Site, *, width: int, username: str | None = None) -> Iterator[Visit]:
    """This will open a page in a browser of its own."""
    context = new_context(browser, site, username)
    try:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": HEIGHT})
        yield Visit(page, urlsplit(site.address).netloc)
    finally:
        context.close()


def axe(page: Page, *, only: list[str] | None = None) -> list[str]:
    """This will return what axe-core finds wrong, a line per rule with the first places."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE)  # runs outside the content security policy of the page
    chosen = {"type": "rule", "values": only} if only else {"type": "tag", "values": STANDARD}
    found: dict[str, Any] = page.evaluate(
        "options => axe.run(document, options)", {"runOnly": chosen, "resultTypes": ["violations"]}
    )
    lines = []
    for violation in found["violations"]:
        nodes = violation["nodes"]
        places = "; ".join(f"{node['html'][:160]} {_measured(node)}" for node in nodes[:3])
        lines.append(f"axe {violation['id']} ×{len(nodes)}: {violation['help']}: {places}")
    return lines


def _measured(node: dict[str, Any]) -> str:
    data = (node["any"] or [{}])[0].get("data")
    if not isinstance(data, dict) or "contrastRatio" not in data:
        return ""
    return f"[{data['contrastRatio']} {data['fgColor']} on {data['bgColor']}]"


def charts(page: Page) -> list[str]:
    """This will return charts that are not drawn when they are looked at, and any way to send them away."""
    for box in page.locator("[data-chart]").all():
        if box.is_visible():
            box.scroll_into_view_if_needed()
    page.evaluate("() => document.fonts.ready")
    try:
        page.wait_for_function(f"() => ({UNDRAWN})().length === 0", timeout=15_000)
    except Waited:
        return [f"chart not drawn: {page.evaluate(UNDRAWN)}"]
    return ["a chart can be sent to the vendor's cloud"] if page.evaluate(CLOUD) else []


def too_wide(page: Page) -> list[str]:
    """This will return what makes the page scroll sideways."""
    return [f"wider than the screen: {what}" for what in page.evaluate(TOO_WIDE)]
