"""The one way in which a file comes in: a form with the field `file`, refused while it is too large, not after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.api.errors import MediaTypeUnsupported
from gateway.api.incoming import Incoming
from services.chassis.blobs import BlobStore, BlobTooLarge, read_chunks
from services.chassis.refusals import BadRequest, PayloadTooLarge

FIELD: Final = "file"
FORM: Final = "multipart/form-data"
# What a form says around the file itself.
FORM_BYTES_MAX: Final = 64 * 1024
FILE_NAME_CHARS_MAX: Final = 255


def check_form(incoming: Incoming) -> None:
    """Raises MediaTypeUnsupported for what is no form."""
    if not incoming.headers.get(b"content-type", b"").lower().startswith(FORM.encode()):
        raise MediaTypeUnsupported(expected=FORM)


@asynccontextmanager
async def uploaded(incoming: Incoming, bytes_max: int) -> AsyncIterator[UploadFile]:
    """The file that the form brings. Raises MediaTypeUnsupported, BadRequest, PayloadTooLarge while it comes in."""
    check_form(incoming)
    request = Request(incoming.scope, incoming.limited(bytes_max + FORM_BYTES_MAX))
    try:
        async with request.form(max_files=1, max_fields=1) as form:
            upload = form.get(FIELD)
            if not isinstance(upload, UploadFile) or len(form) != 1:
                raise BadRequest(field=FIELD, problem="required")
            yield upload
    except HTTPException:
        raise BadRequest(field="body", problem="malformed") from None


def file_name(upload: UploadFile) -> str:
    """Its name, the end of it where it is very long."""
    return (upload.filename or "")[-FILE_NAME_CHARS_MAX:]


async def store_upload(incoming: Incoming, blobs: BlobStore) -> tuple[str, str]:
    """Name and hash of the file that the form brings, kept durable. Raises what `uploaded` raises."""
    bytes_max = incoming.api.settings.blob_bytes_max
    async with uploaded(incoming, bytes_max) as upload:
        sha256 = await asyncio.to_thread(_put, blobs, upload.file, bytes_max)
        return file_name(upload), sha256


def _put(blobs: BlobStore, file: BinaryIO, bytes_max: int) -> str:
    try:
        return blobs.put(read_chunks(file), bytes_max)
    except BlobTooLarge as error:
        raise PayloadTooLarge(limit_bytes=error.limit_bytes) from None
