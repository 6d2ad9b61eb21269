"""A service without a broker: its commands and queries run against a real store, as the writer would run them.

What it leaves out is only the way of a call (signature, queue, group commit); the permission table, savepoints, request
ids, ledger and folds are the chassis' own.
"""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message

from huanjie.call.v1 import call_pb2
from services.chassis import ledger
from services.chassis.act import Recorder
from services.chassis.app import App
from services.chassis.apsw_store import ApswStore
from services.chassis.ask import Ask
from services.chassis.binding import bind
from services.chassis.blobs import FolderBlobStore
from services.chassis.clock import BusinessClock, ClockSettings
from services.chassis.codec import EventCodec
from services.chassis.doctor import differences, fingerprint
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import MACHINE_KEY, ensure_key
from services.chassis.ledger import Fact, Stored
from services.chassis.permissions import MACHINE, Gatekeeper
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.chassis.refusals import Refusal
from services.chassis.requests import Requests
from services.chassis.service import migrations_of
from services.chassis.settings import BATCH_COMMANDS_MAX, REQUEST_ID_DAYS
from services.chassis.sink import ServiceSink
from services.chassis.wire import refusal_of
from services.chassis.writer import Call, Writer

R = TypeVar("R", bound=Message)

# A Monday morning, 9 o'clock in Shanghai.
START_US = 1_773_622_800_000_000
DISTRICT = "370211"


class Hands:
    """A wall clock that tests set."""

    def __init__(self, us: int) -> None:
        self.us = us

    def __call__(self) -> int:
        return self.us


def principal(role: str, unit_id: str, account_id: str = "", *, acting: bool = False) -> Principal:
    """A caller who holds one role in one unit."""
    return Principal(
        account_id or f"account_{role}_{unit_id}", DISTRICT, AUDIENCE, (Grant(role, unit_id, acting),), 0, 1 << 62
    )


ADMINISTRATOR = principal(MACHINE, "", "machine")


class Desk:
    """One service on one table. ``clock.us`` is business time; ``do`` commits, ``ask`` reads; refusals are raised."""

    def __init__(self, app: App, folder: Path, seed: int = 1, district: str = DISTRICT) -> None:
        self.app = app
        self.clock = Hands(START_US)
        ids = Ids(random.Random(seed).randbytes)
        root = folder / "data"
        # A folder that is there already is opened again, as after a crash.
        self.folder = (
            DataFolder.open(root)
            if root.exists()
            else DataFolder.create(root, district, "示例区", ClockSettings.real(), ids)
        )
        ensure_key(self.folder.keys, MACHINE_KEY)
        self.blobs = FolderBlobStore(self.folder.blob_area(app.name))
        self.store = ApswStore(self.folder.stores / f"{app.name}.sqlite3")
        epoch = self.store.claim("desk")
        self.store.migrate(migrations_of(app))
        opened = ledger.open_ledger(
            self.store, service=app.name, district=district, kind="real", epoch=epoch, ids=ids, now_us=START_US
        )
        self.site = _Site(self.folder)
        business = BusinessClock(ClockSettings.real(), wall=self.clock)
        self.recorder = Recorder(opened, EventCodec(app.events, app.messages, app.upcasts), app.evolve, business, ids)
        self.gatekeeper = Gatekeeper(app.permissions, app.route_of)
        self.writer = Writer(self.store, self.recorder, self.gatekeeper, Requests(REQUEST_ID_DAYS), BATCH_COMMANDS_MAX)
        self.calls = bind(app.descriptor, app.commands, app.queries, app.permissions)
        self.sink = ServiceSink(self.writer, self.recorder, app.listens)
        self.context = app.context(self)

    def reply(self, method: str, request: Message, caller: Principal, request_id: str = "") -> call_pb2.Reply:
        """The reply as it would travel."""
        bound = self.calls[method]
        body = request.SerializeToString()
        call = Call(bound, caller, request_id or uuid.uuid4().hex, body, bound.request.FromString(body))
        if bound.prepare is not None:
            with self.store.snapshot() as reader:
                try:
                    self.gatekeeper.admit(reader, caller, method, call.command)
                    call.prepared = bound.prepare(call.command, self._ask(reader, caller))
                except Refusal as refusal:
                    call.prepared = refusal
        self.writer.commit([call])
        return call.outcome

    def do(
        self,
        method: str,
        request: Message,
        caller: Principal = ADMINISTRATOR,
        request_id: str = "",
        kind: type[R] | None = None,
    ) -> Any:
        """Runs a command; raises its refusal."""
        outcome = self.reply(method, request, caller, request_id)
        if outcome.HasField("refused"):
            raise refusal_of(outcome.refused)
        return self.calls[method].response.FromString(outcome.body)

    def ask(self, method: str, request: Message, caller: Principal = ADMINISTRATOR) -> Any:
        """Runs a query; raises its refusal."""
        bound = self.calls[method]
        with self.store.snapshot() as reader:
            self.gatekeeper.admit(reader, caller, method, request)
            return bound.function(request, self._ask(reader, caller))

    def _ask(self, reader: Any, caller: Principal) -> Ask:
        return Ask(reader, caller, self.context, self.recorder.ledger.head)

    def events(self, after: int = 0) -> list[Stored]:
        """The ledger's entries after a position."""
        with self.store.snapshot() as reader:
            return ledger.read_page(reader, after, ledger.PAGE_ENTRIES_MAX)

    def hear(self, producer: str, fact: Fact, type_name: str, data: bytes) -> None:
        """Applies an event of another service as the consumer would: projections, tree and reactions."""
        with self.store.transaction() as tx:
            self.sink._one(tx, fact, type_name, data)

    def state(self) -> dict[str, str]:
        """A fingerprint of every table, by name: equal before and after whatever changed nothing."""
        with self.store.snapshot() as reader:
            return fingerprint(reader)

    def refold_differences(self) -> list[str]:
        """Tables whose content is not what the ledger says; empty when all is well."""
        return differences(self.store, self.app, self.folder.root / "refold.sqlite3")

    def close(self) -> None:
        self.writer._thread.shutdown()
        self.store.close()


class _Site:
    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.district = folder.identity.district_code
