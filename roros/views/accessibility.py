"""The accessibility statement."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """This will show how accessible the site is, what is lacking, and where to tell of a hindrance."""
    return render(request, "roros/accessibility.html")
