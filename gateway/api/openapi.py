"""The OpenAPI document, made by FastAPI from the routes that it serves. `python -m gateway.api.openapi` writes it."""

from __future__ import annotations

import sys
from typing import Any, Final

import orjson
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from gateway.api.application import routes
from gateway.api.document import DOCUMENT
from gateway.api.incoming import SESSION_COOKIE
from gateway.api.operations import Operation

TITLE: Final = "huanjie"
VERSION: Final = "1"
_ABOUT: Final = """\
Coordinates the election of a district's leading bodies across its units.

- **Who asks**: a browser's session cookie, with `X-CSRF-Token` on every change; or an issued key, as
  `Authorization: Bearer hjk_…`.
- **Changes** take an `Idempotency-Key`: sent again with the same content it is answered as before, with other refused.
  They answer `Hj-Position`; a read that sends it as `Hj-Not-Before` shows at least that change.
- **Versions**: single things carry an `ETag`; a change that sends it as `If-Match` is refused if the thing moved on.
- **Lists** are pages: `cursor` is the `next_cursor` of the page before, which is empty on the last.
- **Refusals** are problem+json with stable `code` and typed `params`; `detail` is worded by `Accept-Language` (zh, en).
- **Instants** end in `_us`: microseconds since 1970-01-01T00:00Z.
"""
_SECURITY: Final = {
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
    "key": {"type": "http", "scheme": "bearer", "description": "A key issued for a unit's own system."},
}
# What any operation may answer beside success; which codes there are stands with each service.
_REFUSALS: Final = {
    400: "The request is not valid.",
    401: "Nobody, or nobody any more.",
    403: "Not permitted.",
    404: "Not found, or not to be known.",
    409: "In conflict with what was done before.",
    412: "The thing moved on since its ETag was seen.",
    413: "Larger than the limit.",
    415: "Another media type than this operation reads.",
    422: "A rule or the present state forbids it.",
    429: "Too often.",
    503: "Not just now: busy, behind or out of reach.",
}
_CHANGES_ONLY: Final = frozenset({409, 412, 413, 415, 422})


class ProblemDetails(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(examples=["urn:huanjie:refusal:STALE_VERSION"])
    title: str
    status: int
    code: str = Field(examples=["STALE_VERSION"])
    detail: str
    params: dict[str, str | int]
    rule: str
    instance: str


def document() -> dict[str, Any]:
    """The whole document."""
    served = routes()
    made = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=served)
    components = made["components"]
    components["securitySchemes"] = _SECURITY
    components["responses"] = {f"Refused{status}": _refusal(text) for status, text in _REFUSALS.items()}
    components["schemas"][ProblemDetails.__name__] = ProblemDetails.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    for operation in (route.operation for route in served):
        responses = made["paths"][operation.full_path][operation.method.lower()]["responses"]
        # The library's own shape of a refusal: ours is another.
        responses.pop("422", None)
        responses.update(_refusals(operation))
    return made


def render() -> bytes:
    """The document as it is committed."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _refusals(operation: Operation) -> dict[str, Any]:
    heeded = (status for status in _REFUSALS if operation.method != "GET" or status not in _CHANGES_ONLY)
    return {str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in heeded}


def _refusal(text: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {"description": text, "content": {"application/problem+json": {"schema": schema}}}


def main() -> int:
    """Writes the document."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_bytes(render())
    return 0


if __name__ == "__main__":
    sys.exit(main())
