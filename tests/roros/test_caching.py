"""What a 304 rests on: the figures, who may see what, the address, the form token and the code."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from roros.caching import code_version, figures_etag
from roros.models import DataVersion, Role
from tests.budget.figures import reader


def request(user: object, address: str = "/avvik/2021/", **headers: str) -> HttpRequest:
    made = RequestFactory(headers=headers).get(address)
    made.user = user  # type: ignore[assignment]
    return made


@pytest.mark.django_db
def test_the_same_page_has_the_same_name() -> None:
    DataVersion.objects.get_or_create(id=1)
    user = reader()
    assert figures_etag(request(user)) == figures_etag(request(user))


@pytest.mark.django_db
def test_whatever_changes_the_page_changes_its_name() -> None:
    DataVersion.objects.get_or_create(id=1)
    user = reader()
    names = {
        figures_etag(request(user)),
        figures_etag(request(user, "/avvik/2021/?periode=8")),
        figures_etag(request(user, **{"hx-request": "true"})),
        figures_etag(request(reader("annen"))),
        figures_etag(request(reader("okonomi", role=Role.OKONOMI))),
        figures_etag(request(AnonymousUser())),
    }
    signed_in_again = request(user)
    signed_in_again.META["CSRF_COOKIE"] = "ny"
    names.add(figures_etag(signed_in_again))
    DataVersion.objects.update(version=99)
    names.add(figures_etag(request(user)))
    assert len(names) == 8
    assert None not in names


@pytest.mark.django_db
def test_a_page_with_a_message_or_under_development_has_no_name() -> None:
    told = request(reader())
    told.COOKIES["messages"] = "lagret"
    assert figures_etag(told) is None
    with override_settings(DEBUG=True):
        assert figures_etag(request(reader("annen"))) is None


def test_the_code_has_a_version() -> None:
    assert len(code_version()) == 16
