"""What leaves the platform: one port, an adapter a channel. Each is handed a letter and says what became of it.

Nothing here is sent twice on purpose, yet a process may die between sending and remembering: the same letter then goes
out again under the same id, by which whoever receives it can tell.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final, Protocol

import aiosmtplib
import httpx
import orjson

from services.chassis.settings import Hook, Mail

SEND_SECONDS_MAX: Final = 20.0
# A hook that asks for a pause, or fails of itself.
_LATER: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Letter:
    """``letter_id`` is the same however often it is tried. ``to``: an address of the channel; a hook has none."""

    letter_id: str
    to: str
    subject: str
    text: str


class OutgoingError(Exception):
    """The base of this module's errors.

    OutgoingError
    ├── ChannelDown      the whole channel does not answer: nothing else need be tried by it now
    ├── LetterDeferred   this letter, not now
    └── LetterRefused    this letter, never
    """


class ChannelDown(OutgoingError):
    """Nobody answers, or nobody lets us in."""


class LetterDeferred(OutgoingError):
    """Taken later, perhaps."""


class LetterRefused(OutgoingError):
    """No such address, or not wanted."""


class Outgoing(Protocol):
    """A channel."""

    async def send(self, letter: Letter) -> None:
        """Returns once the other side has taken it. Raises ChannelDown, LetterDeferred, LetterRefused."""


class MailChannel:
    """SMTP."""

    def __init__(self, mail: Mail, district: str) -> None:
        self._mail = mail
        self._district = district

    async def send(self, letter: Letter) -> None:
        """One connection a letter: there are few, and nothing is left open."""
        mail = self._mail
        client = aiosmtplib.SMTP(
            hostname=mail.host, port=mail.port, use_tls=mail.tls == "tls", start_tls=mail.tls == "starttls",
            timeout=SEND_SECONDS_MAX, username=mail.user or None, password=mail.password or None,
        )  # fmt: skip
        try:
            async with client:
                await client.send_message(self._message(letter))
        except aiosmtplib.SMTPRecipientsRefused as error:
            temporary = all(400 <= refused.code < 500 for refused in error.recipients)
            raise (LetterDeferred if temporary else LetterRefused)("recipient") from error
        except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
            raise (LetterDeferred if 400 <= error.code < 500 else LetterRefused)("message") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise ChannelDown(type(error).__name__) from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._mail.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = f"<{letter.letter_id}.{self._district}@huanjie>"
        message.set_content(letter.text)
        return message


class HookChannel:
    """A signed web hook: for a chat robot or a gateway to short messages."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook

    async def send(self, letter: Letter) -> None:
        """The signature is HMAC-SHA256 over the timestamp, a point and the body."""
        body = orjson.dumps({"id": letter.letter_id, "to": letter.to, "subject": letter.subject, "text": letter.text})
        at = str(int(time.time()))
        headers = {"content-type": "application/json", "hj-timestamp": at, "hj-message-id": letter.letter_id}
        headers["hj-signature"] = signature_of(self._hook.secret, at, body)
        try:
            async with httpx.AsyncClient(timeout=SEND_SECONDS_MAX) as client:
                answer = await client.post(self._hook.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise ChannelDown(type(error).__name__) from error
        if answer.status_code in _LATER or answer.status_code >= 500:
            raise LetterDeferred(str(answer.status_code))
        if not answer.is_success:
            raise LetterRefused(str(answer.status_code))


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver works out and compares."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
