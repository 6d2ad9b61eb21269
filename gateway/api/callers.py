"""Who asks: a session's cookie, an issued key, or a signed principal, resolved to what the services verify.

A resolved caller is remembered by the digest of what proved it, until shortly before its principal runs out;
any number of requests that miss at once cause one call. Signing out and resetting forget it here at once; other
processes as soon as they hear of it (standing.py).
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.client import ServiceClient
from services.chassis.clock import security_now_us
from services.chassis.principals import Principal, Verifier
from services.chassis.refusals import Unauthenticated

CALLERS_MAX: Final = 20_000
KEPT_SECONDS_MAX: Final = 60
# A principal is used no more this long before it runs out: it must survive the way to the service.
MARGIN_SECONDS: Final = 10
PROOF_CHARS_MAX: Final = 4_096
KEY_PREFIX: Final = "hjk_"
SIGNED_PREFIX: Final = "hjp_"
_SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request shows to prove who asks: a session's token or an issued key."""

    kind: Literal["session", "key"]
    secret: str

    def digest(self) -> bytes:
        """What stands for the proof in memory; one kind never passes for the other."""
        return sha256(f"{self.kind}/{self.secret}".encode()).digest()


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role and the unit in which it is held."""

    role: str
    unit_id: str
    unit_name: str
    acting: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """A resolved caller; `principal` is what services verify. `session` is set for browsers only."""

    account_id: str
    principal: bytes
    until_us: int
    login: str = ""
    roles: tuple[HeldRole, ...] = ()
    csrf_token: str = ""
    session: Proof | None = None


NOBODY: Final = Caller("", b"", 0)


class Callers:
    """Resolves and remembers callers. `trusted` makes a verifier with the keys that are trusted now."""

    def __init__(
        self,
        identity: ServiceClient,
        trusted: Callable[[], Verifier],
        now_us: Callable[[], int] = security_now_us,
        callers_max: int = CALLERS_MAX,
    ) -> None:
        self._identity = identity
        self._trusted = trusted
        self._now_us = now_us
        self._callers_max = callers_max
        self._verifier: Verifier | None = None
        self._known: dict[bytes, Caller] = {}
        # Digests by account: hearing of one account costs nothing for all the others.
        self._of_account: dict[str, set[bytes]] = {}
        self._asked: dict[bytes, asyncio.Task[Caller]] = {}

    def recall(self, proof: Proof) -> Caller | None:
        """The remembered caller, without a call."""
        return self._recall(proof.digest())

    async def resolve(self, proof: Proof) -> Caller:
        """The caller. Raises Unauthenticated, TokenExpired."""
        digest = proof.digest()
        known = self._recall(digest)
        if known is not None:
            return known
        task = self._asked.get(digest)
        if task is None:
            task = asyncio.create_task(self._ask(proof))
            self._asked[digest] = task
            task.add_done_callback(lambda done: self._answered(digest, done))
        return await asyncio.shield(task)

    def of_signed(self, proof: str) -> Caller:
        """The caller of a signed principal. Raises Unauthenticated, TokenExpired, WrongAudience, WrongDistrict."""
        encoded = proof.removeprefix(SIGNED_PREFIX)
        try:
            token = b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except ValueError:
            token = b""
        # An empty token would be nobody's, and nobody is not let in here.
        if not token:
            raise Unauthenticated(reason="not_a_token")
        principal = self._verify(token)
        return Caller(principal.account_id, token, principal.expires_at_us)

    def principal(self, caller: Caller) -> Principal:
        """What a caller's principal says. Raises Unauthenticated, TokenExpired."""
        return self._verify(caller.principal)

    def forget(self, proof: Proof) -> None:
        """The session or key is over: the next request asks anew."""
        digest = proof.digest()
        self._drop(digest)
        self._asked.pop(digest, None)

    def forget_account(self, account_id: str) -> None:
        """Something about the account changed: whoever it proved is resolved anew."""
        for digest in list(self._of_account.get(account_id, ())):
            self._drop(digest)
        self._asked.clear()

    def forget_all(self) -> None:
        """Something may have been missed: everybody is resolved anew."""
        self._known.clear()
        self._of_account.clear()
        self._asked.clear()

    def _recall(self, digest: bytes) -> Caller | None:
        caller = self._known.get(digest)
        if caller is not None and caller.until_us <= self._now_us():
            self._drop(digest)
            return None
        return caller

    def _drop(self, digest: bytes) -> None:
        caller = self._known.pop(digest, None)
        if caller is not None:
            digests = self._of_account[caller.account_id]
            digests.discard(digest)
            if not digests:
                del self._of_account[caller.account_id]

    def _answered(self, digest: bytes, task: asyncio.Task[Caller]) -> None:
        # An answer that was asked for before the caller was forgotten must not bring it back.
        if self._asked.get(digest) is not task:
            return
        del self._asked[digest]
        if task.cancelled() or task.exception() is not None:
            return
        if len(self._known) >= self._callers_max:
            self._drop(next(iter(self._known)))
        self._drop(digest)
        caller = self._known[digest] = task.result()
        self._of_account.setdefault(caller.account_id, set()).add(digest)

    async def _ask(self, proof: Proof) -> Caller:
        if proof.kind == "key":
            by_key = pb.ResolveKeyRequest(secret=proof.secret)
            answer = await self._identity.call("ResolveKey", by_key, pb.ResolvedPrincipal)
        else:
            by_token = pb.ResolveSessionRequest(session_token=proof.secret)
            answer = await self._identity.call("ResolveSession", by_token, pb.ResolvedPrincipal)
        resolved = answer.message
        kept_until_us = self._now_us() + KEPT_SECONDS_MAX * _SECOND_US
        return Caller(
            resolved.account_id,
            resolved.signed_principal,
            min(resolved.expires_at_us - MARGIN_SECONDS * _SECOND_US, kept_until_us),
            resolved.login,
            tuple(HeldRole(role.role, role.unit_id, role.unit_name, role.acting) for role in resolved.roles),
            resolved.csrf_token,
            proof if proof.kind == "session" else None,
        )

    def _verify(self, token: bytes) -> Principal:
        if self._verifier is not None:
            try:
                return self._verifier.verify(token)
            except Unauthenticated as refusal:
                if refusal.reason != "unknown_key":
                    raise
        # A key that was made after this process began.
        self._verifier = self._trusted()
        return self._verifier.verify(token)
