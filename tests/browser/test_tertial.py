"""A whole tertial with five roles on the demo: from an open round to a signed report that no late posting touches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from playwright.sync_api import Browser, Page, expect

from budget.actions.explanations import Words, save_explanation
from budget.actions.forecasts import make_forecast
from budget.actions.rounds import move_task
from budget.models import ActiveLine, Amendment, Explanation, Forecast, Round, RoundTask, SignedFile
from budget.queries.forecasts import proposals
from budget.queries.limits import UnitFigures, unit_figures
from budget.queries.rounds import Step
from roros.models import ImportRun, Rammeomrade, Role, User
from roros.workbooks import engine
from tests.browser.checks import axe, visit
from tests.browser.site import Site
from tests.ledger_world import Line, imported, ledger_file
from tests.people import give

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YEAR, PERIOD = 2021, 8
LATE = Decimal("12345.67")


@contextmanager
def signed_in(chromium: Browser, site: Site, username: str, *, width: int = 1440) -> Iterator[Page]:
    """Somebody at work; nothing that they do may trouble the browser."""
    with visit(chromium, site, width=width, username=username) as seen:
        yield seen.page
        refused = "the server responded with a status of 4"  # what a test asks for on purpose
        assert [trouble for trouble in seen.troubles if refused not in trouble] == []


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def booked(**conditions: object) -> list[Line]:
    """Lines of the accounts as the demo has them."""
    columns = ("ansvar_id", "tjeneste_id", "art_id", "prosjekt_id", "period", "amount")
    lines = ActiveLine.objects.filter(kind="regnskap", year=YEAR, **conditions).order_by(*columns)
    return [(*codes, period, str(amount)) for *codes, period, amount in lines.values_list(*columns)]


def go_back_to_august() -> None:
    """The demo as it was when the second tertial ended: nothing booked later, no status of decisions."""
    until = booked(period__lte=PERIOD)
    by = User.objects.get(username="okonomi")
    for kind in ("verbalvedtak", "regnskap"):
        engine.undo(ImportRun.objects.filter(kind=kind, year=YEAR).latest("pk"), by=by)
    imported(ledger_file(until), by=by)


def people(units: list[UnitFigures]) -> dict[str, str]:
    """A leader for each of the units, and one kommunalsjef over all of them: who leads which."""
    leaders = {}
    chief = User.objects.create_user("sjef-for-alle", first_name="Siv")
    for unit in units:
        leaders[unit.virksomhet] = f"leder-{unit.virksomhet}"
        leader = User.objects.create_user(leaders[unit.virksomhet], first_name=f"Lina {unit.virksomhet}")
        give(leader, Role.VIRKSOMHETSLEDER, virksomhet=unit.virksomhet)
    for number in Rammeomrade.objects.values_list("number", flat=True):
        give(chief, Role.KOMMUNALSJEF, rammeomrade=number)
    return leaders


def open_the_round(chromium: Browser, site: Site) -> Round:
    with signed_in(chromium, site, "okonomi") as page:
        page.goto("/rapportering/")
        page.get_by_role("link", name="Åpne en runde").click()
        page.get_by_label("År", exact=True).select_option(str(YEAR))
        page.get_by_label("Rapport", exact=True).select_option("tertial-2")
        page.get_by_label(re.compile("^Lukk periodene")).check()
        press(page, "Åpne runden")
        expect(page).to_have_url(re.compile(r"/rapportering/\d+/$"))
        assert axe(page) == []
    return Round.objects.get(year=YEAR, kind="tertial-2")


def refused_without_a_text(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("Dette mangler før virksomheten kan levere:")).to_be_visible()
    press(page, "Lever")
    expect(page.locator("#steg [role=alert]")).to_contain_text("forklar")


def explain(page: Page, unit: UnitFigures, cause: str) -> None:
    """Write what each node over the limit is due to, and take the proposed forecast."""
    for node in unit.required:
        part = page.locator(f"#{node.level}-{node.code}")
        if not part.get_by_label("Årsak").is_visible():
            part.get_by_text("Skriv forklaringen").click()
        part.get_by_label("Slag").select_option("reelt")
        part.get_by_label("Årsak").fill(f"{cause} ({node.code})")
        part.get_by_role("button", name="Lagre forklaringen").click()
        expect(page.locator(f"#{node.level}-{node.code}")).to_contain_text(cause)
    press(page, "Lagre prognosen")
    expect(page.locator("#prognose")).to_contain_text("1 prognose i runden")


def deliver(page: Page, comment: str = "") -> None:
    page.locator("#steg").get_by_label("Kommentar").fill(comment)
    press(page, "Lever")
    expect(page.get_by_role("complementary")).to_contain_text("Levert")


def take(page: Page, address: str, button: str, state: str, comment: str = "") -> None:
    page.goto(address)
    page.locator("#steg").get_by_label("Kommentar").fill(comment)
    press(page, button)
    expect(page.get_by_role("complementary").locator("li").first).to_contain_text(state)


def the_others_do_their_part(reporting: Round, done: set[str]) -> None:
    """Every further unit forecasts, delivers and is approved; all are assured."""
    okonomi, chief = User.objects.get(username="okonomi"), User.objects.get(username="sjef-for-alle")
    figures, proposed = unit_figures(reporting), proposals(YEAR, PERIOD)
    for task in RoundTask.objects.filter(round=reporting).exclude(virksomhet_id__in=done):
        for node in figures[task.virksomhet_id].required:
            words = Words(Explanation.Kind.REAL, "Varig økning i utgiftene")
            save_explanation(task=task, node=node.key, words=words, seen=None, by=okonomi)
        amount = proposed[task.virksomhet_id].remaining_budget
        assert amount is not None
        make_forecast(
            round=reporting,
            virksomhet=task.virksomhet_id,
            ansvar=None,
            method=Forecast.Method.REMAINING_BUDGET,
            amount=amount,
            reason="",
            by=okonomi,
        )
        task = move_task(task=task, step=Step.DELIVER, comment="", seen=task.version, by=okonomi)
        move_task(task=task, step=Step.APPROVE, comment="", seen=task.version, by=chief)
    for task in RoundTask.objects.filter(round=reporting).exclude(virksomhet_id__in=done):
        move_task(task=task, step=Step.ASSURE, comment="", seen=task.version, by=okonomi)


def amend(chromium: Browser, site: Site) -> Amendment:
    """A move of 100 000 kr from one account to another, drafted, recommended and adopted."""
    lines = list(ActiveLine.objects.filter(kind="budsjett", year=YEAR, period=9, amount__gt=200_000)[:2])
    with signed_in(chromium, site, "okonomi") as page:
        page.goto(f"/budsjettendringer/{YEAR}/ny/")
        page.get_by_label("Hva endringen gjelder").fill("Strøm i kommunale bygg")
        for place, (line, amount) in enumerate(zip(lines, ("100 000", "-100 000"), strict=True)):
            for name, value in (("ansvar", line.ansvar_id), ("tjeneste", line.tjeneste_id), ("art", line.art_id)):
                page.locator(f"[name$='-{place}-{name}']").fill(value)
            page.locator(f"[name$='-{place}-period']").select_option("9")
            page.locator(f"[name$='-{place}-amount']").fill(amount)
        expect(page.locator("[data-balance]")).to_contain_text("Går opp i null")
        press(page, "Lagre utkastet")
        draft = page.url
        for link, status in (("Registrer innstilling", "Innstilt"), ("Registrer vedtak", "vedtatt")):
            page.goto(draft)
            page.get_by_role("link", name=link).click()
            page.get_by_label("Organ").fill("Kommunestyret" if status == "vedtatt" else "Formannskapet")
            page.get_by_label("Saksnummer").fill("77/21")
            page.get_by_label("Dato").fill("2021-10-14")
            press(page, re.compile("Registrer"))
            expect(page.get_by_role("main")).to_contain_text(re.compile(status, re.IGNORECASE))
    return Amendment.objects.latest("pk")


def frozen() -> dict[str, bytes]:
    return {file.name: bytes(file.content) for file in SignedFile.objects.all()}


def test_a_whole_tertial(own_site: Site, chromium: Browser) -> None:
    site = own_site
    go_back_to_august()
    reporting = open_the_round(chromium, site)
    first, second = [unit for unit in unit_figures(reporting).values() if unit.over_limit][:2]
    leaders = people([first, second])
    address = {unit.virksomhet: f"/rapportering/{reporting.pk}/{unit.virksomhet}/" for unit in (first, second)}

    for unit in (first, second):
        with signed_in(chromium, site, leaders[unit.virksomhet]) as page:
            refused_without_a_text(page, address[unit.virksomhet])
            explain(page, unit, "Strømprisen doblet seg")
            deliver(page)
            assert axe(page) == []
    assert RoundTask.objects.filter(round=reporting, state="levert").count() == 2

    with signed_in(chromium, site, leaders[first.virksomhet]) as page:
        assert page.goto(address[second.virksomhet]).status in (403, 404), "a leader sees the own unit alone"  # type: ignore[union-attr]
    with signed_in(chromium, site, "sjef-for-alle") as page:
        take(page, address[first.virksomhet], "Returner", "Returnert", "Si hva dere gjør med det.")
        take(page, address[second.virksomhet], "Godkjenn", "Godkjent")
    with signed_in(chromium, site, leaders[first.virksomhet]) as page:
        page.goto(address[first.virksomhet])
        expect(page.get_by_text("Si hva dere gjør med det.").first).to_be_visible()
        deliver(page, "Styringen av varmen er satt ned.")
    with signed_in(chromium, site, "sjef-for-alle", width=390) as page:
        take(page, address[first.virksomhet], "Godkjenn", "Godkjent")

    with signed_in(chromium, site, "kommunedirektor") as page:
        page.goto(f"/rapportering/{reporting.pk}/signer/")
        expect(page.get_by_text("Kan ikke signeres ennå.")).to_be_visible()
    with signed_in(chromium, site, "okonomi") as page:
        for unit in (first, second):
            take(page, address[unit.virksomhet], "Kvalitetssikre", "Kvalitetssikret")
    the_others_do_their_part(reporting, {first.virksomhet, second.virksomhet})

    adopted = amend(chromium, site)
    assert adopted.status == Amendment.Status.ADOPTED

    with signed_in(chromium, site, "politiker") as page:
        assert page.goto(f"/rapportering/{reporting.pk}/rapport/").status == 404  # type: ignore[union-attr]
    with signed_in(chromium, site, "kommunedirektor") as page:
        page.goto(f"/rapportering/{reporting.pk}/signer/")
        assert axe(page) == []
        press(page, re.compile("^Signer"))
        expect(page).to_have_url(re.compile("/rapport/$"))
    signed = frozen()
    assert signed
    with signed_in(chromium, site, "politiker") as page:
        page.goto(f"/rapportering/{reporting.pk}/rapport/")
        shown = page.locator("article.report").inner_html()
        assert "Strømprisen doblet seg" in shown
        page.goto(f"/rapportering/{reporting.pk}/endret/")
        expect(page.locator("#sene-posteringer tbody tr")).to_have_count(0)

    late, *others = booked(period=PERIOD)
    corrected = [(*late[:5], str(Decimal(late[5]) + LATE)), *others]
    bring_late_posting(chromium, site, corrected)

    assert frozen() == signed, "what was signed is the same to the byte"
    with signed_in(chromium, site, "politiker") as page:
        page.goto(f"/rapportering/{reporting.pk}/rapport/")
        assert page.locator("article.report").inner_html() == shown
        page.goto(f"/rapportering/{reporting.pk}/endret/")
        found = page.locator("#sene-posteringer tbody tr")
        expect(found).to_have_count(1)
        for word in (late[0], late[2], "12 346"):
            expect(found).to_contain_text(word.replace(" ", "\N{NO-BREAK SPACE}"))
        expect(page.locator("#prognoser, #prosjekter, #vedtak, #budsjettendringer").locator("tbody tr")).to_have_count(
            0
        )
        assert axe(page) == []


def bring_late_posting(chromium: Browser, site: Site, lines: list[Line]) -> None:
    """The closed month refuses the file; reopened with a reason, it takes it."""
    with signed_in(chromium, site, "okonomi") as page:
        upload(page, lines)
        expect(page.get_by_role("main")).to_contain_text(re.compile("lukket", re.IGNORECASE))
        expect(page.get_by_role("button", name=re.compile("^Les inn"))).to_have_attribute("aria-disabled", "true")
        page.goto(f"/perioder/{YEAR}/{PERIOD}/apne/")
        page.get_by_label("Begrunnelse").fill("Faktura som kom for sent")
        press(page, re.compile("pne"))
        upload(page, lines)
        press(page, re.compile("^Les inn .* linjer$"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("linjer er lest inn")


def upload(page: Page, lines: list[Line]) -> None:
    page.goto("/innlesing/")
    page.get_by_label("Slag").select_option("regnskap")
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "august.xlsx", "mimeType": XLSX, "buffer": ledger_file(lines)}
    )
    press(page, "Last opp og kontroller")
    expect(page).to_have_url(re.compile(r"/innlesing/\d+/$"))
