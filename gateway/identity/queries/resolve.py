"""A session's token or a system's key becomes a freshly signed principal, for a minute and a half at most."""

from __future__ import annotations

from gateway.identity.context import Context
from gateway.identity.domain.accounts import ACTIVE
from gateway.identity.domain.tokens import csrf_of
from gateway.identity.queries.roles import held_roles
from gateway.identity.store import secrets
from gateway.identity.store.accounts import load_account, load_grants
from gateway.identity.store.keys import load_key_of_secret
from gateway.identity.store.places import load_home
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis import inbox
from services.chassis.ask import Ask
from services.chassis.principals import AUDIENCE, LIFETIME_SECONDS, Grant, Principal
from services.chassis.refusals import Unauthenticated

_SECOND_US = 1_000_000


def resolve_session(query: pb.ResolveSessionRequest, ask: Ask) -> pb.ResolvedPrincipal:
    """The person behind a session, with the roles held at this moment. Raises Unauthenticated."""
    now_us = ask.context.now_us()
    session = secrets.load_session(ask.reader, query.session_token)
    account = load_account(ask.reader, session.account_id) if session else None
    if session is None or session.until_us <= now_us or account is None or account.state != ACTIVE:
        raise Unauthenticated(reason="session")
    roles = held_roles(ask.reader, load_grants(ask.reader, account.account_id), now_us)
    resolved = _signed(ask, account.account_id, "person", roles, session.until_us)
    resolved.login = account.login
    resolved.csrf_token = csrf_of(query.session_token)
    return resolved


def resolve_key(query: pb.ResolveKeyRequest, ask: Ask) -> pb.ResolvedPrincipal:
    """The system behind a key; it acts under the key's own id. Raises Unauthenticated."""
    key = load_key_of_secret(ask.reader, secrets.digest(query.secret))
    if key is None or not key.live(ask.context.now_us()):
        raise Unauthenticated(reason="key")
    unit = load_home(ask.reader, key.unit_id)
    if unit is None or not unit.active:
        raise Unauthenticated(reason="key")
    role = pb.HeldRole(role=key.role, unit_id=unit.unit_id, unit_name=unit.name)
    return _signed(ask, key.key_id, "system", [role], key.until_us)


def _signed(ask: Ask, account_id: str, kind: str, roles: list[pb.HeldRole], until_us: int) -> pb.ResolvedPrincipal:
    context: Context = ask.context
    now_us = context.now_us()
    expires_at_us = min(now_us + LIFETIME_SECONDS * _SECOND_US, until_us)
    principal = Principal(
        account_id,
        context.district,
        AUDIENCE,
        tuple(Grant(r.role, r.unit_id, r.acting) for r in roles),
        now_us,
        expires_at_us,
        inbox.position_of(ask.reader, "reporting").position,
        kind,
    )
    return pb.ResolvedPrincipal(
        signed_principal=context.signer.sign(principal),
        account_id=account_id,
        expires_at_us=expires_at_us,
        roles=roles,
    )
