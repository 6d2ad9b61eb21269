"""Whose standing changed: identity's entries are heard as they are published, and what was remembered is forgotten.

A role that was taken back, a key or an account that ended, counts here within the time that an entry takes to the
broker, in every process of the interface. What is missed while the broker is away is made good when it is back: then
everybody is asked about anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import DecodeError, Message
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from gateway.api.callers import Callers
from gateway.api.sse import Hub
from huanjie.identity.v1 import identity_pb2 as pb
from huanjie.ledger.v1 import ledger_pb2
from services.chassis.broker import Broker

# Entries after which a caller is somebody else than was remembered, and the field that names the caller.
_CHANGES: Final[Mapping[type[Message], str]] = {
    pb.AccountReset: "account_id",
    pb.AccountRevoked: "account_id",
    pb.GrantGiven: "account_id",
    pb.GrantRevoked: "account_id",
    pb.KeyRevoked: "key_id",
}
_BY_TYPE: Final = {str(kind.DESCRIPTOR.full_name): (kind, field) for kind, field in _CHANGES.items()}


class Standing:
    """Hears identity. `start` listens, `stop` ends that; `stop` may be called twice."""

    def __init__(self, broker: Broker, subject: str, callers: Callers, hubs: Sequence[Hub[Any]]) -> None:
        self._broker = broker
        self._subject = subject
        self._callers = callers
        self._hubs = hubs
        self._subscription: Subscription | None = None

    async def start(self) -> None:
        """Listens."""
        self._subscription = await self._broker.client.subscribe(self._subject, cb=self._heard)
        self._broker.on_reconnect.append(self._callers.forget_all)

    async def stop(self) -> None:
        """Listens no more."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None and self._broker.client.is_connected:
            await subscription.unsubscribe()

    async def _heard(self, message: Msg) -> None:
        change = change_of(message.data)
        if change is None:
            return
        self._callers.forget_account(change.account_id)
        if not change.given:
            for hub in self._hubs:
                hub.dismiss(change.account_id)


@dataclass(frozen=True, slots=True)
class Change:
    """The account or key whose standing changed; `given`: it may only do more than before."""

    account_id: str
    given: bool


def change_of(entry: bytes) -> Change | None:
    """What an entry changes of anybody's standing; None for nothing, and for what is no entry."""
    try:
        read = ledger_pb2.Entry.FromString(entry)
        found = _BY_TYPE.get(read.type)
        if found is None:
            return None
        kind, field = found
        return Change(str(getattr(kind.FromString(read.data), field)), kind is pb.GrantGiven)
    except DecodeError:
        return None
