"""Pages of figures, kept by the version of the figures and never by time: in the browser (304) and in this process.

What a page shows follows from the figures, the day, who may see what, and the address. Everybody with the same access
gets the same page, but for the form token, which is put in anew each time; a page with a message is never kept.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from roros.access import access_scope
from roros.models import DataVersion
from roros.remembered import choices_of, remember

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Key = tuple[object, ...]

FORM_TOKEN = re.compile(rb'(?<=<input type="hidden" name="csrfmiddlewaretoken" value=")[^"]+(?=">)')


@dataclass(frozen=True)
class KeptPage:
    """A page in the pieces between its form tokens, and its headers."""

    pieces: tuple[bytes, ...]
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, response: HttpResponseBase) -> KeptPage | None:
        """This will take a page to keep; None when the answer is no page, or was meant for one reader."""
        if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
            return None
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return None
        return cls(tuple(FORM_TOKEN.split(response.content)), tuple(response.items()))

    @property
    def size(self) -> int:
        """This will return about how many bytes the page takes."""
        return sum(map(len, self.pieces)) + 1000

    def answer(self, request: HttpRequest) -> HttpResponse:
        """This will make the page again, with the reader's own form token."""
        content = self.pieces[0]
        if len(self.pieces) > 1:
            content = get_token(request).encode().join(self.pieces)
        return HttpResponse(content, headers=dict(self.headers))


@dataclass
class PageStore:
    """The pages that this process keeps, the ones asked for longest ago dropped first."""

    pages: OrderedDict[Key, KeptPage] = field(default_factory=OrderedDict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Key) -> KeptPage | None:
        """This will return a page that is kept."""
        with self.lock:
            if (page := self.pages.get(key)) is not None:
                self.pages.move_to_end(key)
            return page

    def put(self, key: Key, page: KeptPage, *, limit: int) -> None:
        """This will keep a page, and drop others until all of them take no more bytes than the limit."""
        with self.lock:
            self._drop(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > limit:
                self._drop(next(iter(self.pages)))

    def clear(self) -> None:
        """This will forget every page."""
        with self.lock:
            self.pages.clear()
            self.size = 0

    def _drop(self, key: Key) -> None:
        if (page := self.pages.pop(key, None)) is not None:
            self.size -= page.size


PAGES = PageStore()


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


def page_key(request: HttpRequest) -> Key | None:
    """This will return all that the page follows from; None for a page that must not be kept.

    Read before the figures are, so that a page made while they move is kept under what nobody asks for again.
    """
    if settings.DEBUG or len(get_messages(request)):
        return None
    return (
        connection.settings_dict["NAME"],
        DataVersion.objects.values_list("version", flat=True).first(),
        timezone.localdate(),
        access_scope(request.user),
        request.get_full_path(),
        request.headers.get("HX-Request"),
        choices_of(request),
    )


def figures_etag(request: HttpRequest, key: Key) -> str:
    """This will name the page as this browser holds it.

    The reader and the form token are part of it: a page from before a new sign-in would hold a dead token.
    """
    parts = (*key, request.user.pk, request.META.get("CSRF_COOKIE"), code_version())
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def figures_page(view: View[P]) -> View[P]:
    """This will answer with the page that is kept, or 304 to a browser that has it, as long as nothing moved.

    Place it under `access.requires`: access is checked before anything is answered. A browser asks each time, and
    nothing between it and us may keep the page.
    """

    @wraps(view)
    def kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        key = page_key(request) if request.method in ("GET", "HEAD") else None
        if key is None:
            response = view(request, *args, **kwargs)
        else:
            get_token(request)  # a browser without a form token gets one now, so that the next request is named alike
            etag = figures_etag(request, key)
            response = get_conditional_response(request, etag=etag) or _page(request, key, view, *args, **kwargs)
            if response.status_code == 200:
                response.headers.setdefault("ETag", etag)
        remember(request, response)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response

    return kept


def _page(request: HttpRequest, key: Key, view: View[P], /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    """The page as it is kept, or made and kept for the next reader."""
    limit = settings.PAGE_CACHE_MB * 1024 * 1024
    if limit and (page := PAGES.get(key)):
        return page.answer(request)
    response = view(request, *args, **kwargs)
    if limit and request.method == "GET" and not len(get_messages(request)) and (made := KeptPage.of(response)):
        PAGES.put(key, made, limit=limit)
    return response
