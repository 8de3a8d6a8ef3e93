"""Scale and columns are remembered per reader; the address wins."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from roros.models import Role
from tests.people import person

ADDRESS = "/avvik/2021/?niva=virksomhet"


@pytest.fixture
def reader(demo: None, client: Client) -> Client:
    client.force_login(person(Role.POLITIKER))
    return client


def heads(page: object) -> list[str]:
    markup = page.content.decode()  # type: ignore[attr-defined]
    found = re.findall(r'<th role="columnheader"[^>]*>(.*?)</th>', markup.split("</thead>")[0])
    return [re.sub(r"<[^>]+>", "", head).replace("\N{NO-BREAK SPACE}", " ") for head in found]


def test_the_scale_is_remembered_and_the_address_wins(reader: Client) -> None:
    assert "1000\N{NO-BREAK SPACE}kr" in reader.get(ADDRESS).content.decode()
    asked = reader.get("/avvik/", {"aar": "2021", "niva": "virksomhet", "skala": "mill"})
    assert asked.headers["Location"] == f"{ADDRESS}&skala=mill"
    assert reader.cookies["skala"].value == "mill"
    page = reader.get(ADDRESS)
    assert page.context["selection"].scale == "mill"
    assert "&amp;skala=mill" in page.content.decode()  # links say it, so that they show the same to others
    other = reader.get(f"{ADDRESS}&skala=kr")
    assert other.context["selection"].scale == "kr"
    assert reader.get(ADDRESS).context["selection"].scale == "kr"


def test_kept_pages_are_told_apart_by_what_is_remembered(reader: Client) -> None:
    reader.get(ADDRESS)
    before = reader.get(ADDRESS)
    reader.cookies["skala"] = "kr"
    after = reader.get(ADDRESS, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_nonsense_in_cookies_is_left_alone(reader: Client) -> None:
    reader.cookies["skala"] = "euro"
    reader.cookies["kolonner"] = "<script>"
    page = reader.get(ADDRESS)
    assert page.status_code == 200
    assert page.context["selection"].scale == "tkr"
    assert len(heads(page)) == 9


def test_columns_are_chosen_by_a_plain_form_and_remembered(reader: Client) -> None:
    assert len(heads(reader.get(ADDRESS))) == 9
    chosen = reader.get(f"{ADDRESS}&valgt=kolonner&kolonne=regnskap&kolonne=finnes_ikke")
    assert heads(chosen) == ["Virksomhet", "Regnskap 2021", "Avvik"]
    assert '<input type="checkbox" name="kolonne" value="regnskap" checked>' in chosen.content.decode()
    assert '<input type="checkbox" name="kolonne" value="regnskap_fjor">' in chosen.content.decode()
    assert heads(reader.get("/avvik/2021/")) == ["Rammeområde og virksomhet", "Regnskap 2021", "Avvik"]
    assert len(heads(reader.get(f"{ADDRESS}&valgt=kolonner"))) == 2
    file = reader.get(f"{ADDRESS}&_export=csv")
    assert "revidert_budsjett" in file.content.decode("utf-8-sig")  # a file holds all columns whatever is shown
