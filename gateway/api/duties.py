"""Duty lists: imported from a file that is stored before the command names it, and read with their gaps."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.rosters import Finding, ImportRosterQuery, worded
from gateway.api.rpc import query, written
from gateway.api.shapes import plain_of
from gateway.api.uploads import store_upload
from huanjie.reporting.v1 import duties_pb2 as pb
from huanjie.reporting.v1 import reporting_pb2

_TAG: Final = "duties"
_PLAIN: Final = plain_of(reporting_pb2.ImportDutiesResponse.DESCRIPTOR)


class DutiesImport(BaseModel):
    """What an import found and did. `refused`: there are errors, and nothing was imported."""

    rows_read: int
    units: int
    duties: int
    imported: bool
    findings: list[Finding]
    findings_left_out: int
    refused: bool


async def import_duties(incoming: Incoming) -> ASGIApp:
    """Takes one workbook or CSV file in the form field `file`."""
    asked = incoming.query(ImportRosterQuery)
    file_name, sha256 = await store_upload(incoming, incoming.api.blobs)
    request = pb.ImportDutiesRequest(file_sha256=sha256, file_name=file_name, dry_run=asked.get("dry_run", False))
    answer = await incoming.command("reporting.ImportDuties", request, reporting_pb2.ImportDutiesResponse)
    content = _PLAIN(answer.message)
    content["findings"] = [worded(incoming, finding) for finding in answer.message.findings]
    return written(answer, content)


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("import_duties", "POST", "/duties", _TAG, "Import a duty list, or see what it would do", import_duties,
              query=ImportRosterQuery, answer=DutiesImport, headers=("Idempotency-Key",), takes="multipart/form-data"),
    query("list_duties", "/units/{unit_id}/duties", "reporting.ListDuties",
          tag=_TAG, summary="What the posts of a unit and of those below it answer for, and what nobody does",
          items="duties"),
)  # fmt: skip
