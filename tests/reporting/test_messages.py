"""Messages on a real store, to a real mail server and a real web hook on this machine."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any, TypeVar

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from huanjie.reporting.v1 import messages_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2
from services.chassis.outgoing import HookChannel, Letter, LetterDeferred, LetterRefused, MailChannel
from services.chassis.refusals import Refusal
from services.chassis.settings import Hook, load_settings
from services.chassis.settings import Mail as MailSettings
from services.chassis.store import Transaction
from services.kernel.workdays import DAY_US
from services.reporting.domain import messages as rules
from services.reporting.domain.messages import Channel
from services.reporting.loops import DigestRound, MessageRound
from tests.chassis.desk import START_US
from tests.reporting.campaign import Campaign

T = TypeVar("T")


class Running:
    """A desk as the loops see a running service."""

    def __init__(self, campaign: Campaign) -> None:
        desk = campaign.office.desk
        self.recorder, self.store, self.writer = desk.recorder, desk.store, self
        self.read_only_reason = ""
        # Makes the next record fail after the letter went out, as a blow between the two would.
        self.dies = False

    async def run(self, work: Callable[[Transaction], T]) -> T:
        if self.dies:
            self.dies = False
            raise ConnectionAbortedError
        with self.store.transaction() as tx:
            return work(tx)


class Inbox:
    """What a mail server took; what it refuses."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuses = ""

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content))
        return "250 taken"


@asynccontextmanager
async def mail_server(inbox: Inbox, port: int = 0) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(inbox), "127.0.0.1", port)
    async with server:
        yield server.sockets[0].getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail_channel(port: int) -> MailChannel:
    return MailChannel(MailSettings(host="127.0.0.1", port=port, sender="office@example.org"), "370211")


def reach(campaign: Campaign, *units: str, **contact: str) -> None:
    """Says how the first responsible persons are reached."""
    for unit in units:
        fields = contact or {"mail": f"{unit.lower()}@example.org", "phone": "0532-00000000"}
        request = pb.SetContactRequest(unit_id=campaign.ids[unit], post_id=campaign.posts[unit], **fields)
        campaign.office.do(request, campaign.operator())


def overdue(campaign: Campaign) -> None:
    """a1 to a3 have not received what A passed on in time; B has not received either."""
    campaign.issue()
    campaign.open_way("A")
    campaign.at(8)


def shown(campaign: Campaign) -> list[pb.OutgoingMessage]:
    request = pb.ListMessagesRequest(unit_id=campaign.ids["D"])
    return list(campaign.office.ask(request, campaign.operator()).messages)


def text(mail: Mail) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


async def test_who_is_told_something_gets_one_mail_that_day_and_nothing_personal_in_it(campaign: Campaign) -> None:
    reach(campaign, "A", "D")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        for _ in range(3):
            # As after a restart: nothing is remembered but the store.
            await DigestRound(running, tuple(ports)).run()
            await MessageRound(running, ports).run()
    assert sorted(str(mail["To"]) for mail in inbox.mails) == ["a@example.org", "d@example.org"]
    mail = next(mail for mail in inbox.mails if mail["To"] == "a@example.org")
    assert "3 项任务超期" in text(mail)
    for name in ("a1", "书记", "学习换届纪律"):
        assert name not in text(mail)
    assert [(one.state, one.attempts) for one in shown(campaign)] == [("sent", 1)] * 2


async def test_a_mail_server_down_for_a_day_keeps_letters_waiting_in_sight_and_loses_and_doubles_none(
    campaign: Campaign,
) -> None:
    reach(campaign, "A", "D")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    port = free_port()
    ports = {Channel.MAIL: mail_channel(port)}
    digests, sending = DigestRound(running, tuple(ports)), MessageRound(running, ports)
    await digests.run()
    before = campaign.office.desk.recorder.ledger.head
    for minute in range(0, 24 * 60, 10):
        campaign.office.desk.clock.us = START_US + 8 * DAY_US + minute * 60_000_000
        await sending.run()
    waiting = shown(campaign)
    assert {one.state for one in waiting} == {"waiting"}
    assert max(one.attempts for one in waiting) > 3 and waiting[0].next_try_us
    assert "unreachable" in {one.problem for one in waiting}
    # What an outage writes does not grow with what waits.
    assert campaign.office.desk.recorder.ledger.head - before < 40
    async with mail_server(inbox, port):
        for minute in range(0, 120, 10):
            campaign.office.desk.clock.us = START_US + 9 * DAY_US + minute * 60_000_000
            await sending.run()
    assert sorted(str(mail["To"]) for mail in inbox.mails) == ["a@example.org", "d@example.org"]
    assert {one.state for one in shown(campaign)} == {"sent"}


async def test_a_letter_sent_twice_by_a_crash_is_known_by_its_id(campaign: Campaign) -> None:
    reach(campaign, "A")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        await DigestRound(running, tuple(ports)).run()
        running.dies = True
        with pytest.raises(ConnectionAbortedError):
            await MessageRound(running, ports).run()
        await MessageRound(running, ports).run()
        await MessageRound(running, ports).run()
    ids = [str(mail["Message-ID"]) for mail in inbox.mails]
    assert len(ids) == 2 and len(set(ids)) == 1
    assert [one.state for one in shown(campaign)] == ["sent"]


@pytest.mark.parametrize(("answer", "state"), [("550 no such user", "failed"), ("450 later", "waiting")])
async def test_a_refused_address_is_not_tried_again_and_a_busy_one_is(
    campaign: Campaign, answer: str, state: str
) -> None:
    reach(campaign, "A", "D")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    inbox.refuses = answer
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        await DigestRound(running, tuple(ports)).run()
        await MessageRound(running, ports).run()
    # One bad address does not keep the others from being tried.
    assert [one.state for one in shown(campaign)] == [state, state]
    assert all(one.attempts == 1 for one in shown(campaign))


async def test_nothing_leaves_in_quiet_hours(campaign: Campaign) -> None:
    reach(campaign, "A")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        await DigestRound(running, tuple(ports)).run()
        campaign.at(8, hours=10)
        await MessageRound(running, ports).run()
        assert not inbox.mails
        campaign.at(9)
        await MessageRound(running, ports).run()
    assert len(inbox.mails) == 1


async def test_a_successor_gets_no_mail_at_the_old_address(campaign: Campaign) -> None:
    reach(campaign, "A")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        await DigestRound(running, tuple(ports)).run()
        campaign.office.do(
            reporting_pb2.HandOverPostRequest(
                unit_id=campaign.ids["A"], post_id=campaign.posts["A"], person_name="示例乙"
            )
        )
        await MessageRound(running, ports).run()
    assert inbox.mails == []
    assert [(one.state, one.problem) for one in shown(campaign)] == [("failed", "no_address")]


def test_an_address_stands_in_no_entry_and_can_be_taken_away(campaign: Campaign) -> None:
    reach(campaign, "A", mail="someone@example.org", phone="13800000000")
    entries = b"".join(stored.entry for stored in campaign.office.desk.events())
    assert b"someone@example.org" not in entries and b"13800000000" not in entries
    reach(campaign, "A", mail="")
    with campaign.office.desk.store.snapshot() as reader:
        assert reader.one("SELECT COUNT(*) FROM contact") == (0,)


@pytest.mark.parametrize("contact", [{"mail": "nobody"}, {"mail": "a@b.c, d@e.f"}, {"phone": "call me"}])
def test_what_is_no_address_is_refused(campaign: Campaign, contact: dict[str, str]) -> None:
    request = pb.SetContactRequest(unit_id=campaign.ids["A"], post_id=campaign.posts["A"], **contact)
    assert campaign.office.refusal(request, campaign.operator()).code == "BAD_REQUEST"


async def test_a_digest_to_nobody_makes_no_message_and_stands_in_the_list_of_calls(campaign: Campaign) -> None:
    with pytest.raises(Refusal) as caught:
        rules.queue("message_x", Channel.MAIL, None, START_US, rules.Told(3))
    assert caught.value.code == "DIGEST_TO_NOBODY"
    campaign.add("C", "D", "primary_committee", person=False)
    campaign.add("c1", "C")
    reach(campaign, "B")
    overdue(campaign)
    running = Running(campaign)
    await DigestRound(running, (Channel.MAIL,)).run()
    assert shown(campaign) == []
    request = pb.ListCallLinesRequest(unit_id=campaign.ids["D"])
    lines = campaign.office.ask(request, campaign.operator()).lines
    assert {(line.unit_name, line.person_name, line.phone) for line in lines} >= {
        ("B", "B书记", "0532-00000000"), ("C", "", ""),
    }  # fmt: skip


# ---- the hook ---------------------------------------------------------------------------------------------


@asynccontextmanager
async def hook_server(status: int, heard: list[tuple[dict[str, str], bytes]]) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name}
        heard.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in"


async def test_a_hook_is_signed_over_time_and_body() -> None:
    heard: list[tuple[dict[str, str], bytes]] = []
    async with hook_server(200, heard) as url:
        await HookChannel(Hook(url=url, secret="secret")).send(Letter("message_1", "370211.1", "标题", "正文"))
    ((headers, body),) = heard
    expected = hmac.new(b"secret", headers["hj-timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["hj-signature"] == f"sha256={expected}"
    assert json.loads(body) == {"id": "message_1", "to": "370211.1", "subject": "标题", "text": "正文"}
    assert headers["hj-message-id"] == "message_1"


@pytest.mark.parametrize(("status", "error"), [(503, LetterDeferred), (429, LetterDeferred), (404, LetterRefused)])
async def test_what_a_hook_answers_is_understood(status: int, error: type[Exception]) -> None:
    async with hook_server(status, []) as url:
        with pytest.raises(error):
            await HookChannel(Hook(url=url, secret="secret")).send(Letter("message_1", "", "s", "t"))


def test_retries_double_up_to_an_hour() -> None:
    minutes = [rules.retry_after_us(attempts) // 60_000_000 for attempts in range(9)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_settings_name_a_mail_server_and_a_hook_needs_its_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("HUANJIE_MAIL__HOST", "mail.example.org")
    assert load_settings(data=tmp_path).mail.host == "mail.example.org"
    monkeypatch.setenv("HUANJIE_HOOK__URL", "https://example.org/in")
    with pytest.raises(Exception, match="secret"):
        load_settings(data=tmp_path)
