"""The app's addresses and the yardstick: a view that does nothing, behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from roros.urls import urlpatterns as addresses


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """This will answer with two letters."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("naken/", bare), *addresses]
