"""What every test gets: the embedded server, started once by the pytest controller; xdist workers attach to it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from roros import postgres
from tests.demo import demo, demo_clone, demo_database, demo_template  # noqa: F401 - fixtures
from tests.scratch import loaded, loaded_database, scratch, scratch_template, world  # noqa: F401 - fixtures

SERVER = pytest.StashKey[postgres.Server]()


# The same examples in every run, however slow the machine: a red run can be looked into, a green one means something.
# `HYPOTHESIS_PROFILE=search` looks for new ones.
hypothesis.settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.filter_too_much],
)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_configure(config: pytest.Config) -> None:
    """This will start a server of this run's own, which forgets everything when the run ends."""
    if not os.environ.get("DATABASE_URL"):
        folder = tempfile.mkdtemp(prefix="roros-tests-", dir="/var/tmp" if os.geteuid() == 0 else None)
        server = config.stash[SERVER] = postgres.Server(Path(folder), temporary=True)
        os.environ["DATABASE_URL"] = server.use()  # inherited by xdist workers and by commands that tests start
    settings.DATABASES["default"].update(postgres.parse_url(os.environ["DATABASE_URL"]))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; never outside tests
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True  # hashed file names need collectstatic first


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """This will make the empty test database also for tests that only use a database beside it.

    The fixture of pytest-django leaves that out when no test of the run asks for `db`. With `--reuse-db` and a server
    of one's own (DATABASE_URL), it and the loaded demo are kept for the next run, which then starts at once.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb)
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    """This will forget the pages of other tests: a test that rolls back gives the version of its figures back."""
    from roros.caching import PAGES  # noqa: PLC0415 - Django is set up by now

    PAGES.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """This will count what the browser looked at, over all workers."""
    properties = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    looked_at = [found for found in properties if "browser_page" in found]
    if looked_at:
        pages = len({found["browser_page"] for found in looked_at})
        views = sum(int(found["browser_views"]) for found in looked_at)
        terminalreporter.write_line(f"Browser: {pages} pages, {views} pages × widths checked, light and dark")


def pytest_unconfigure(config: pytest.Config) -> None:
    """This will wait until the server has gone, so that nothing of the run is left behind."""
    if server := config.stash.get(SERVER, None):
        server.leave(wait=True)
