"""Evidence over HTTP: what is too large is refused unread, a picture is cleaned in memory, kept before it is named."""

from __future__ import annotations

import asyncio
from typing import Final

from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp

from gateway.api.answers import Answered, Header
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.pictures import cleaned
from gateway.api.rpc import query, written
from gateway.api.shapes import output_model, plain_of
from gateway.api.stream import Id
from gateway.api.uploads import FORM, FORM_BYTES_MAX, check_form, uploaded
from huanjie.reporting.v1 import evidence_pb2 as pb
from services.chassis.blobs import BlobMissing, BlobStore
from services.chassis.refusals import NotFound, PayloadTooLarge
from services.reporting.domain.evidence_files import EXTENSIONS, FILE_BYTES_MAX

_TAG: Final = "reports"
_OF_UNIT: Final = "/units/{unit_id}/evidence"
_NAME_CHARS: Final = 12
_PLAIN: Final = plain_of(pb.EvidenceFile.DESCRIPTOR)
# Nothing that is kept may act in the page that shows it.
_POLICY: Final[Header] = (b"content-security-policy", b"sandbox; default-src 'none'")


class KeepEvidenceQuery(BaseModel):
    """Whose report the file is to show, where a superior on the directive's route sends it for the unit."""

    model_config = ConfigDict(extra="forbid")
    directive_id: Id = ""


async def keep_evidence(incoming: Incoming) -> ASGIApp:
    """Takes one file in the form field `file`. Its name is not kept."""
    unit_id, directive_id = incoming.params["unit_id"], incoming.query(KeepEvidenceQuery).get("directive_id", "")
    _check_length(incoming)
    # Whoever may not send one is told so before anything is read.
    terms = pb.GetEvidenceTermsRequest(unit_id=unit_id, directive_id=directive_id)
    await incoming.ask("reporting.GetEvidenceTerms", terms, pb.EvidenceTerms)
    content = await _content(incoming)
    async with incoming.api.cleaning:
        kept = await asyncio.to_thread(cleaned, content)
    sha256 = await asyncio.to_thread(incoming.api.blobs.put, [kept], FILE_BYTES_MAX)
    request = pb.KeepEvidenceRequest(unit_id=unit_id, file_sha256=sha256, directive_id=directive_id)
    answer = await incoming.command("reporting.KeepEvidence", request, pb.EvidenceFile)
    return written(answer, _PLAIN(answer.message), 201)


async def get_evidence(incoming: Incoming) -> ASGIApp:
    """The file itself, to be saved: never a page."""
    asked = pb.GetEvidenceRequest(unit_id=incoming.params["unit_id"], file_sha256=incoming.params["file_sha256"])
    file = await incoming.ask("reporting.GetEvidence", asked, pb.EvidenceFile)
    content = await asyncio.to_thread(_read, incoming.api.blobs, file.file_sha256)
    name = f"{file.file_sha256[:_NAME_CHARS]}.{EXTENSIONS[file.media_type]}"
    headers: list[Header] = [(b"content-disposition", f'attachment; filename="{name}"'.encode()), _POLICY]
    return Answered(content, 200, headers, file.media_type)


def _check_length(incoming: Incoming) -> None:
    """Raises PayloadTooLarge by what the sender says, MediaTypeUnsupported; nothing of the body is read for it."""
    check_form(incoming)
    length = incoming.headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > FILE_BYTES_MAX + FORM_BYTES_MAX:
        raise PayloadTooLarge(limit_bytes=FILE_BYTES_MAX)


async def _content(incoming: Incoming) -> bytes:
    """Raises what `uploaded` raises."""
    async with uploaded(incoming, FILE_BYTES_MAX) as upload:
        content = await upload.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise PayloadTooLarge(limit_bytes=FILE_BYTES_MAX)
    return content


def _read(blobs: BlobStore, sha256: str) -> bytes:
    try:
        with blobs.open(sha256) as file:
            return file.read()
    except BlobMissing:
        raise NotFound(kind="blob", id=sha256) from None


OPERATIONS: Final[tuple[Operation, ...]] = (
    query("get_evidence_terms", _OF_UNIT, "reporting.GetEvidenceTerms",
          tag=_TAG, summary="What may be sent as evidence of a unit"),
    Operation("keep_evidence", "POST", _OF_UNIT, _TAG,
              "Send a photograph or PDF that a report, answer or method will name", keep_evidence,
              query=KeepEvidenceQuery, answer=output_model(pb.EvidenceFile.DESCRIPTOR), status=201,
              headers=("Idempotency-Key",), takes=FORM),
    Operation("get_evidence", "GET", _OF_UNIT + "/{file_sha256}", _TAG, "A kept file, to be saved", get_evidence,
              gives="application/octet-stream"),
)  # fmt: skip
