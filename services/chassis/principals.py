"""Who calls: signed once a session-minute by whoever knows the account, verified by each service.

The signature is Ed25519 over the serialized Principal. A verified token is remembered by its bytes, so that a
session's calls cost one verification a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from huanjie.call.v1 import call_pb2 as pb
from huanjie.ledger.v1 import ledger_pb2 as ledger_pb
from services.chassis.refusals import TokenExpired, Unauthenticated, WrongAudience, WrongDistrict

AUDIENCE = "services"
LIFETIME_SECONDS = 90
CACHED_TOKENS_MAX = 20_000
# Clocks of two machines may differ by this much.
CLOCK_SKEW_US = 5_000_000


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in a unit; ``unit_id`` empty means the house itself (the machine's administrator)."""

    role: str
    unit_id: str
    acting: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """A verified caller."""

    account_id: str
    district: str
    audience: str
    grants: tuple[Grant, ...]
    issued_at_us: int
    expires_at_us: int
    tree_position: int = 0
    kind: str = "person"

    def units_in(self, roles: frozenset[str]) -> tuple[str, ...]:
        """The units in which one of the roles is held."""
        return tuple(g.unit_id for g in self.grants if g.role in roles)

    def actor(self, grant: Grant | None) -> ledger_pb.Actor:
        """How the ledger names who acted."""
        if grant is None:
            return ledger_pb.Actor(id=self.account_id)
        return ledger_pb.Actor(id=self.account_id, role=grant.role, unit_id=grant.unit_id, acting=grant.acting)


ANONYMOUS = Principal("", "", AUDIENCE, (), 0, 0, kind="anonymous")


class Signer:
    """Signs principals with one named key."""

    def __init__(self, key_id: str, key: Ed25519PrivateKey) -> None:
        self._key_id = key_id
        self._key = key

    def sign(self, principal: Principal) -> bytes:
        """A serialized SignedPrincipal."""
        body = pb.Principal(
            account_id=principal.account_id,
            district=principal.district,
            audience=principal.audience,
            grants=[pb.Grant(role=g.role, unit_id=g.unit_id, acting=g.acting) for g in principal.grants],
            issued_at_us=principal.issued_at_us,
            expires_at_us=principal.expires_at_us,
            tree_position=principal.tree_position,
            kind=principal.kind,
        ).SerializeToString()
        signed = pb.SignedPrincipal(principal=body, key_id=self._key_id, signature=self._key.sign(body))
        return signed.SerializeToString()


class Verifier:
    """Verifies signed principals for one district and audience."""

    def __init__(
        self,
        keys: Mapping[str, Ed25519PublicKey],
        district: str,
        now_us: Callable[[], int],
        audience: str = AUDIENCE,
    ) -> None:
        self._keys = dict(keys)
        self._district = district
        self._audience = audience
        self._now_us = now_us
        self._known: dict[bytes, Principal] = {}

    def verify(self, token: bytes) -> Principal:
        """The caller behind the token; ANONYMOUS for an empty one.

        Raises Unauthenticated, TokenExpired, WrongAudience or WrongDistrict.
        """
        if not token:
            return ANONYMOUS
        principal = self._known.get(token)
        if principal is None:
            principal = self._read(token)
            if len(self._known) >= CACHED_TOKENS_MAX:
                self._known.clear()
            self._known[token] = principal
        if self._now_us() > principal.expires_at_us + CLOCK_SKEW_US:
            self._known.pop(token, None)
            raise TokenExpired()
        return principal

    def _read(self, token: bytes) -> Principal:
        try:
            signed = pb.SignedPrincipal.FromString(token)
            key = self._keys.get(signed.key_id)
            if key is None:
                raise Unauthenticated(reason="unknown_key")
            key.verify(signed.signature, signed.principal)
            body = pb.Principal.FromString(signed.principal)
        except InvalidSignature:
            raise Unauthenticated(reason="bad_signature") from None
        except ValueError:
            raise Unauthenticated(reason="not_a_token") from None
        if body.audience != self._audience:
            raise WrongAudience()
        if body.district != self._district:
            raise WrongDistrict()
        return Principal(
            body.account_id,
            body.district,
            body.audience,
            tuple(Grant(g.role, g.unit_id, g.acting) for g in body.grants),
            body.issued_at_us,
            body.expires_at_us,
            body.tree_position,
            body.kind,
        )
