"""What identity's functions need beside the store: who signs, what hashes, and how many tries are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from gateway.identity.context.hashing import Hasher
from gateway.identity.context.tries import CODE_TRIES_MAX, LOGIN_TRIES_MAX, Tries
from services.chassis.clock import security_now_us
from services.chassis.keys import IDENTITY_KEY, ensure_key
from services.chassis.principals import Signer
from services.chassis.service import Site


class Running(Protocol):
    """The running service, as far as it is looked at here."""

    @property
    def site(self) -> Site: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Given to queries and to ``prepare_<rpc>`` as ``ask.context``."""

    signer: Signer
    district: str
    passwords: Hasher
    codes: Hasher
    log_in_tries: Tries = field(default_factory=lambda: Tries(LOGIN_TRIES_MAX))
    code_tries: Tries = field(default_factory=lambda: Tries(CODE_TRIES_MAX))
    # Security time.
    now_us: Callable[[], int] = security_now_us


def open_context(running: Running, passwords: Hasher | None = None) -> Context:
    """Reads the signing key of the data folder; identity alone holds it."""
    site = running.site
    signer = Signer(IDENTITY_KEY, ensure_key(site.folder.keys, IDENTITY_KEY))
    return Context(signer, site.district, passwords or Hasher.for_passwords(), Hasher.for_codes())
