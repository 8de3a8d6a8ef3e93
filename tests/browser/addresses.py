"""Every address of the site with a sample to visit. A route that is missing here fails the test, so none is forgotten.

`{words}` in a sample are looked up in the demo by `IDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from roros.models import ImportRun
from tests.browser.states import run

State = ImportRun.State


def routes() -> list[str]:
    """This will return every route of the URL configuration."""

    def walk(resolver: URLResolver, above: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            here = above + str(one.pattern)
            if isinstance(one, URLPattern):
                yield here
            else:
                yield from walk(one, here)

    return sorted(set(walk(get_resolver(), "")))


class Answer(StrEnum):
    """What a GET of an address gives."""

    PAGE = "page"
    FRAGMENT = "fragment"  # for htmx
    FILE = "file"
    TEXT = "text"
    NOTHING = "nothing"  # takes only POST


def first(label: str, field: str = "pk", **conditions: Any) -> Callable[[], object]:
    """This will return a function that finds the first row of a model."""

    def find() -> object:
        return apps.get_model(label).objects.filter(**conditions).order_by("pk").values_list(field, flat=True)[0]

    return find


IDS: dict[str, Callable[[], object]] = {
    "committed": lambda: run(State.COMMITTED),
    "ready": lambda: run(State.READY),
    "refused": lambda: run(State.REFUSED),
    "unchanged": lambda: run(State.UNCHANGED),
    "undone": lambda: run(State.UNDONE),
    "discarded": lambda: run(State.DISCARDED),
    "failed": lambda: run(State.FAILED),
    "received": lambda: run(State.RECEIVED),
    "period_exception": first("budget.PeriodException"),
    **{state: first("budget.Amendment", year=2021, status=state) for state in ("forslag", "innstilt", "avvist")},
    "skjevt": first("budget.Amendment", year=2021, text__contains="ikke går opp"),
    "user": first("roros.User"),
    "decision": first("budget.Decision", "code"),
    "followup": first("budget.FollowUp"),
    "case": first("budget.CouncilCase"),
    "indicator": first("budget.Indicator", "code"),
    "target": first("budget.IndicatorTarget"),
    "target_of": first("budget.IndicatorTarget", "indicator__code"),
    "value": first("budget.IndicatorValue"),
    "value_of": first("budget.IndicatorValue", "indicator__code"),
    "theme": first("budget.Theme", "code"),
    "grant": first("budget.Grant"),
    "pupils": first("budget.PupilCount"),
    "project": first("investments.ProjectYear", "project_id", year=2021),
    "project_year": first("investments.ProjectYear", year=2021),
    "financing": first("investments.Financing"),
    "financing_of": first("investments.Financing", "project_id"),
    "emission": first("climate.Emission"),
    "population": first("climate.Population"),
    "note": first("climate.EmissionNote"),
    "emission_target": first("climate.EmissionTarget"),
    "measure": first("climate.Measure"),
    "published": first("budget.Round", state="publisert"),
    "signed": first("budget.Round", state="signert"),
    "ready_round": first("budget.Round", state="apen", period=6),
    "open_round": first("budget.Round", state="apen", period=10),
    "unit_measure": first("budget.Measure"),
    "unit": first("hr.SickLeave", "enhet_id", year=2021),
    "sick_leave": first("hr.SickLeave"),
    "sick_leave_target": first("hr.SickLeaveTarget"),
    "staff": first("hr.StaffFigure"),
    "control_item": first("hr.ControlItem"),
    "checklist": first("hr.ChecklistAnswer"),
    "checklist_of": first("hr.ChecklistAnswer", "virksomhet_id", year=2021),
}

IMPORT = "innlesing/<int:run_id>/"
DECISION = "vedtak/<str:code>/"
INDICATOR = "maltall/<slug:code>/"
PROJECT = "investeringer/prosjekt/<str:code>/"
ROUND = "rapportering/<int:pk>/"
DRAFT = "budsjettendringer/<int:year>/utkast/<int:pk>/"
PAGES: dict[str, list[str]] = {
    "": ["/"],
    "logg-inn/": ["/logg-inn/"],
    "tilgjengelighet/": ["/tilgjengelighet/"],
    "mote/": ["/mote/"],
    "oversikt/maltall/": ["/oversikt/maltall/"],
    "oversikt/arbeid/": ["/oversikt/arbeid/"],
    "rapportkontroll/": ["/rapportkontroll/"],
    "sok/": ["/sok/", "/sok/?q=helse"],
    "min-side/": ["/min-side/"],
    "min-side/passord/": ["/min-side/passord/"],
    # users and history
    "brukere/": ["/brukere/"],
    "brukere/ny/": ["/brukere/ny/"],
    "brukere/<int:pk>/": ["/brukere/{user}/"],
    "brukere/<int:pk>/passord/": ["/brukere/{user}/passord/"],
    "historikk/": ["/historikk/", "/historikk/?register=budget.decision"],
    # imports
    "innlesing/": ["/innlesing/"],
    IMPORT: [
        *("/innlesing/{ready}/", "/innlesing/{refused}/", "/innlesing/{committed}/", "/innlesing/{unchanged}/"),
        *("/innlesing/{undone}/", "/innlesing/{discarded}/", "/innlesing/{failed}/", "/innlesing/{received}/"),
    ],
    f"{IMPORT}angre/": ["/innlesing/{committed}/angre/"],
    "innlesing/vedtatt-budsjett/<int:year>/": ["/innlesing/vedtatt-budsjett/2022/"],
    # figures
    "avvik/": ["/avvik/"],
    "avvik/<int:year>/": [
        *("/avvik/2021/", "/avvik/2021/?niva=virksomhet", "/avvik/2021/?niva=art&rammeomrade=3&skala=kr"),
        *("/avvik/2021/?niva=prosjekt&sorter=-avvik", "/avvik/2021/?apne=3&periode=8", "/avvik/2020/"),
    ],
    "avvik/<int:year>/<level:level>/<path:code>/": [
        *("/avvik/2021/rammeomrade/3/", "/avvik/2021/virksomhet/650/", "/avvik/2021/ansvar/6500/"),
        "/avvik/2021/prosjekt/uten/",
    ],
    "avvik/<int:year>/<level:level>/<str:code>/forklaring/": ["/avvik/2021/virksomhet/650/forklaring/"],
    "avvik/<int:year>/historie/": ["/avvik/2021/historie/?rammeomrade=3"],
    "avvik/<int:year>/figurer/": ["/avvik/2021/figurer/"],
    "avvik/<int:year>/linjer/": ["/avvik/2021/linjer/?rammeomrade=3"],
    "avvik/<int:year>/bro/": ["/avvik/2021/bro/"],
    "avvik/<int:year>/<level:level>/<path:code>/bro/": [
        *("/avvik/2021/rammeomrade/1/bro/", "/avvik/2021/virksomhet/650/bro/", "/avvik/2021/ansvar/6503/bro/")
    ],
    "budsjettendringer/<int:year>/ny/": ["/budsjettendringer/2021/ny/"],
    DRAFT: [f"/budsjettendringer/2021/utkast/{{{state}}}/" for state in ("forslag", "skjevt", "innstilt", "avvist")],
    f"{DRAFT}endre/": ["/budsjettendringer/2021/utkast/{forslag}/endre/"],
    f"{DRAFT}innstill/": ["/budsjettendringer/2021/utkast/{skjevt}/innstill/"],
    f"{DRAFT}vedta/": ["/budsjettendringer/2021/utkast/{innstilt}/vedta/"],
    f"{DRAFT}avvis/": ["/budsjettendringer/2021/utkast/{forslag}/avvis/"],
    f"{DRAFT}slett/": ["/budsjettendringer/2021/utkast/{forslag}/slett/"],
    "budsjettendringer/<int:year>/": ["/budsjettendringer/2021/"],
    "budsjettendringer/<int:year>/<path:number>/": ["/budsjettendringer/2021/2021-001/"],
    "perioder/": ["/perioder/"],
    "perioder/<int:year>/": ["/perioder/2021/", "/perioder/2020/"],
    "perioder/<int:year>/<int:period>/apne/": ["/perioder/2020/1/apne/"],
    "perioder/<int:year>/unntak/": ["/perioder/2020/unntak/"],
    "perioder/unntak/<int:pk>/avslutt/": ["/perioder/unntak/{period_exception}/avslutt/"],
    # entry
    "foring/": ["/foring/"],
    "foring/<int:year>/": [
        "/foring/2021/",
        "/foring/2021/?slag=regnskap&ansvar=6500",
        "/foring/2021/?slag=budsjett&ansvar=6500",
    ],
    # decisions, cases, måltall, themes, pupils
    "vedtak/": ["/vedtak/"],
    "vedtak/nytt/": ["/vedtak/nytt/"],
    "vedtak/oppfolging/<int:followup_id>/": ["/vedtak/oppfolging/{followup}/"],
    DECISION: ["/vedtak/{decision}/"],
    f"{DECISION}endre/": ["/vedtak/{decision}/endre/"],
    f"{DECISION}oppfolging/": ["/vedtak/{decision}/oppfolging/"],
    "saker/": ["/saker/"],
    "saker/ny/": ["/saker/ny/"],
    "saker/<int:case_id>/endre/": ["/saker/{case}/endre/"],
    "maltall/": ["/maltall/"],
    "maltall/nytt/": ["/maltall/nytt/"],
    INDICATOR: ["/maltall/{indicator}/"],
    f"{INDICATOR}endre/": ["/maltall/{indicator}/endre/"],
    f"{INDICATOR}mal/": ["/maltall/{indicator}/mal/"],
    f"{INDICATOR}mal/<int:target_id>/": ["/maltall/{target_of}/mal/{target}/"],
    f"{INDICATOR}verdi/": ["/maltall/{indicator}/verdi/"],
    f"{INDICATOR}verdi/<int:value_id>/": ["/maltall/{value_of}/verdi/{value}/"],
    "tema/": ["/tema/"],
    "tema/nytt/": ["/tema/nytt/"],
    "tema/<slug:code>/": ["/tema/{theme}/"],
    "tema/<slug:code>/endre/": ["/tema/{theme}/endre/"],
    "tema/<slug:code>/tilskudd/": ["/tema/{theme}/tilskudd/"],
    "tema/tilskudd/<int:grant_id>/": ["/tema/tilskudd/{grant}/"],
    "elevtall/": ["/elevtall/"],
    "elevtall/nytt/": ["/elevtall/nytt/"],
    "elevtall/<int:count_id>/": ["/elevtall/{pupils}/"],
    # reporting rounds
    "rapportering/": ["/rapportering/"],
    "rapportering/ny/": ["/rapportering/ny/"],
    ROUND: [
        *("/rapportering/{open_round}/", "/rapportering/{open_round}/?tilstand=godkjent"),
        *("/rapportering/{ready_round}/", "/rapportering/{signed}/"),
    ],
    f"{ROUND}endre/": ["/rapportering/{open_round}/endre/"],
    f"{ROUND}<str:virksomhet>/": [
        *(f"/rapportering/{{open_round}}/{code}/" for code in ("650", "230", "320", "310", "330", "350")),
        "/rapportering/{signed}/650/",
    ],
    # forecasts and measures
    "prognoser/": ["/prognoser/"],
    "prognoser/<int:year>/": ["/prognoser/2021/", "/prognoser/2020/"],
    "prognoser/runde/<int:pk>/<str:virksomhet>/": [
        *("/prognoser/runde/{open_round}/650/", "/prognoser/runde/{signed}/650/"),
    ],
    "prognoser/runde/<int:pk>/<str:virksomhet>/<str:ansvar>/": ["/prognoser/runde/{open_round}/650/6503/"],
    "tiltak/": ["/tiltak/", "/tiltak/?passert=on"],
    "tiltak/nytt/": ["/tiltak/nytt/"],
    "tiltak/<int:pk>/": ["/tiltak/{unit_measure}/"],
    "tiltak/<int:pk>/endre/": ["/tiltak/{unit_measure}/endre/"],
    # signed reports
    f"{ROUND}signer/": ["/rapportering/{ready_round}/signer/"],
    f"{ROUND}rapport/": ["/rapportering/{signed}/rapport/", "/rapportering/{published}/rapport/"],
    f"{ROUND}endret/": ["/rapportering/{published}/endret/", "/rapportering/{published}/endret/?mot={signed}"],
    "publisert/": ["/publisert/"],
    # investments
    "investeringer/": ["/investeringer/"],
    "investeringer/<int:year>/": ["/investeringer/2021/"],
    "investeringer/nytt-prosjekt/": ["/investeringer/nytt-prosjekt/"],
    PROJECT: ["/investeringer/prosjekt/{project}/"],
    f"{PROJECT}endre/": ["/investeringer/prosjekt/{project}/endre/"],
    f"{PROJECT}<slug:part>/ny/": [
        f"/investeringer/prosjekt/{{project}}/{part}/ny/"
        for part in ("ar", "status", "vedtak", "finansiering", "prognose")
    ],
    f"{PROJECT}<slug:part>/<int:key>/": [
        "/investeringer/prosjekt/{project}/ar/{project_year}/",
        "/investeringer/prosjekt/{financing_of}/finansiering/{financing}/",
    ],
    # climate
    "klima/": ["/klima/"],
    "klima/tall/": ["/klima/tall/"],
    "klima/tall/utslipp/": ["/klima/tall/utslipp/"],
    "klima/tall/utslipp/<int:row_id>/": ["/klima/tall/utslipp/{emission}/"],
    "klima/tall/folketall/": ["/klima/tall/folketall/"],
    "klima/tall/folketall/<int:row_id>/": ["/klima/tall/folketall/{population}/"],
    "klima/tall/merknad/": ["/klima/tall/merknad/"],
    "klima/tall/merknad/<int:row_id>/": ["/klima/tall/merknad/{note}/"],
    "klima/mal/nytt/": ["/klima/mal/nytt/"],
    "klima/mal/<int:target_id>/": ["/klima/mal/{emission_target}/"],
    "klima/mal/<int:target_id>/endre/": ["/klima/mal/{emission_target}/endre/"],
    "klima/tiltak/nytt/": ["/klima/tiltak/nytt/"],
    "klima/tiltak/<int:measure_id>/": ["/klima/tiltak/{measure}/"],
    "klima/tiltak/<int:measure_id>/endre/": ["/klima/tiltak/{measure}/endre/"],
    # hr
    "sykefravaer/": ["/sykefravaer/"],
    "sykefravaer/<int:year>/": ["/sykefravaer/2021/"],
    "sykefravaer/<int:year>/rammeomrade/<int:number>/": ["/sykefravaer/2021/rammeomrade/3/"],
    "sykefravaer/<int:year>/enhet/<str:code>/": ["/sykefravaer/2021/enhet/{unit}/"],
    "sykefravaer/<int:year>/register/": ["/sykefravaer/2021/register/"],
    "sykefravaer/rad/ny/": ["/sykefravaer/rad/ny/"],
    "sykefravaer/rad/<int:pk>/": ["/sykefravaer/rad/{sick_leave}/"],
    "sykefravaer/enhet/ny/": ["/sykefravaer/enhet/ny/"],
    "sykefravaer/mal/": ["/sykefravaer/mal/"],
    "sykefravaer/mal/ny/": ["/sykefravaer/mal/ny/"],
    "sykefravaer/mal/<int:pk>/": ["/sykefravaer/mal/{sick_leave_target}/"],
    "personal/": ["/personal/"],
    "personal/ny/": ["/personal/ny/"],
    "personal/<int:pk>/": ["/personal/{staff}/"],
    "internkontroll/": ["/internkontroll/"],
    "internkontroll/<int:year>/": ["/internkontroll/2021/"],
    "internkontroll/<int:year>/virksomhet/<str:code>/": ["/internkontroll/2021/virksomhet/{checklist_of}/"],
    "internkontroll/punkt/ny/": ["/internkontroll/punkt/ny/"],
    "internkontroll/punkt/<int:pk>/": ["/internkontroll/punkt/{control_item}/"],
    "internkontroll/svar/ny/": ["/internkontroll/svar/ny/"],
    "internkontroll/svar/<int:pk>/": ["/internkontroll/svar/{checklist}/"],
}
OTHERS: dict[str, tuple[Answer, str]] = {
    f"{ROUND}paminnelser/": (Answer.NOTHING, "/rapportering/{open_round}/paminnelser/"),
    f"{ROUND}<str:virksomhet>/steg/": (Answer.NOTHING, "/rapportering/{open_round}/650/steg/"),
    f"{ROUND}<str:virksomhet>/forklaring/<level:level>/<str:code>/": (
        Answer.NOTHING,
        "/rapportering/{open_round}/650/forklaring/virksomhet/650/",
    ),
    f"{ROUND}<str:virksomhet>/gjelder-fortsatt/<level:level>/<str:code>/": (
        Answer.NOTHING,
        "/rapportering/{open_round}/650/gjelder-fortsatt/virksomhet/650/",
    ),
    f"{ROUND}publiser/": (Answer.NOTHING, "/rapportering/{signed}/publiser/"),
    f"{ROUND}rapport/<str:name>": (Answer.FILE, "/rapportering/{published}/rapport/avvik-virksomhet.csv"),
    "helse/": (Answer.TEXT, "/helse/"),
    "logg-ut/": (Answer.NOTHING, "/logg-ut/"),
    "brukere/<int:pk>/konto/": (Answer.NOTHING, "/brukere/{user}/konto/"),
    f"{PROJECT}<slug:part>/<int:key>/fjern/": (
        Answer.NOTHING,
        "/investeringer/prosjekt/{financing_of}/finansiering/{financing}/fjern/",
    ),
    "budsjettendringer/<int:year>/rett/<path:number>/": (Answer.NOTHING, "/budsjettendringer/2021/rett/2021-001/"),
    f"{DECISION}status/": (Answer.NOTHING, "/vedtak/{decision}/status/"),
    "foring/<int:year>/lim-inn/": (Answer.NOTHING, "/foring/2021/lim-inn/"),
    "foring/<int:year>/lim-inn/lagre/": (Answer.NOTHING, "/foring/2021/lim-inn/lagre/"),
    "foring/<int:year>/angre/<int:run_id>/": (Answer.NOTHING, "/foring/2021/angre/{committed}/"),
    f"{IMPORT}framdrift/": (Answer.FRAGMENT, "/innlesing/{received}/framdrift/"),
    f"{IMPORT}les-inn/": (Answer.NOTHING, "/innlesing/{ready}/les-inn/"),
    f"{IMPORT}gjenoppta/": (Answer.NOTHING, "/innlesing/{failed}/gjenoppta/"),
    f"{IMPORT}forkast/": (Answer.NOTHING, "/innlesing/{ready}/forkast/"),
    f"{IMPORT}kode/": (Answer.NOTHING, "/innlesing/{refused}/kode/"),
    f"{IMPORT}fil/": (Answer.FILE, "/innlesing/{ready}/fil/"),
    f"{IMPORT}merket/": (Answer.FILE, "/innlesing/{refused}/merket/"),
}
# What a visitor sees without signing in.
PUBLIC = ["/logg-inn/", "/tilgjengelighet/", "/publisert/", "/rapportering/{published}/rapport/"]


def address(sample: str) -> str:
    """This will return the sample with its words looked up in the demo."""
    return re.sub(r"{(\w+)}", lambda found: str(IDS[found[1]]()), sample)
