"""Answering 304 to a browser that already holds the page: by the version of the figures, never by time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import condition

from roros.access import access_scope
from roros.models import DataVersion

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@cache
def code_version() -> str:
    """This will name the code and templates that this process runs, so that an upgrade shows at once."""
    base = Path(settings.BASE_DIR)
    seen = hashlib.sha256()
    for folder in ("roros", "budget", "investments", "hr", "climate", "templates"):
        for path in sorted((base / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".css", ".js"}:
                seen.update(f"{path.relative_to(base)} {path.stat().st_mtime_ns}\n".encode())
    return seen.hexdigest()[:16]


def figures_etag(request: HttpRequest) -> str | None:
    """This will name what the page would show: figures, who may see what, address and code; None never matches.

    The form token is part of it, for a page from before a new sign-in would hold a dead one.
    """
    if settings.DEBUG or "messages" in request.COOKIES:
        return None
    version = DataVersion.objects.values_list("version", flat=True).first()
    parts = (
        version,
        access_scope(request.user),
        request.user.pk,
        request.META.get("CSRF_COOKIE"),
        request.get_full_path(),
        request.headers.get("HX-Request"),
        code_version(),
    )
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def figures_page(view: View[P]) -> View[P]:
    """This will let a browser keep a page of figures as long as nothing moved; it asks each time, and nobody shares.

    Place it under `access.requires`: access is checked before anything is answered.
    """
    conditional: View[P] = condition(etag_func=lambda request, *args, **kwargs: figures_etag(request))(view)

    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = conditional(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response

    return kept
