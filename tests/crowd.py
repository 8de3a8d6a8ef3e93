"""People who work at once against a running server, over HTTP alone, and remember what they were promised."""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from http.client import HTTPConnection, HTTPResponse
from random import Random
from threading import Lock
from urllib.parse import urlencode

from django.test import Client

from roros.models import User
from tests.ledger_world import Line, ledger_file

CSRF = "a" * 32
BOUNDARY = "grense-mellom-feltene"
YEARS = (2021, 2022)
MONTHS = (1, 2, 3)
LOCKED = 11  # the month that is closed and opened all the time
ROWS = (("1000", "1200", "101000", ""), ("3100", "2530", "101000", ""), ("3200", "2530", "118000", ""))
TOLD = (409, 400, 200)  # refused: the page comes back with the reason
Cell = tuple[int, str, str, str, str, int]  # year, four codes, month


@dataclass
class Promises:
    """What the server said yes to, and how often it said what."""

    lock: Lock = field(default_factory=Lock)
    files: dict[int, list[tuple[Cell, Decimal]]] = field(default_factory=dict)  # run -> lines that were uploaded
    committed: set[int] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)
    entries: dict[str, tuple[Cell, Decimal]] = field(default_factory=dict)  # reason -> cell and what was added to it
    refused_entries: set[str] = field(default_factory=set)
    drafts: dict[int, list[tuple[Cell, Decimal]]] = field(default_factory=dict)  # amendment -> lines
    adopted: set[int] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    refused_texts: set[str] = field(default_factory=set)
    locks: Counter[bool] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, answer: Answer) -> bool:
        """This will count an answer; returns whether it was a yes. Anything but yes or a told no is wrong."""
        with self.lock:
            if answer.status == 302:
                self.outcomes[what, "ja"] += 1
                return True
            self.outcomes[what, "nei"] += 1
            if answer.status not in TOLD or not answer.reason:
                self.wrong.append(f"{what}: {answer.status} {answer.reason or answer.text[:300]}")
            return False


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    location: str
    text: str

    @property
    def reason(self) -> str:
        """What the page says of why something was refused, on top or beside a field; empty when it says nothing."""
        found = re.search(r'<(div|p) class="(?:callout error|field-error)[^>]*>(.*?)</\1>', self.text, re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[2])).split()) if found else ""

    def field(self, name: str) -> str:
        """The value of a field of the page's form; empty when it has none."""
        found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', self.text)
        value = re.search(r'value="([^"]*)"', found[0]) if found else None
        return html.unescape(value[1]) if value else ""


class Worker:
    """Somebody from økonomi at a keyboard."""

    def __init__(self, user: User, port: int, promises: Promises, seed: int) -> None:
        client = Client()
        client.force_login(user)
        self.cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.name = user.username
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.promises = promises
        self.random = Random(seed)
        self.done = 0

    def work(self, until: float, round_id: int) -> None:
        """This will do one thing after the other until the time is up."""
        works = (
            *(self.enter, self.enter, self.enter, self.read_in, self.read_in, self.undo),
            *(self.amend, self.adopt, lambda: self.explain(round_id), lambda: self.explain(round_id), self.close),
        )
        with closing(self.connection):
            while time.monotonic() < until:
                self.done += 1
                self.random.choice(works)()

    def enter(self) -> None:
        """This will change one cell of the grid from what the page shows."""
        year, row = self.random.choice(YEARS), self.random.choice(ROWS)
        month = self.random.choice((*MONTHS, LOCKED))
        address = f"/foring/{year}/?slag=regnskap&ansvar={row[0]}"
        page = self.get(address)
        names = [html.unescape(name) for name in re.findall(r'name="(c\|[^"]+)"', page.text)]
        start = "|".join(("c", *row, str(month), ""))
        seen = next((name for name in names if name.startswith(start)), start)
        before = Decimal(seen.removeprefix(start) or "0")
        reason = f"{self.name} {self.done}"
        after = before + self.random.randint(1, 10_000)
        answer = self.post(address, {seen: str(after).replace(".", ","), "reason": reason})
        with self.promises.lock:
            if answer.status == 302:
                self.promises.entries[reason] = ((year, *row, month), after - before)
            else:
                self.promises.refused_entries.add(reason)
        self.promises.note("føring", answer)

    def read_in(self) -> None:
        """This will upload the accounts of some months and confirm the preview."""
        year = self.random.choice(YEARS)
        first = self.random.choice(MONTHS)
        months = range(first, self.random.choice([month for month in MONTHS if month >= first]) + 1)
        lines: list[Line] = [
            (*row, month, f"{self.random.randint(-900_000, 900_000) / 100:.2f}") for row in ROWS for month in months
        ]
        answer = self.upload(f"regnskap-{self.name}-{self.done}.xlsx", ledger_file(lines, year=year))
        if not self.promises.note("opplasting", answer):
            return
        run = int(answer.location.strip("/").split("/")[-1])
        with self.promises.lock:
            self.promises.files[run] = [((year, *line[:4], line[4]), Decimal(line[5])) for line in lines]
        answer = self.post(f"/innlesing/{run}/les-inn/", {})
        page = self.get(answer.location)
        committed = re.search(r"<h1>\d[^<]* er lest inn</h1>", page.text) is not None
        with self.promises.lock:
            self.promises.outcomes["innlesing", "ja" if committed else "nei"] += 1
            if committed:
                self.promises.committed.add(run)
            elif answer.status != 302 or page.status != 200:
                self.promises.wrong.append(f"innlesing: {answer.status} {page.status} {page.text[:300]}")

    def undo(self) -> None:
        """This will undo an import that somebody made."""
        with self.promises.lock:
            runs = sorted(self.promises.committed - self.promises.undone)
        if not runs:
            return
        run = self.random.choice(runs[-3:])
        address = f"/innlesing/{run}/angre/"
        if self.promises.note("angring", self.post(address, {})):
            with self.promises.lock:
                self.promises.undone.add(run)

    def amend(self) -> None:
        """This will draft an amendment that nets to zero."""
        amount = self.random.randint(1, 1000)
        giver, taker = self.random.sample(ROWS, 2)
        month = self.random.choice(MONTHS)
        form = {
            "text": f"Endring fra {self.name} {self.done}",
            "background": "",
            "seen": "",
            "opened": "",
            "save": "1",
            "linjer-TOTAL_FORMS": "2",
            "linjer-INITIAL_FORMS": "0",
        }
        lines = ((giver, -amount), (taker, amount))
        for place, (row, moved) in enumerate(lines):
            values = dict(zip(("ansvar", "tjeneste", "art", "prosjekt"), row, strict=True))
            values |= {"period": str(month), "amount": str(moved), "note": "", "line": ""}
            form |= {f"linjer-{place}-{name}": value for name, value in values.items()}
        answer = self.post("/budsjettendringer/2021/ny/", form)
        if self.promises.note("utkast", answer):
            draft = int(re.findall(r"\d+", answer.location)[-1])
            with self.promises.lock:
                self.promises.drafts[draft] = [((2021, *row, month), Decimal(moved)) for row, moved in lines]

    def adopt(self) -> None:
        """This will record that the council adopted one of the newest drafts."""
        with self.promises.lock:
            drafts = sorted(self.promises.drafts.keys() - self.promises.adopted)
        if not drafts:
            return
        draft = self.random.choice(drafts[-4:])
        address = f"/budsjettendringer/2021/utkast/{draft}/vedta/"
        page = self.get(address)
        if page.status != 200:  # somebody was faster
            return
        form = {"body": "Kommunestyret", "case_number": "51/21", "decided_on": "2021-06-17", "comment": ""}
        if self.promises.note("vedtak", self.post(address, {**form, "seen": page.field("seen")})):
            with self.promises.lock:
                self.promises.adopted.add(draft)

    def explain(self, round_id: int) -> None:
        """This will write over the explanation that the page shows."""
        page = self.get(f"/rapportering/{round_id}/310/")
        prefix, text = "virksomhet-310", f"Årsak fra {self.name} {self.done}"
        form = {"kind": "reelt", "cause": text, "consequence": "", "measure": "", "expected_effect": ""}
        form["seen"] = page.field(f"{prefix}-seen")
        address = f"/rapportering/{round_id}/310/forklaring/virksomhet/310/"
        yes = self.promises.note(
            "forklaring", self.post(address, {f"{prefix}-{name}": value for name, value in form.items()})
        )
        with self.promises.lock:
            (self.promises.texts if yes else self.promises.refused_texts).add(text)

    def close(self) -> None:
        """This will close November, or open it again."""
        if self.random.random() < 0.5:
            answer = self.post("/perioder/2021/", {"periods": f"k{LOCKED}", "reason": self.name})
            closes = True
        else:
            answer = self.post(f"/perioder/2021/{LOCKED}/apne/", {"reason": self.name})
            closes = False
        if self.promises.note("periodelås", answer):
            with self.promises.lock:
                self.promises.locks[closes] += 1

    def get(self, address: str) -> Answer:
        """This will ask for a page."""
        return self._ask("GET", address, None, {})

    def post(self, address: str, form: dict[str, str]) -> Answer:
        """This will send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(form).encode(), kind)

    def upload(self, name: str, content: bytes) -> Answer:
        """This will send a workbook of accounts."""
        start = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nregnskap\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = start.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._ask("POST", "/innlesing/", body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def _ask(self, method: str, address: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Host": "localhost", **headers}
        self.connection.request(method, address, body, headers)
        response: HTTPResponse = self.connection.getresponse()
        text = response.read().decode()
        if response.status >= 500:
            with self.promises.lock:
                self.promises.wrong.append(f"{method} {address}: {response.status} {text[:500]}")
        return Answer(response.status, response.headers.get("Location", ""), text)
