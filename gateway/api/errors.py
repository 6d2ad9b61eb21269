"""Refusals of the interface itself, before or beside any service.

Refusal (services.kernel.refusal)
├── the request          BodyNotJson · MediaTypeUnsupported · IdempotencyKeyRequired
│                        RouteNotFound · MethodNotAllowed
├── who asks             CsrfMismatch
├── the result           ResultNotAnnounced
├── a set of workbooks   SetBroken · SetTooLarge · FormUnitsTooMany
└── not now              TooManyRequests · ViewersFull
"""

from __future__ import annotations

from typing import ClassVar

from services.kernel.refusal import Category, Refusal


class BodyNotJson(Refusal):
    """The body is not a JSON text in UTF-8."""

    code: ClassVar[str] = "BODY_NOT_JSON"
    category: ClassVar[Category] = Category.INVALID


class MediaTypeUnsupported(Refusal):
    """The body comes in another form than this operation reads; `expected` is the media type it does."""

    code: ClassVar[str] = "MEDIA_TYPE_UNSUPPORTED"
    category: ClassVar[Category] = Category.INVALID
    expected: str


class IdempotencyKeyRequired(Refusal):
    """A batch can be resumed only under a key that its sender chose."""

    code: ClassVar[str] = "IDEMPOTENCY_KEY_REQUIRED"
    category: ClassVar[Category] = Category.INVALID


class RouteNotFound(Refusal):
    """There is nothing at that path."""

    code: ClassVar[str] = "ROUTE_NOT_FOUND"
    category: ClassVar[Category] = Category.NOT_FOUND
    path: str


class MethodNotAllowed(Refusal):
    """The path exists, but not for this method; `allowed` lists those it takes."""

    code: ClassVar[str] = "METHOD_NOT_ALLOWED"
    category: ClassVar[Category] = Category.INVALID
    method: str
    allowed: str


class ResultNotAnnounced(Refusal):
    """A result leaves the platform as a table only after its announcement."""

    code: ClassVar[str] = "RESULT_NOT_ANNOUNCED"
    category: ClassVar[Category] = Category.RULE


class CsrfMismatch(Refusal):
    """A change asked for by cookie came without the session's CSRF token: perhaps from another site."""

    code: ClassVar[str] = "CSRF_MISMATCH"
    category: ClassVar[Category] = Category.DENIED


class SetBroken(Refusal):
    """The ZIP file does not unpack, or has a password."""

    code: ClassVar[str] = "SET_BROKEN"
    category: ClassVar[Category] = Category.INVALID


class SetTooLarge(Refusal):
    """The ZIP file holds more than `files_limit` files, or unpacks to more than `limit_mib`."""

    code: ClassVar[str] = "SET_TOO_LARGE"
    category: ClassVar[Category] = Category.TOO_LARGE
    files_limit: int
    limit_mib: int


class FormUnitsTooMany(Refusal):
    """More units are below than one file may have; a lower level takes its own."""

    code: ClassVar[str] = "FORM_UNITS_TOO_MANY"
    category: ClassVar[Category] = Category.TOO_LARGE
    limit: int


class TooManyRequests(Refusal):
    """This account or address asks more often than its limit."""

    code: ClassVar[str] = "TOO_MANY_REQUESTS"
    category: ClassVar[Category] = Category.THROTTLED
    retry_after_seconds: int


class ViewersFull(Refusal):
    """As many live views are open as this process serves."""

    code: ClassVar[str] = "VIEWERS_FULL"
    category: ClassVar[Category] = Category.BUSY
    limit: int
