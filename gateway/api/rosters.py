"""Import of a roster: the file is stored, durable, before the command that names it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp

from gateway.api.errors import MediaTypeUnsupported
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.roster_import import import_roster as import_stored
from gateway.api.rpc import written
from gateway.api.shapes import plain_of
from huanjie.chassis.v1 import chassis_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.blobs import BlobStore, BlobTooLarge, read_chunks
from services.chassis.refusals import BadRequest, PayloadTooLarge

FIELD: Final = "file"
# What a form says around the file itself.
FORM_BYTES_MAX: Final = 64 * 1024
FILE_NAME_CHARS_MAX: Final = 255
_FORM: Final = "multipart/form-data"
_PLAIN: Final = plain_of(pb.ImportRosterResponse.DESCRIPTOR)


class ImportRosterQuery(BaseModel):
    """A dry run reads and reports, and imports nothing."""

    model_config = ConfigDict(extra="forbid")
    dry_run: bool = False


class Finding(BaseModel):
    """Something about one line of the file; `detail` says it to a person."""

    severity: str
    line: int
    column: str
    code: str
    parameters: dict[str, str]
    detail: str


class RosterImport(BaseModel):
    """What an import found and did. `refused`: there are errors, and nothing was imported."""

    import_id: str
    rows_read: int
    to_establish: int
    to_change: int
    activated: bool
    findings: list[Finding]
    findings_left_out: int
    refused: bool


async def import_roster(incoming: Incoming) -> ASGIApp:
    """Takes one workbook or CSV file in the form field `file`."""
    asked = incoming.query(ImportRosterQuery)
    file_name, sha256 = await store_upload(incoming, incoming.api.blobs)
    request = pb.ImportRosterRequest(file_sha256=sha256, file_name=file_name, dry_run=asked.get("dry_run", False))
    api = incoming.api

    async def head() -> int:
        health = await api.chassis["reporting"].call("Health", chassis_pb2.HealthRequest(), chassis_pb2.HealthResponse)
        return health.message.head_position

    answer = await import_stored(incoming.command, head, api.blobs, request, _tell_nobody, incoming.request_id)
    content = _PLAIN(answer.message)
    content["findings"] = [worded(incoming, finding) for finding in answer.message.findings]
    return written(answer, content)


def _tell_nobody(staged: int, total: int) -> None:
    """An answer over HTTP comes when all is done."""


def worded(incoming: Incoming, finding: pb.RosterFinding) -> dict[str, Any]:
    """A finding as it is answered, said in the caller's language."""
    parameters = dict(finding.parameters)
    params: dict[str, str | int] = {"line": finding.line, "column": finding.column, **parameters}
    return {
        "severity": finding.severity,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "parameters": parameters,
        "detail": incoming.api.problems.detail(finding.code, params, incoming.language),
    }


async def store_upload(incoming: Incoming, blobs: BlobStore) -> tuple[str, str]:
    """Name and hash of the file that the form brings. Raises PayloadTooLarge while it comes in, not after."""
    bytes_max = incoming.api.settings.blob_bytes_max
    if not incoming.headers.get(b"content-type", b"").lower().startswith(_FORM.encode()):
        raise MediaTypeUnsupported(expected=_FORM)
    request = Request(incoming.scope, incoming.limited(bytes_max + FORM_BYTES_MAX))
    try:
        async with request.form(max_files=1, max_fields=1) as form:
            upload = form.get(FIELD)
            if not isinstance(upload, UploadFile) or len(form) != 1:
                raise BadRequest(field=FIELD, problem="required")
            sha256 = await asyncio.to_thread(_put, blobs, upload.file, bytes_max)
            return (upload.filename or "")[-FILE_NAME_CHARS_MAX:], sha256
    except HTTPException:
        raise BadRequest(field="body", problem="malformed") from None


def _put(blobs: BlobStore, file: BinaryIO, bytes_max: int) -> str:
    chunks: Iterator[bytes] = read_chunks(file)
    try:
        return blobs.put(chunks, bytes_max)
    except BlobTooLarge as error:
        raise PayloadTooLarge(limit_bytes=error.limit_bytes) from None


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("import_roster", "POST", "/rosters", "units", "Import a roster, or see what it would do", import_roster,
              query=ImportRosterQuery, answer=RosterImport, headers=("Idempotency-Key",), takes=_FORM),
)  # fmt: skip
