"""Fixtures of the browser tests: one Chromium per worker, and the site on clones of the demo."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.browser import states
from tests.browser.site import Site, server, site_on, user_with_every_role
from tests.demo import database

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-prefers-reduced-motion"),
)
SCREENSHOTS = Path(settings.BASE_DIR) / "build" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """This will mark what drives a browser: `pytest -m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """This will start the Chromium of the machine, once."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium, or pytest --ignore=tests/browser")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"  # Playwright keeps an event loop in the thread of the tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=FLAGS,
            chromium_sandbox=os.geteuid() != 0,
            env={**os.environ, "LANGUAGE": "nb"},  # the browser's own words: file chooser, dates
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_at() -> Iterator[str]:
    """This will keep the web server running; which database it reads is chosen test by test."""
    with server() as address:
        yield address


@pytest.fixture(scope="session")
def read_only_database(demo_clone: Callable[[str], str], django_db_blocker: DjangoDbBlocker) -> str:
    """This will return a demo with imports in every state, which the tests only read."""
    name = demo_clone("pages")
    with django_db_blocker.unblock(), database(name):
        everybody = user_with_every_role()
        states.make(by=everybody)
        states.sign_rounds(by=everybody)
    return name


@pytest.fixture
def site(read_only_database: str, served_at: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """This will run the test on the demo that all tests read."""
    with django_db_blocker.unblock(), site_on(read_only_database, served_at) as found:
        yield found


@pytest.fixture
def own_site(
    demo_clone: Callable[[str], str], served_at: str, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """This will run the test on a demo of its own, which it may change."""
    name = demo_clone(request.node.originalname.removeprefix("test_")[:20])
    with django_db_blocker.unblock(), site_on(name, served_at) as found:
        yield found


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """This will return the folder that is kept after a run."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS
