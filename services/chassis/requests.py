"""(principal, method, request_id) accepted before? Same content: the same answer; other content: refused."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from huanjie.call.v1 import call_pb2 as pb
from services.chassis.refusals import AlreadyDone, RequestIdReused
from services.chassis.store import Transaction, bytes_of
from services.kernel.refusal import Refusal

if TYPE_CHECKING:
    from services.chassis.writer import Call

SWEEP_ROWS_MAX = 5_000
_DAY_US = 86_400_000_000


def digest_of(call: Call) -> bytes:
    """What two requests of the same content share; secret fields have no part in it, for they could be guessed."""
    if not call.bound.traits.secret_fields:
        return hashlib.sha256(call.body).digest()
    told = call.bound.request()
    told.CopyFrom(call.command)
    for field in call.bound.traits.secret_fields:
        told.ClearField(field)
    return hashlib.sha256(told.SerializeToString(deterministic=True)).digest()


class Requests:
    """The memory of accepted requests, in the same transaction as what they changed. Refusals are not kept."""

    def __init__(self, kept_days: int) -> None:
        self._kept_days = kept_days

    def find(self, tx: Transaction, call: Call, digest: bytes) -> pb.Reply | None:
        """The earlier answer.

        Raises RequestIdReused or, where the answer was a secret, AlreadyDone. Where the request holds a secret, raises
        what its preparation was refused for: the earlier answer is for who knows the secret.
        """
        if not call.request_id or call.bound.traits.leaves_no_trace:
            return None
        row = tx.one(
            "SELECT digest, reply FROM request WHERE account_id = ? AND method = ? AND request_id = ?",
            (call.principal.account_id, call.bound.name, call.request_id),
        )
        if row is None:
            return None
        if call.bound.traits.reply_is_secret:
            raise AlreadyDone()
        if bytes_of(row[0]) != digest:
            raise RequestIdReused()
        if call.bound.traits.secret_fields and isinstance(call.prepared, Refusal):
            raise call.prepared
        earlier = pb.Reply.FromString(bytes_of(row[1]))
        earlier.repeated_request = True
        return earlier

    def remember(self, tx: Transaction, call: Call, digest: bytes, outcome: pb.Reply, now_us: int) -> None:
        """Keeps the answer; a secret one is kept as "done" only, for a password could be guessed from the digest."""
        if not call.request_id or call.bound.traits.leaves_no_trace:
            return
        secret = call.bound.traits.reply_is_secret
        kept = b"" if secret else outcome.SerializeToString()
        tx.run(
            "INSERT INTO request VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                call.principal.account_id,
                call.bound.name,
                call.request_id,
                b"" if secret else digest,
                kept,
                outcome.position.position,
                now_us,
            ),
        )

    def sweep(self, tx: Transaction, now_us: int) -> int:
        """Forgets requests older than the days that they are kept, a bounded slice at a time; returns how many."""
        return tx.run(
            "DELETE FROM request WHERE (account_id, method, request_id) IN "
            "(SELECT account_id, method, request_id FROM request WHERE accepted_us < ? LIMIT ?)",
            (now_us - self._kept_days * _DAY_US, SWEEP_ROWS_MAX),
        )
