"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roros.settings")
application = get_wsgi_application()

from roros.timeouts import limit_queries  # noqa: E402 - after the settings

limit_queries()
