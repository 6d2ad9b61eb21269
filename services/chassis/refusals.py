"""Refusals that any call may meet, their way over the wire, and the one table of statuses.

    Refusal (services.kernel.refusal)
    ├── the request          BadRequest · PayloadTooLarge · UnknownMethod · NotFound
    │                        RequestIdReused · AlreadyDone · StaleVersion
    ├── who asks             Unauthenticated · TokenExpired · WrongAudience · WrongDistrict
    │                        PermissionDenied
    ├── not now              Busy · DeadlinePassed · NotCaughtUp · PeerNotCaughtUp · ServiceUnreachable
    │                        LedgerReadOnly · StoreUnavailable · InternalFailure
    └── of a newer peer      UnknownRefusal
                             (each service adds its own in its domain)

The wire carries code, parameters and rule id, never wording.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from services.kernel.refusal import Category as Category
from services.kernel.refusal import Refusal as Refusal
from services.kernel.refusal import find_refusal, param_types


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP status and the name of a gRPC status."""

    http: int
    grpc: str


STATUSES: Final[Mapping[Category, Status]] = {
    Category.INVALID: Status(400, "INVALID_ARGUMENT"),
    Category.UNAUTHENTICATED: Status(401, "UNAUTHENTICATED"),
    Category.DENIED: Status(403, "PERMISSION_DENIED"),
    Category.NOT_FOUND: Status(404, "NOT_FOUND"),
    Category.EXISTS: Status(409, "ALREADY_EXISTS"),
    Category.CONFLICT: Status(409, "ABORTED"),
    Category.RULE: Status(422, "FAILED_PRECONDITION"),
    Category.TOO_LARGE: Status(413, "OUT_OF_RANGE"),
    Category.THROTTLED: Status(429, "RESOURCE_EXHAUSTED"),
    Category.BUSY: Status(503, "RESOURCE_EXHAUSTED"),
    Category.UNAVAILABLE: Status(503, "UNAVAILABLE"),
    Category.DEADLINE: Status(504, "DEADLINE_EXCEEDED"),
    Category.UNIMPLEMENTED: Status(501, "UNIMPLEMENTED"),
    Category.INTERNAL: Status(500, "INTERNAL"),
}


class BadRequest(Refusal):
    """A field is missing, unknown, malformed or out of range. `problem` is a term such as "required"."""

    code: ClassVar[str] = "BAD_REQUEST"
    category: ClassVar[Category] = Category.INVALID
    field: str
    problem: str


class PayloadTooLarge(Refusal):
    """The message or file is larger than the limit."""

    code: ClassVar[str] = "PAYLOAD_TOO_LARGE"
    category: ClassVar[Category] = Category.TOO_LARGE
    limit_bytes: int


class UnknownMethod(Refusal):
    """The service has no call of that name."""

    code: ClassVar[str] = "UNKNOWN_METHOD"
    category: ClassVar[Category] = Category.UNIMPLEMENTED
    method: str


class NotFound(Refusal):
    """There is no such thing, or the caller may not know that there is."""

    code: ClassVar[str] = "NOT_FOUND"
    category: ClassVar[Category] = Category.NOT_FOUND
    kind: str
    id: str


class RequestIdReused(Refusal):
    """The request id was accepted before with other content."""

    code: ClassVar[str] = "REQUEST_ID_REUSED"
    category: ClassVar[Category] = Category.CONFLICT


class AlreadyDone(Refusal):
    """The request was accepted before; its answer held a secret that is shown once."""

    code: ClassVar[str] = "ALREADY_DONE"
    category: ClassVar[Category] = Category.CONFLICT


class StaleVersion(Refusal):
    """The entity moved on since the caller read it. `expected` is what the caller named."""

    code: ClassVar[str] = "STALE_VERSION"
    category: ClassVar[Category] = Category.CONFLICT
    expected: int
    actual: int


class Unauthenticated(Refusal):
    """No valid proof of who asks. `reason` is a term such as "no_principal" or "bad_signature"."""

    code: ClassVar[str] = "UNAUTHENTICATED"
    category: ClassVar[Category] = Category.UNAUTHENTICATED
    reason: str


class TokenExpired(Refusal):
    """The signed principal or session ran out."""

    code: ClassVar[str] = "TOKEN_EXPIRED"
    category: ClassVar[Category] = Category.UNAUTHENTICATED


class WrongAudience(Refusal):
    """The token was made for another service."""

    code: ClassVar[str] = "WRONG_AUDIENCE"
    category: ClassVar[Category] = Category.UNAUTHENTICATED


class WrongDistrict(Refusal):
    """The token was made for another district."""

    code: ClassVar[str] = "WRONG_DISTRICT"
    category: ClassVar[Category] = Category.UNAUTHENTICATED


class PermissionDenied(Refusal):
    """The caller's roles do not allow this action on this unit."""

    code: ClassVar[str] = "PERMISSION_DENIED"
    category: ClassVar[Category] = Category.DENIED
    action: str


class Busy(Refusal):
    """The service is at a limit. `limit` is the limit's name."""

    code: ClassVar[str] = "BUSY"
    category: ClassVar[Category] = Category.BUSY
    limit: str


class DeadlinePassed(Refusal):
    """The caller's deadline passed before the work began; nothing was done."""

    code: ClassVar[str] = "DEADLINE_PASSED"
    category: ClassVar[Category] = Category.DEADLINE


class NotCaughtUp(Refusal):
    """The projection has not reached the caller's position token yet."""

    code: ClassVar[str] = "NOT_CAUGHT_UP"
    category: ClassVar[Category] = Category.UNAVAILABLE


class PeerNotCaughtUp(Refusal):
    """The decision needs the absence of another service's fact, and that ledger is not read up to now."""

    code: ClassVar[str] = "PEER_NOT_CAUGHT_UP"
    category: ClassVar[Category] = Category.UNAVAILABLE
    peer: str


class ServiceUnreachable(Refusal):
    """Nobody answers for the service. Whether the request was done is not known: send it again unchanged."""

    code: ClassVar[str] = "SERVICE_UNREACHABLE"
    category: ClassVar[Category] = Category.UNAVAILABLE
    service: str


class LedgerReadOnly(Refusal):
    """The ledger takes no entries. `reason` is a term such as "disk_full" or "fork"."""

    code: ClassVar[str] = "LEDGER_READ_ONLY"
    category: ClassVar[Category] = Category.UNAVAILABLE
    reason: str


class StoreUnavailable(Refusal):
    """The store cannot be read or written."""

    code: ClassVar[str] = "STORE_UNAVAILABLE"
    category: ClassVar[Category] = Category.UNAVAILABLE


class InternalFailure(Refusal):
    """A fault of ours; it is logged with its cause, and nothing was changed."""

    code: ClassVar[str] = "INTERNAL_FAILURE"
    category: ClassVar[Category] = Category.INTERNAL


class UnknownRefusal(Refusal):
    """A peer refused in terms that this process does not know; they are passed on as they came.

    `original_params` is the JSON of the parameters.
    """

    code: ClassVar[str] = "UNKNOWN_REFUSAL"
    category: ClassVar[Category] = Category.UNAVAILABLE
    original_code: str
    original_params: str


def status_of(refusal: Refusal | type[Refusal]) -> Status:
    """The HTTP and gRPC status of a refusal."""
    return STATUSES[refusal.category]


def to_wire(refusal: Refusal) -> tuple[str, dict[str, str | int], str]:
    """Code, parameters and rule id, as they travel."""
    if isinstance(refusal, UnknownRefusal):
        return refusal.original_code, json.loads(refusal.original_params), refusal.rule
    return refusal.code, refusal.params(), refusal.rule


def from_wire(code: str, params: Mapping[str, str | int], rule: str) -> Refusal:
    """The refusal that `to_wire` took apart; UnknownRefusal where code or parameters are not known here."""
    known = find_refusal(code)
    if known is None or known is UnknownRefusal or not _params_fit(known, params):
        original_params = json.dumps(dict(params), ensure_ascii=False, sort_keys=True)
        return UnknownRefusal(original_code=code, original_params=original_params, rule=rule)
    return known(**params, rule=rule)


def _params_fit(known: type[Refusal], params: Mapping[str, str | int]) -> bool:
    types = param_types(known)
    return types.keys() == params.keys() and all(type(params[name]) is kind for name, kind in types.items())
