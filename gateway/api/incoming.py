"""One HTTP request on its way in: its headers, who sent it, what it says."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl

from google.protobuf.message import Message
from pydantic import BaseModel, ValidationError
from starlette.types import Receive, Scope

from gateway.api import positions
from gateway.api.callers import KEY_PREFIX, NOBODY, PROOF_CHARS_MAX, SIGNED_PREFIX, Caller, Proof
from gateway.api.errors import BodyNotJson, CsrfMismatch, IdempotencyKeyRequired, MediaTypeUnsupported
from gateway.api.problems import NO_NAMES
from gateway.api.shapes import given
from services.chassis.client import CALL_TIMEOUT_SECONDS, Answer
from services.chassis.clock import security_now_us
from services.chassis.refusals import BadRequest, PayloadTooLarge, Unauthenticated
from services.chassis.telemetry import traceparent
from services.chassis.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from gateway.api.context import Api

R = TypeVar("R", bound=Message)
M = TypeVar("M", bound=BaseModel)

JSON_BYTES_MAX: Final = 512 * 1024
QUERY_CHARS_MAX: Final = 4_096
QUERY_FIELDS_MAX: Final = 64
# A derived id such as "<key>/12" must still fit what services take.
REQUEST_ID_CHARS_MAX: Final = 100
SESSION_COOKIE: Final = "hj_session"
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
# Ids for requests that bring none: unique without asking for randomness each time.
_PROCESS: Final = uuid.uuid4().hex
_NUMBERS: Final = itertools.count(1)
_REQUEST_ID: Final = re.compile(rb"[!-~]+")
_PROBLEMS: Final[Mapping[str, str]] = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "less_than_equal": "out_of_range",
}


class Incoming:
    """What an operation is given. `caller` is NOBODY where none is needed; `names` of ids see naming.py."""

    __slots__ = ("_receive", "api", "caller", "headers", "language", "names", "params", "scope")

    def __init__(self, api: Api, scope: Scope, receive: Receive, params: Mapping[str, str]) -> None:
        self.api = api
        self.scope = scope
        self.params = params
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.language = language_of(self.headers.get(b"accept-language", b""))
        self.caller = NOBODY
        self.names = NO_NAMES
        self._receive = receive

    def say(self, code: str, params: Mapping[str, str | int]) -> str:
        """What a code means, in the reader's language, with ids by the names that were learned."""
        return self.api.problems.detail(code, params, self.language, self.names)

    # ---- who asks -------------------------------------------------------------------------------------------

    async def identify(self) -> None:
        """Sets the caller, within their rate. Raises Unauthenticated, TokenExpired, CsrfMismatch, TooManyRequests."""
        caller = await self._prove()
        self.api.account_rate.take(caller.account_id)
        self.caller = caller

    async def _prove(self) -> Caller:
        bearer = self._bearer()
        if bearer.startswith(SIGNED_PREFIX):
            self.spend_address()
            return self.api.callers.of_signed(bearer)
        if bearer:
            return await self._resolve(Proof("key", bearer))
        caller = await self._resolve(self._session())
        self._check_csrf(caller)
        return caller

    async def _resolve(self, proof: Proof) -> Caller:
        known = self.api.callers.recall(proof)
        if known is not None:
            return known
        self.spend_address()
        return await self.api.callers.resolve(proof)

    def spend_address(self) -> None:
        """Counts a request whose sender is not known against its address. Raises TooManyRequests."""
        client = self.scope.get("client")
        self.api.address_rate.take(client[0] if client else "")

    def _bearer(self) -> str:
        header = self.headers.get(b"authorization", b"")
        if not header:
            return ""
        scheme, _, proof = header.decode("latin-1").partition(" ")
        proof = proof.strip()
        fits = scheme.lower() == "bearer" and proof.startswith((KEY_PREFIX, SIGNED_PREFIX))
        if not fits or len(proof) > PROOF_CHARS_MAX:
            raise Unauthenticated(reason="not_a_token")
        return proof

    def _session(self) -> Proof:
        for part in self.headers.get(b"cookie", b"").decode("latin-1").split(";"):
            name, _, value = part.strip().partition("=")
            if name == SESSION_COOKIE and value and len(value) <= PROOF_CHARS_MAX:
                return Proof("session", value)
        raise Unauthenticated(reason="no_principal")

    def _check_csrf(self, caller: Caller) -> None:
        if self.scope["method"] in SAFE_METHODS:
            return
        token = self.headers.get(b"x-csrf-token", b"")
        if not caller.csrf_token or not compare_digest(token, caller.csrf_token.encode()):
            raise CsrfMismatch()

    # ---- what it says ---------------------------------------------------------------------------------------

    async def json(self, model: type[M], bytes_max: int = JSON_BYTES_MAX) -> M:
        """The body, checked by the model; an empty body is an empty object.

        Raises MediaTypeUnsupported, BodyNotJson, PayloadTooLarge, BadRequest.
        """
        body = await self.body(bytes_max)
        if body and not self.headers.get(b"content-type", b"").lower().startswith(b"application/json"):
            raise MediaTypeUnsupported(expected="application/json")
        try:
            return model.model_validate_json(body or b"{}")
        except ValidationError as error:
            raise refusal_of(error) from None

    async def body(self, bytes_max: int) -> bytes:
        """All bytes of the body. Raises PayloadTooLarge as soon as one is too many, whatever was announced."""
        receive = counted(self._receive, bytes_max)
        message = await receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body"):
            return body
        chunks = [body]
        while message.get("more_body"):
            message = await receive()
            chunks.append(message.get("body", b""))
        return b"".join(chunks)

    def limited(self, bytes_max: int) -> Receive:
        """The ASGI receive function, which raises PayloadTooLarge past the limit: for reading forms."""
        return counted(self._receive, bytes_max)

    async def disconnected(self) -> None:
        """Returns when the client is gone."""
        while (await self._receive())["type"] != "http.disconnect":
            continue

    def query(self, model: type[BaseModel]) -> Mapping[str, Any]:
        """The query's fields by name, each of its model's type. Raises BadRequest."""
        raw: bytes = self.scope["query_string"]
        if not raw:
            fields: dict[str, Any] = {}
        else:
            fields = _query_fields(raw, model)
        try:
            return given(model.model_validate(fields))
        except ValidationError as error:
            raise refusal_of(error) from None

    @property
    def request_id(self) -> str:
        """The Idempotency-Key, or a new id. Raises BadRequest."""
        key = self.headers.get(b"idempotency-key", b"")
        if not key:
            return f"{_PROCESS}-{next(_NUMBERS)}"
        if len(key) > REQUEST_ID_CHARS_MAX:
            raise BadRequest(field="Idempotency-Key", problem="too_long")
        if not _REQUEST_ID.fullmatch(key):
            raise BadRequest(field="Idempotency-Key", problem="malformed")
        return key.decode("ascii")

    @property
    def given_request_id(self) -> str:
        """The Idempotency-Key. Raises IdempotencyKeyRequired, BadRequest."""
        if not self.headers.get(b"idempotency-key"):
            raise IdempotencyKeyRequired()
        return self.request_id

    @property
    def expected_version(self) -> int:
        """The version of the If-Match header, 0 without one. Raises BadRequest."""
        return positions.expected_version(self.headers.get(b"if-match", b""))

    # ---- on to a service ------------------------------------------------------------------------------------

    async def command(
        self,
        rpc: str,
        request: Message,
        answer: type[R],
        request_id: str = "",
        timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    ) -> Answer[R]:
        """Sends a command in the caller's name. Raises whatever the service refuses with."""
        service, _, method = rpc.partition(".")
        if self.caller.until_us <= security_now_us():
            # An operation of many calls outlives the principal that it began with.
            self.caller = await self._prove()
        return await self.api.clients[service].call(
            method,
            request,
            answer,
            principal=self.caller.principal,
            request_id=request_id or self.request_id,
            timeout_seconds=timeout_seconds,
            traceparent=traceparent(),
        )

    async def ask(self, rpc: str, request: Message, answer: type[R]) -> R:
        """Sends a query in the caller's name; the answer is no older than Hj-Not-Before asks. Raises its refusals."""
        service, _, method = rpc.partition(".")
        not_before = self.headers.get(positions.NOT_BEFORE)
        answered = await self.api.clients[service].call(
            method,
            request,
            answer,
            principal=self.caller.principal,
            traceparent=traceparent(),
            not_before=positions.positions_of(not_before) if not_before else (),
        )
        return answered.message


def counted(receive: Receive, bytes_max: int) -> Receive:
    """A receive function that counts the body's bytes and raises PayloadTooLarge past the limit."""
    left = bytes_max

    async def limited() -> Any:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise PayloadTooLarge(limit_bytes=bytes_max)
        return message

    return limited


def language_of(header: bytes) -> Language:
    """The first of our languages that an Accept-Language header prefers; Chinese where it names none."""
    best: Language = "zh"
    best_weight = 0.0
    for part in header.decode("latin-1").lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        for language in LANGUAGES:
            if tag.split("-")[0] == language and _weight(weight) > best_weight:
                best, best_weight = language, _weight(weight)
    return best


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def refusal_of(error: ValidationError) -> BadRequest | BodyNotJson:
    """The first thing that is wrong, by field."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return BodyNotJson()
    field = ".".join(map(str, first["loc"])) or "body"
    if first["type"] == "greater_than_equal":
        return BadRequest(field=field, problem="negative" if first["ctx"]["ge"] == 0 else "out_of_range")
    return BadRequest(field=field, problem=_PROBLEMS.get(first["type"], "malformed"))


def _query_fields(raw: bytes, model: type[BaseModel]) -> dict[str, Any]:
    """Names to texts; a list where the model wants one, which may also be given with commas."""
    if len(raw) > QUERY_CHARS_MAX:
        raise BadRequest(field="query", problem="too_long")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        raise BadRequest(field="query", problem="malformed") from None
    lists = {name for name, field in model.model_fields.items() if "list" in str(field.annotation)}
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in lists:
            fields.setdefault(name, []).extend(part for part in value.split(",") if part)
        elif name in fields:
            raise BadRequest(field=name, problem="too_many")
        else:
            fields[name] = value
    return fields
