"""Pages as a browser gets them: bytes, time to the first chart, time of the server, requests per second."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench.client import Connection, per_second
from tests.bench.database import add_lines, add_units
from tests.bench.servers import collect, server, with_full_bundle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

YEAR = 1993
UNITS, ANSVAR_EACH = 30, 10
PAGES = {
    "front page": "/",
    f"deviation page, {UNITS} rows": f"/avvik/{YEAR}/?niva=virksomhet",
    f"deviation page, {UNITS * ANSVAR_EACH} rows": f"/avvik/{YEAR}/?niva=ansvar",
}
FRONT, SMALL, LARGE = PAGES
BARE = "/naken/"
CHARTED = {FRONT: "/", "page of one area": f"/avvik/{YEAR}/rammeomrade/1/"}
KINDS = {"document": "html", "stylesheet": "css", "script": "js", "font": "fonts"}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--lang=nb")
CHART_SHOWN = """
new MutationObserver((_changes, observer) => {
  if (!document.querySelector(".js-plotly-plot .main-svg")) return;
  window.chartShown = performance.now();
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""


def pages(folder: Path, *, rounds: int, seconds: float) -> Iterator[str]:
    """This will make a year of figures, serve it, and measure what a reader and their browser wait for."""
    accounts = add_units(UNITS, each=ANSVAR_EACH)
    for year in (YEAR - 1, YEAR):
        for kind in ("budsjett", "regnskap"):
            add_lines(year, 12 * len(accounts), accounts=accounts, kind=kind)
    cookies = _signed_in()
    static = collect(folder / "static")
    yield from in_browser(folder, static, cookies, rounds=rounds)
    with server(static, cache_mb=0) as uncached, server(static) as cached:
        headers = _headers(cached, cookies)
        for name in (FRONT, SMALL, LARGE):
            yield server_time(name, uncached, cached, headers, rounds=6 * rounds)
        yield from requests_per_second(uncached, cached, headers, rounds=2, seconds=seconds)


def server_time(name: str, uncached: int, cached: int, headers: Mapping[str, str], *, rounds: int) -> str:
    """This will time one page, made anew and kept, beside a bare view, by a single reader with compression."""
    asked = ((uncached, PAGES[name]), (cached, PAGES[name]), (cached, BARE))
    connections = [Connection(port, path, headers) for port, path in asked]
    times: list[list[float]] = [[], [], []]
    for turn in range(rounds + 8):
        for found, connection in zip(times, connections, strict=True):
            start = perf_counter()
            answer = connection.ask()
            if answer.status != 200:
                raise RuntimeError(f"{name} was answered with {answer.status}")
            if turn >= 8:  # each worker has loaded its code and made the page
                found.append((perf_counter() - start) * 1000)
    for connection in connections:
        connection.close()
    made, kept, bare = map(median, times)
    return (
        f"{name}, server time p50: made {made:.1f} ms, kept {kept:.1f} ms (ratio {made / kept:.1f}); "
        f"a bare view {bare:.1f} ms (made {made / bare:.1f} times it, kept {kept / bare:.1f})"
    )


def requests_per_second(
    uncached: int, cached: int, headers: Mapping[str, str], *, rounds: int, seconds: float
) -> Iterator[str]:
    """This will load two workers with one kind of request at a time, in turn, and compare with a bare view."""
    page = Connection(cached, PAGES[SMALL], headers)
    named = {**headers, "If-None-Match": page.ask().header("etag")}
    page.close()
    kinds = {
        "bare view": (cached, BARE, headers, 200),
        "made": (uncached, PAGES[SMALL], headers, 200),
        "kept": (cached, PAGES[SMALL], headers, 200),
        "304": (cached, PAGES[SMALL], named, 304),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _round in range(rounds):
        for name, (port, path, sent, status) in kinds.items():
            found[name].append(per_second(port, path, sent, status=status, seconds=seconds))
    for name, rates in found.items():
        ratios = [rate / bare for rate, bare in zip(rates, found["bare view"], strict=True)]
        against = f", {median(ratios):.2f} of the bare view" if name != "bare view" else ""
        yield f"{SMALL}, 2 workers, {name}: {median(rates):.0f} requests/s{against}"


def in_browser(folder: Path, static: Path, cookies: Mapping[str, str], *, rounds: int) -> Iterator[str]:
    """This will weigh the pages and time the first chart, with our part of plotly.js and with the whole of it."""
    import plotly
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    full, full_bytes, our_bytes = with_full_bundle(static, folder / "static-full", bundle)
    yield (
        f"plotly.js, gzip: full {full_bytes / 1000:.0f} kB, ours {our_bytes / 1000:.0f} kB "
        f"(ratio {full_bytes / our_bytes:.2f})"
    )
    if program is None:
        yield "no Chromium on this machine: transfer sizes and time to the first chart are left out"
        return
    with sync_playwright() as playwright, server(static) as ours, server(full) as whole:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, chromium_sandbox=os.geteuid() != 0)
        for name in (FRONT, SMALL):
            yield f"{name}, transferred: {_weight(browser, ours, PAGES[name], cookies)}"
        for name, path in CHARTED.items():
            yield f"{name}, {_first_charts(browser, path, whole, ours, cookies, rounds=rounds)}"
        browser.close()


def _first_charts(
    browser: Browser, path: str, whole: int, ours: int, cookies: Mapping[str, str], *, rounds: int
) -> str:
    """The time to the first chart with each bundle, in turn; the first turn, where pages are made, does not count."""
    if b"data-chart" not in _page(ours, path, cookies):
        return "no chart"
    times: dict[int, list[float]] = {whole: [], ours: []}
    for turn in range(rounds + 1):
        for port, found in times.items():
            shown = _first_chart(browser, port, path, cookies)
            if turn:
                found.append(shown)
    ratios = [slow / fast for slow, fast in zip(times[whole], times[ours], strict=True)]
    return (
        f"time to first chart: full plotly.js {median(times[whole]):.0f} ms, "
        f"ours {median(times[ours]):.0f} ms (ratio {median(ratios):.2f})"
    )


def _page(port: int, path: str, cookies: Mapping[str, str]) -> bytes:
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept-Encoding": ""}
    answer = Connection(port, path, headers).ask()
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered with {answer.status}")
    return answer.body


def _weight(browser: Browser, port: int, path: str, cookies: Mapping[str, str]) -> str:
    answers: list[Response] = []
    context = browser.new_context()
    context.add_cookies([{"name": k, "value": v, "url": f"http://127.0.0.1:{port}"} for k, v in cookies.items()])
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
    sizes: dict[str, int] = {}
    for answer in answers:
        kind = KINDS.get(answer.request.resource_type, "other")
        sizes[kind] = sizes.get(kind, 0) + answer.request.sizes()["responseBodySize"]
    context.close()
    parts = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in sorted(sizes.items()))
    return f"{sum(sizes.values()) / 1000:.1f} kB ({parts})"


def _first_chart(browser: Browser, port: int, path: str, cookies: Mapping[str, str]) -> float:
    # an empty cache, and a window so high that every chart is in it
    context = browser.new_context(viewport={"width": 1440, "height": 5000})
    context.add_cookies([{"name": k, "value": v, "url": f"http://127.0.0.1:{port}"} for k, v in cookies.items()])
    page = context.new_page()
    page.add_init_script(CHART_SHOWN)
    page.goto(f"http://127.0.0.1:{port}{path}")
    page.wait_for_selector(".js-plotly-plot .main-svg", state="attached")
    shown = float(page.evaluate("window.chartShown"))
    context.close()
    return shown


def _signed_in() -> dict[str, str]:
    from django.db import connection
    from django.test import Client

    from roros.models import Role, User

    user = User.objects.create_user("bench")
    user.roles.create(role=Role.OKONOMI)
    client = Client()
    client.force_login(user)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()  # the clients are forked
    return {"sessionid": client.cookies["sessionid"].value}


def _headers(port: int, cookies: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a browser that has been here before."""
    session = "; ".join(f"{name}={value}" for name, value in cookies.items())
    token = Connection(port, PAGES[SMALL], {"Cookie": session}).ask().header("set-cookie").partition(";")[0]
    return {"Cookie": f"{session}; {token}"}
