"""Forms that come back: through the unit itself or a superior, checked as on the page, with every fault at its cell.

A unit's row is taken whole or not at all, and stops no other. What stands already is not recorded again: an upload that
broke off, or a file that was put right, is simply uploaded once more (ADR 0037).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from starlette.types import ASGIApp

from gateway.api import positions
from gateway.api.answers import Header, answer_json
from gateway.api.form_books import form_rows
from gateway.api.form_files import files_of
from gateway.api.incoming import Incoming
from gateway.api.naming import learn_names
from gateway.api.operations import Operation
from gateway.api.uploads import FORM, file_name, uploaded
from gateway.papers.form_words import said
from huanjie.call.v1 import call_pb2
from huanjie.reporting.v1 import forms_pb2 as pb
from services.chassis.refusals import to_wire
from services.chassis.sheets.pages import Pages, read_pages
from services.chassis.sheets.refusals import SheetRefused
from services.kernel.refusal import Refusal
from services.reporting.domain.forms import layout as at
from services.reporting.domain.forms.catalogue import find_form
from services.reporting.domain.forms.checking import Problem
from services.reporting.domain.forms.layout import Layout
from services.reporting.domain.forms.model import Form, Severity
from services.reporting.domain.forms.returned import Fault, Filled, address, fault_of, read_returned

# As many as the writer decides in about 40 ms: nobody waits longer for a table of 100,000.
SLICE_ROWS: Final = 200
SLICES_AT_ONCE_MAX: Final = 4
FILE_FAULTS_MAX: Final = 2_000
_BATCH: Final = "reporting.ReportFiguresBatch"


class FormReturnQuery(BaseModel):
    """A check reads and judges, and records nothing."""

    model_config = ConfigDict(extra="forbid")
    check_only: bool = False


class CellFault(BaseModel):
    """What is wrong at a cell, such as D12. `rule` is the form's own wording where a rule across figures is broken."""

    cell: str
    code: str
    params: dict[str, str]
    detail: str
    rule: str


class FileFault(BaseModel):
    """Why nothing of a file was taken. `cell` is empty where the whole file or sheet is meant."""

    file: str
    sheet: str
    cell: str
    code: str
    params: dict[str, str]
    detail: str


class FormReceipt(BaseModel):
    """What became of one unit's form.

    `outcome`: recorded; sound (of a check: would be recorded); unchanged (stands already); unmarked (without its mark,
    so not taken); refused (see `faults`); waiting (not reached: upload the file again).
    """

    file: str
    sheet: str
    line: int
    unit_code: str
    unit_name: str
    outcome: str
    version: int
    faults: list[CellFault]


class FormReturn(BaseModel):
    """A receipt a unit, in the order of the files and lines. Not `complete`: upload the same file again."""

    check_only: bool
    recorded: int
    sound: int
    unchanged: int
    unmarked: int
    refused: int
    waiting: int
    complete: bool
    receipts: list[FormReceipt]
    file_faults: list[FileFault]


@dataclass(frozen=True, slots=True)
class _Fault:
    """A fault of a file."""

    file: str
    sheet: str
    cell: str
    code: str
    params: Mapping[str, str | int]


@dataclass(slots=True)
class _Row:
    """One unit's form and what becomes of it."""

    file: str
    sheet: str
    layout: Layout
    filled: Filled
    outcome: str = ""
    version: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def unit_cell(self) -> str:
        """Where its unit stands."""
        line = self.filled.line
        return address(line, at.UNIT_CODE_COLUMN) if line else address(at.UNIT_LINE, at.IDENTITY_COLUMN)

    def refuse(self, code: str, params: Mapping[str, str] | None = None) -> None:
        """As a whole: shown at its unit."""
        self.outcome = "refused"
        self.faults.append(Fault(self.unit_cell, code, {"unit": self.filled.unit_code, **(params or {})}))


async def take_form_workbooks(incoming: Incoming) -> ASGIApp:
    """Takes one .xlsx workbook, or a .zip of many, in the form field `file`. Raises SetBroken, SetTooLarge, Busy."""
    check_only = incoming.query(FormReturnQuery).get("check_only", False)
    key = incoming.request_id
    # Asked below the unit: whoever issued the directive owes no report itself.
    answer = await form_rows(incoming, below=True, rows_max=1)
    form = find_form(answer.form_id, answer.form_version)
    name, data = await _upload(incoming)
    directive_id = incoming.params["directive_id"]
    rows, file_faults = await incoming.api.workbooks.run(partial(_read, data, name, form, directive_id))
    waiting = [row for row in rows if not row.outcome]
    slices = [waiting[start : start + SLICE_ROWS] for start in range(0, len(waiting), SLICE_ROWS)]
    gate = asyncio.Semaphore(SLICES_AT_ONCE_MAX)
    written = await asyncio.gather(
        *(_send(incoming, f"{key}/{n}", piece, check_only, gate) for n, piece in enumerate(slices))
    )
    await learn_names(incoming, (fault.params for row in rows for fault in row.faults))
    content = await asyncio.to_thread(_answer, incoming, form, rows, file_faults, check_only)
    return answer_json(content, headers=_position([position for position in written if position is not None]))


async def _upload(incoming: Incoming) -> tuple[str, bytes]:
    """Name and content of the file that the form brings. Raises what `uploaded` raises."""
    async with uploaded(incoming, incoming.api.settings.blob_bytes_max) as upload:
        return file_name(upload), await upload.read()


# ---- reading ----------------------------------------------------------------------------------------------


def _read(data: bytes, name: str, form: Form, directive_id: str) -> tuple[list[_Row], list[_Fault]]:
    """Every file's rows, with an outcome where they need not be sent."""
    rows: list[_Row] = []
    faults: list[_Fault] = []
    for file, content in files_of(data, name):
        try:
            if not file.lower().endswith(".xlsx") and name.lower().endswith(".zip"):
                faults.append(_Fault(file, "", "", "FORM_FILE_NOT_BOOK", {"file": file}))
                continue
            pages = read_pages(content, file)
        except SheetRefused as refusal:
            code, params, _ = to_wire(refusal)
            faults.append(_Fault(file, "", "", code, params))
            continue
        found = _read_pages(pages, file, form, directive_id, faults)
        rows += found
    _judge(rows)
    return rows, faults[:FILE_FAULTS_MAX]


def _read_pages(pages: Pages, file: str, form: Form, directive_id: str, faults: list[_Fault]) -> list[_Row]:
    page = pages.pages[0]
    bad = [
        _Fault(file, blemish.sheet, blemish.place, blemish.code, {"sheet": blemish.sheet, "cell": blemish.place})
        for blemish in pages.blemishes
    ]
    bad += [_Fault(file, other.name, "", "FORM_SHEET_EXTRA", {"sheet": other.name}) for other in pages.pages[1:]]
    if bad:
        faults += bad
        return []
    returned = read_returned(page.lines, form, directive_id)
    faults += [
        _Fault(file, page.name, fault.cell, fault.code, {"cell": fault.cell, **fault.params})
        for fault in returned.faults
    ]
    if returned.layout is None:
        return []
    return [_Row(file, page.name, returned.layout, filled) for filled in returned.rows]


def _judge(rows: Iterable[_Row]) -> None:
    """What needs no asking: faults of its own cells, no mark, a unit that came before in the upload."""
    seen: dict[str, _Row] = {}
    for row in rows:
        filled = row.filled
        if not filled.checked and not any(fault.code == "FORM_MARK_UNKNOWN" for fault in filled.faults):
            row.outcome = "unmarked"
            continue
        first = seen.setdefault(filled.unit_code, row)
        if filled.faults:
            row.outcome = "refused"
            row.faults += filled.faults
        elif first is not row:
            row.refuse("FORM_UNIT_TWICE", {"file": first.file, "other": first.unit_cell})


# ---- asking -----------------------------------------------------------------------------------------------


async def _send(
    incoming: Incoming, key: str, rows: list[_Row], check_only: bool, gate: asyncio.Semaphore
) -> call_pb2.Position | None:
    """Has a slice judged and recorded. A slice that cannot be is left waiting."""
    directive_id = incoming.params["directive_id"]
    request = pb.ReportFiguresBatchRequest(rows=[_request(row.filled, directive_id) for row in rows],
                                           check_only=check_only)  # fmt: skip
    async with gate:
        try:
            answer = await incoming.command(_BATCH, request, pb.ReportFiguresBatchResponse, key)
        except Refusal as refusal:
            code, params, _ = to_wire(refusal)
            for row in rows:
                row.outcome = "waiting"
                row.faults.append(Fault(row.unit_cell, code, {name: str(value) for name, value in params.items()}))
            return None
    for row, receipt in zip(rows, answer.message.receipts, strict=True):
        _take(row, receipt, check_only)
    return answer.position


def _request(filled: Filled, directive_id: str) -> pb.ReportFiguresRequest:
    return pb.ReportFiguresRequest(
        directive_id=directive_id,
        unit_code=filled.unit_code,
        report_number=filled.report_number,
        figures=filled.figures,
        explanations=filled.explanations,
        summary=filled.summary,
    )


def _take(row: _Row, receipt: pb.FiguresReceipt, check_only: bool) -> None:
    row.version = receipt.version
    if receipt.accepted:
        row.outcome = "unchanged" if receipt.unchanged else "sound" if check_only else "recorded"
    elif receipt.problems:
        row.outcome = "refused"
        row.faults += [fault_of(row.layout, row.filled.line, _problem(each)) for each in receipt.problems]
    elif receipt.code == "PERMISSION_DENIED":
        row.refuse("FORM_UNIT_NOT_YOURS")
    elif receipt.code == "NOT_FOUND":
        row.refuse("FORM_UNIT_UNKNOWN")
    else:
        row.refuse(receipt.code, dict(receipt.parameters))


def _problem(message: pb.FormProblem) -> Problem:
    severity = Severity(message.severity)
    return Problem(severity, message.field_id, message.code, dict(message.parameters), message.rule_id)


# ---- answering --------------------------------------------------------------------------------------------


def _answer(
    incoming: Incoming, form: Form, rows: list[_Row], file_faults: list[_Fault], check_only: bool
) -> dict[str, Any]:
    outcomes = ("recorded", "sound", "unchanged", "unmarked", "refused", "waiting")
    counts = dict.fromkeys(outcomes, 0)
    for row in rows:
        counts[row.outcome] += 1
    return {
        "check_only": check_only,
        **counts,
        "complete": not counts["waiting"],
        "receipts": [
            {
                "file": row.file,
                "sheet": row.sheet,
                "line": row.filled.line,
                "unit_code": row.filled.unit_code,
                "unit_name": row.filled.unit_name,
                "outcome": row.outcome,
                "version": row.version,
                "faults": list(_worded(incoming, form, row)),
            }
            for row in rows
        ],
        "file_faults": [_file_fault(incoming, fault) for fault in file_faults],
    }


def _worded(incoming: Incoming, form: Form, row: _Row) -> Iterator[dict[str, Any]]:
    for fault in row.faults:
        params = {"cell": fault.cell, **fault.params}
        rule = form.rules.get(fault.rule_id)
        yield {
            "cell": fault.cell,
            "code": fault.code,
            "params": params,
            "detail": incoming.say(fault.code, params),
            "rule": said(rule.wording, incoming.language) if rule else "",
        }


def _file_fault(incoming: Incoming, fault: _Fault) -> dict[str, Any]:
    return {
        "file": fault.file,
        "sheet": fault.sheet,
        "cell": fault.cell,
        "code": fault.code,
        "params": {name: str(value) for name, value in fault.params.items()},
        "detail": incoming.say(fault.code, fault.params),
    }


def _position(written: list[call_pb2.Position]) -> list[Header]:
    if not written:
        return []
    return [(positions.POSITION, positions.token_of(max(written, key=lambda position: position.position)))]


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("take_form_workbooks", "POST", "/directives/{directive_id}/assignments/{unit_id}/form/workbooks", "forms",
              "Report by forms that were filled in elsewhere: one .xlsx workbook, or a .zip of many",
              take_form_workbooks, query=FormReturnQuery, answer=FormReturn, headers=("Idempotency-Key",),
              takes=FORM),
)  # fmt: skip
