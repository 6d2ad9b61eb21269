"""Reports in bulk from units' own systems: a receipt a row, resumable under the sender's own key.

Rows go on in slices under derived ids ("<key>/0", "<key>/1", …). Whatever happens on the way, the same batch
under the same key can be sent again: slices that were taken are answered as before, the others are done then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from gateway.api import positions
from gateway.api.answers import Header, answer_json
from gateway.api.incoming import Incoming
from gateway.api.naming import learn_names
from gateway.api.operations import Operation
from gateway.api.shapes import given, input_model
from huanjie.call.v1 import call_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.refusals import BadRequest, to_wire
from services.kernel.refusal import Refusal

ROWS_MAX: Final = 5_000
SLICE_ROWS: Final = 500
SLICES_AT_ONCE_MAX: Final = 4
BATCH_BYTES_MAX: Final = 8 * 1024 * 1024
_TAG: Final = "reports"

ReportRow: Final[type[BaseModel]] = input_model(
    pb.SubmitReportRequest.DESCRIPTOR,
    "ReportRow",
    required=("directive_id", "unit_id", "due_count", "done_count"),
)


class ReportBatch(BaseModel):
    """Reports of any units that the sender reports for, in any order."""

    model_config = ConfigDict(extra="forbid", strict=True)
    rows: Annotated[list[ReportRow], Field(min_length=1, max_length=ROWS_MAX)]  # type: ignore[valid-type]


class Receipt(BaseModel):
    """What became of one row. `code`, `params` and `detail` say why it was not accepted."""

    accepted: bool
    version: int
    code: str
    params: dict[str, str | int]
    detail: str


class BatchReceipt(BaseModel):
    """One receipt a row, in the order of the rows. Not `complete`: send the same batch again under the same key."""

    receipts: list[Receipt]
    accepted: int
    refused: int
    complete: bool


class _Slice:
    """Some rows on their way, and what came back."""

    def __init__(self, number: int, rows: Sequence[Mapping[str, Any]]) -> None:
        self.number = number
        self.rows = rows
        self.receipts: list[dict[str, Any]] = []
        self.position: call_pb2.Position | None = None
        self.refusal: Refusal | None = None

    async def send(self, incoming: Incoming, key: str, gate: asyncio.Semaphore) -> None:
        request = pb.SubmitReportsRequest(rows=[pb.SubmitReportRequest(**row) for row in self.rows])
        async with gate:
            try:
                answer = await incoming.command(
                    "reporting.SubmitReports", request, pb.SubmitReportsResponse, f"{key}/{self.number}"
                )
            except Refusal as refusal:
                self.refusal = refusal
                code, params, _ = to_wire(refusal)
                await learn_names(incoming, [params])
                self.receipts = [_refused(incoming, code, params)] * len(self.rows)
                return
        self.position = answer.position
        await learn_names(incoming, (row.parameters for row in answer.message.receipts))
        self.receipts = [_receipt(incoming, row) for row in answer.message.receipts]


async def submit_reports(incoming: Incoming) -> ASGIApp:
    """Takes a batch. Refused as a whole only where not one slice could be taken."""
    key = incoming.given_request_id
    rows = given(await incoming.json(ReportBatch, BATCH_BYTES_MAX))["rows"]
    if not rows:
        raise BadRequest(field="rows", problem="required")
    slices = [_Slice(n, rows[at : at + SLICE_ROWS]) for n, at in enumerate(range(0, len(rows), SLICE_ROWS))]
    gate = asyncio.Semaphore(SLICES_AT_ONCE_MAX)
    await asyncio.gather(*(piece.send(incoming, key, gate) for piece in slices))
    refusals = [piece.refusal for piece in slices if piece.refusal is not None]
    if len(refusals) == len(slices):
        raise refusals[0]
    receipts = [receipt for piece in slices for receipt in piece.receipts]
    accepted = sum(receipt["accepted"] for receipt in receipts)
    content = {
        "receipts": receipts,
        "accepted": accepted,
        "refused": len(receipts) - accepted,
        "complete": not refusals,
    }
    return answer_json(content, headers=_position(slices))


def _receipt(incoming: Incoming, row: pb.RowReceipt) -> dict[str, Any]:
    if row.accepted:
        return {"accepted": True, "version": row.version, "code": "", "params": {}, "detail": ""}
    return _refused(incoming, row.code, dict(row.parameters))


def _refused(incoming: Incoming, code: str, params: Mapping[str, str | int]) -> dict[str, Any]:
    detail = incoming.say(code, params)
    return {"accepted": False, "version": 0, "code": code, "params": params, "detail": detail}


def _position(slices: Sequence[_Slice]) -> list[Header]:
    written = [piece.position for piece in slices if piece.position is not None]
    if not written:
        return []
    return [(positions.POSITION, positions.token_of(max(written, key=lambda position: position.position)))]


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("submit_reports", "POST", "/reports:batch", _TAG, "Report for many units at once", submit_reports,
              body=ReportBatch, answer=BatchReceipt, headers=("Idempotency-Key",),
              example={"rows": [{"directive_id": "dir_0v3k9d1m7q2x8b4c", "unit_id": "unit_0v3k9d1m7q2x8b4c",
                                 "due_count": 12, "done_count": 12}]}),
)  # fmt: skip
