"""Settings of the web servers of the benchmark: the app as it is, its static files elsewhere, and one bare address."""

import os

from roros.settings import *  # noqa: F403 - settings are made so

ROOT_URLCONF = "tests.bench.urls"
STATIC_ROOT = os.environ["BENCH_STATIC"]
