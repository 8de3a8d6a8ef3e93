"""The site as a browser meets it: the whole WSGI application with its middleware, on a demo database of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connection
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler
from django.test.utils import override_settings

from roros.models import Role, User
from tests.demo import database
from tests.people import give

EVERYBODY = "alle-roller"  # who sees most: no single role sees every page
PASSWORD = "en-lang-nok-frase"


@dataclass(frozen=True)
class Site:
    """Where the site answers, and how one gets in."""

    address: str
    session_of: Callable[[str], str]

    def cookie(self, username: str) -> dict[str, str]:
        """This will return the cookie of somebody who has signed in."""
        return {"name": "sessionid", "value": self.session_of(username), "url": self.address}


@contextmanager
def server() -> Iterator[str]:
    """This will answer requests on a free port; each request opens the database that the test has chosen."""
    web = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
    web.daemon_threads = True
    with override_settings(WHITENOISE_USE_FINDERS=True):  # as they lie in the source: nothing is collected for tests
        web.set_app(WSGIHandler())
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_port}"
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


@contextmanager
def site_on(name: str, address: str) -> Iterator[Site]:
    """This will let the server, and the test itself, use a database; a browser never meets that of another test."""
    age = connection.settings_dict["CONN_MAX_AGE"]
    sessions: dict[str, str] = {}

    def session_of(username: str) -> str:
        if username not in sessions:
            client = Client()
            client.force_login(User.objects.get(username=username))
            sessions[username] = client.cookies["sessionid"].value
        return sessions[username]

    with database(name):
        cache.clear()
        connection.settings_dict["CONN_MAX_AGE"] = 0
        try:
            yield Site(address, session_of)
        finally:
            connection.settings_dict["CONN_MAX_AGE"] = age


def user_with_every_role() -> User:
    """This will make somebody with all roles at once."""
    user = User.objects.create_user(username=EVERYBODY, password=PASSWORD, first_name="Alma")
    return give(user, *Role, rammeomrade=7, virksomhet="650")
