"""Reminders: the right people get the right words from a real SMTP server, nobody twice, and a failure is told."""

from __future__ import annotations

import datetime
import io
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.management import call_command
from django.utils import timezone

from budget.models import Reminder, Round, RoundTask
from budget.reminders import people_to_remind, send_reminders
from roros.models import RoleAssignment, User
from tests.budget import round_world as world

TODAY = datetime.date(2021, 5, 14)


class Mailbox(Sink):
    """Keeps what it is sent; refuses one address, and everything after so many letters, if told to."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.refuses = ""
        self.breaks_after: int | None = None

    async def handle_RCPT(  # noqa: N802 - the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refuses:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.breaks_after is not None and len(self.letters) >= self.breaks_after:
            return "451 Out of room"
        content = envelope.content or b""
        assert isinstance(content, bytes)
        found = message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.letters.append((list(envelope.rcpt_tos), found))
        return "250 OK"

    @property
    def receivers(self) -> list[str]:
        return sorted(address for addresses, _letter in self.letters for address in addresses)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.PUBLIC_URL = "https://tall.roros.example"
    settings.DEFAULT_FROM_EMAIL = "okonomi@roros.example"
    yield box
    controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
def people(db: None) -> dict[str, User]:
    world.build()
    return world.people()


@pytest.fixture
def reporting(people: dict[str, User]) -> Round:
    return world.opened(people["economy"])


def test_those_whose_turn_it_is_get_it_and_nobody_else(
    mailbox: Mailbox, people: dict[str, User], reporting: Round
) -> None:
    sent = send_reminders(reporting=reporting, by=people["economy"])
    assert sorted(sent.to) == ["Liv", "Olav", "Per"]
    # The two leaders, and økonomi for the virksomhet that has none.
    assert mailbox.receivers == ["economy@roros.example", "leader@roros.example", "other-leader@roros.example"]
    letter = next(letter for to, letter in mailbox.letters if to == ["leader@roros.example"])
    assert letter["From"] == "okonomi@roros.example"
    assert letter["To"] == "leader@roros.example"
    assert letter["Subject"] == "Fristen er passert: 1. tertial 2021"
    body = letter.get_content()
    assert body.startswith("Hei Liv!\n\n1. tertial 2021: dette venter på deg.\n")
    assert (
        "Lever 1. tertial 2021 for Virksomhet 110\nFrist: 14.05.2021 (passert)\n"
        f"https://tall.roros.example/rapportering/{reporting.pk}/110/\n"
    ) in body
    assert "Hilsen økonomiavdelingen i Røros kommune" in body
    assert "Virksomhet 120" not in body
    kept = Reminder.objects.get(user=people["leader"])
    assert (kept.round, kept.sent_by, kept.subject) == (reporting, people["economy"], letter["Subject"])


def test_the_turn_goes_from_hand_to_hand(mailbox: Mailbox, people: dict[str, User], reporting: Round) -> None:
    def turn_of() -> list[str]:
        return [one.user.username for one in people_to_remind(reporting)]

    assert turn_of() == ["liv", "olav", "per"]
    RoundTask.objects.update(state="levert")
    assert turn_of() == ["anne", "knut"]
    RoundTask.objects.filter(virksomhet="110").update(state="returnert")
    assert turn_of() == ["anne", "knut", "liv"]
    RoundTask.objects.update(state="godkjent")
    assert turn_of() == ["olav"]
    RoundTask.objects.update(state="kvalitetssikret")
    assert turn_of() == ["kari"]
    send_reminders(reporting=reporting, by=None)
    assert mailbox.receivers == ["director@roros.example"]
    body = mailbox.letters[0][1].get_content()
    assert (
        f"Signer 1. tertial 2021\nFrist: 26.05.2021 (passert)\nhttps://tall.roros.example/rapportering/{reporting.pk}/\n"
        in body
    )


def test_before_the_deadline_the_subject_says_when(mailbox: Mailbox, people: dict[str, User], reporting: Round) -> None:
    ahead = timezone.localdate() + datetime.timedelta(days=3)
    Round.objects.update(leader_deadline=ahead, chief_deadline=ahead, economy_deadline=ahead, director_deadline=ahead)
    reporting.refresh_from_db()
    assert send_reminders(reporting=reporting, by=None, within=2).to == []
    assert mailbox.letters == []
    send_reminders(reporting=reporting, by=None, within=3)
    assert {letter["Subject"].strip() for _to, letter in mailbox.letters} == {
        f"1. tertial 2021 venter på deg, frist {ahead:%d.%m.%Y}"
    }
    assert "(passert)" not in mailbox.letters[0][1].get_content()


def test_nobody_gets_two_on_one_day(mailbox: Mailbox, people: dict[str, User], reporting: Round) -> None:
    send_reminders(reporting=reporting, by=None)
    again = send_reminders(reporting=reporting, by=None)
    assert (again.to, sorted(again.already)) == ([], ["Liv", "Olav", "Per"])
    assert len(mailbox.letters) == 3
    assert Reminder.objects.count() == 3
    other = world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8)
    assert len(send_reminders(reporting=other, by=None).to) == 3  # another round is another matter


def test_without_an_address_is_told_and_closed_accounts_are_left_alone(
    mailbox: Mailbox, people: dict[str, User], reporting: Round
) -> None:
    User.objects.filter(username="liv").update(email="")
    User.objects.filter(username="per").update(is_active=False)
    sent = send_reminders(reporting=reporting, by=None)
    assert (sent.to, sent.without_address) == (["Olav"], ["Liv"])
    assert mailbox.receivers == ["economy@roros.example"]


def test_a_server_that_is_down_is_told_and_nothing_is_recorded(
    people: dict[str, User], reporting: Round, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    client = world.signed_in(people["economy"])
    page = client.post(f"/rapportering/{reporting.pk}/paminnelser/", follow=True).content.decode()
    assert "E-posttjeneren svarte ikke som den skal" in page
    assert "fikk påminnelse" not in page
    assert not Reminder.objects.exists()


def test_a_failure_in_the_middle_loses_nothing(mailbox: Mailbox, people: dict[str, User], reporting: Round) -> None:
    mailbox.breaks_after = 1
    sent = send_reminders(reporting=reporting, by=None)
    assert sent.to == ["Liv"]
    assert "Out of room" in sent.failure
    assert [one.user.username for one in Reminder.objects.all()] == ["liv"]
    mailbox.breaks_after = None
    again = send_reminders(reporting=reporting, by=None)
    assert (again.to, again.already, again.failure) == (["Olav", "Per"], ["Liv"], "")
    assert mailbox.receivers == ["economy@roros.example", "leader@roros.example", "other-leader@roros.example"]


def test_a_refused_address_does_not_stop_the_others(
    mailbox: Mailbox, people: dict[str, User], reporting: Round
) -> None:
    mailbox.refuses = "leader@roros.example"
    sent = send_reminders(reporting=reporting, by=None)
    assert (sent.to, sent.refused) == (["Olav", "Per"], ["Liv"])
    assert not Reminder.objects.filter(user=people["leader"]).exists()
    assert any("avviste adressen til Liv" in text for _level, text in sent.messages())


def test_the_button_says_what_happened(mailbox: Mailbox, people: dict[str, User], reporting: Round) -> None:
    User.objects.filter(username="per").update(email="")
    client = world.signed_in(people["economy"])
    page = client.get(f"/rapportering/{reporting.pk}/").content.decode()
    assert "Send påminnelse til 3" in page
    assert "(uten e-postadresse)" in page
    url = f"/rapportering/{reporting.pk}/paminnelser/"
    page = client.post(url, follow=True).content.decode()
    assert "2 fikk påminnelse: Liv og Olav." in page
    assert "Uten e-postadresse: Per." in page
    page = client.post(url, follow=True).content.decode()
    assert "Ingen fikk påminnelse nå." in page
    assert "Påminnet i dag fra før: Liv og Olav." in page
    assert client.get(url).status_code == 405


def test_the_nightly_job_reminds_in_every_open_round(
    mailbox: Mailbox, people: dict[str, User], reporting: Round
) -> None:
    world.opened(people["economy"], Round.Kind.SECOND_TERTIAL, 8)
    out = io.StringIO()
    call_command("send_reminders", stdout=out)
    assert "1. tertial 2021: 3 fikk påminnelse: Liv, Olav og Per." in out.getvalue()
    assert "2. tertial 2021: 3 fikk påminnelse" in out.getvalue()
    assert len(mailbox.letters) == 6
    assert set(Reminder.objects.values_list("sent_by", flat=True)) == {None}


def test_the_nightly_job_fails_when_the_server_does(
    mailbox: Mailbox, people: dict[str, User], reporting: Round
) -> None:
    mailbox.breaks_after = 0
    with pytest.raises(SystemExit) as ended:
        call_command("send_reminders", stdout=io.StringIO())
    assert ended.value.code == 1
    assert not Reminder.objects.exists()


def test_a_signed_round_reminds_nobody(people: dict[str, User], reporting: Round) -> None:
    reporting.state = Round.State.SIGNED
    assert people_to_remind(reporting) == []


def test_somebody_with_two_roles_gets_one_letter(mailbox: Mailbox, people: dict[str, User], reporting: Round) -> None:
    RoleAssignment.objects.filter(user=people["other-leader"]).update(user=people["leader"])
    RoundTask.objects.filter(virksomhet="210").update(state="levert")
    send_reminders(reporting=reporting, by=None)
    body = next(letter for to, letter in mailbox.letters if to == ["leader@roros.example"]).get_content()
    assert "for Virksomhet 110" in body
    assert "for Virksomhet 120" in body
    assert mailbox.receivers == ["leader@roros.example", "other-chief@roros.example"]
