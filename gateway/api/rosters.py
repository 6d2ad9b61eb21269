"""Import of a roster: the file is stored, durable, before the command that names it."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp

from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.roster_import import import_roster as import_stored
from gateway.api.rpc import written
from gateway.api.shapes import plain_of
from gateway.api.uploads import FORM, store_upload
from huanjie.chassis.v1 import chassis_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb

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
        "detail": incoming.say(finding.code, params),
    }


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("import_roster", "POST", "/rosters", "units", "Import a roster, or see what it would do", import_roster,
              query=ImportRosterQuery, answer=RosterImport, headers=("Idempotency-Key",), takes=FORM),
)  # fmt: skip
