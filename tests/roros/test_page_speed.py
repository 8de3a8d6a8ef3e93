"""What the speed of a page rests on beside the kept pages: connections, static files and scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.budget.figures import balance, chart, organisation, reader, supply

SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[^>]*>")
DEFERRED = re.compile(r"\bdefer\b")
KEPT_FOR_GOOD = {
    "STORAGES": {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    },
    "WHITENOISE_AUTOREFRESH": False,
}


def test_connections_to_the_database_are_kept() -> None:
    assert connection.settings_dict["CONN_MAX_AGE"] >= 60
    assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True


@pytest.mark.django_db
def test_static_files_are_immutable(tmp_path: Path) -> None:
    with override_settings(STATIC_ROOT=tmp_path, **KEPT_FOR_GOOD):
        call_command("collectstatic", interactive=False, verbosity=0)
        middleware = WhiteNoiseMiddleware(lambda _request: HttpResponse(status=404))
        for name in ("roros/app.js", "vendor/plotly-basic.min.js", "vendor/inter.woff2"):
            address = staticfiles_storage.url(name)
            assert re.search(r"\.[0-9a-f]{12}\.", address), name
            answer = middleware(RequestFactory(headers={"accept-encoding": "gzip"}).get(address))
            answer.close()
            assert answer.status_code == 200
            assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
            assert answer.get("Content-Encoding", "") == ("gzip" if name.endswith(".js") else "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "charts"),
    [
        ("/avvik/2021/", False),
        ("/avvik/2021/linjer/", False),
        ("/avvik/2021/rammeomrade/1/", True),
        ("/budsjettendringer/2021/", False),
    ],
)
def test_plotly_comes_with_charts_and_scripts_wait(client: Client, address: str, *, charts: bool) -> None:
    organisation(("10", "V1", 1))
    chart()
    supply()
    balance("10", actual=700, original=1000)
    client.force_login(reader())
    page = client.get(address)
    assert page.status_code == 200
    content = page.content.decode()
    scripts = SCRIPT.findall(content)
    assert scripts
    assert [script for script in scripts if not DEFERRED.search(script)] == []
    assert ("data-chart" in content, any("plotly" in script for script in scripts)) == (charts, charts)
