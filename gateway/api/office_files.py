"""Files of a turnover's office, kept durable before the command that names them; one that nobody names is swept."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.answers import answer_json
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.uploads import FORM, store_upload
from services.chassis.blobs import FolderBlobStore

# Whose files they are: that service alone knows which of them are still named.
AREA = "schedule"


class KeptFile(BaseModel):
    """How commands name the file."""

    sha256: str


async def keep_file(incoming: Incoming) -> ASGIApp:
    """Takes one file in the form field `file`."""
    blobs = FolderBlobStore(incoming.api.folder.blob_area(AREA))
    _, sha256 = await store_upload(incoming, blobs)
    return answer_json({"sha256": sha256}, 201)


OPERATIONS = (
    Operation("keep_file", "POST", "/turnovers/files", "gates", "Keep a file that a record or a paper will name",
              keep_file, answer=KeptFile, status=201, takes=FORM),
)  # fmt: skip
