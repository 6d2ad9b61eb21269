"""A directive's form to be filled in elsewhere: a unit's own sheet, a table of the units below, or a sheet for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from starlette.background import BackgroundTask
from starlette.responses import FileResponse
from starlette.types import ASGIApp

from gateway.api.answers import NO_STORE, Answered
from gateway.api.errors import FormUnitsTooMany
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.papers.form_workbook import FormOf, FormUnit, table_workbook, unit_workbook, workbook_set
from huanjie.reporting.v1 import forms_pb2 as pb
from services.chassis.clock import BusinessClock
from services.reporting.domain.assignment_machine import State
from services.reporting.domain.forms.catalogue import find_form

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP: Final = "application/zip"
TABLE_UNITS_MAX: Final = 100_000
SET_UNITS_MAX: Final = 2_000
PAGE_ROWS: Final = 500
# Nothing is reported in these any more.
_CLOSED: Final = frozenset({State.VERIFIED, State.WITHDRAWN})


async def get_form_workbook(incoming: Incoming) -> ASGIApp:
    """One unit's sheet, with its last figures."""
    answer = await form_rows(incoming)
    of, unit = form_of(incoming, answer), _unit(incoming, answer.rows[0])
    content = await incoming.api.workbooks.run(partial(unit_workbook, of, unit))
    return Answered(content, headers=[(b"content-disposition", b'attachment; filename="form.xlsx"')], media_type=XLSX)


async def get_form_table(incoming: Incoming) -> ASGIApp:
    """A line for each obliged unit below. Raises FormUnitsTooMany."""
    of, units = await _below(incoming, TABLE_UNITS_MAX)
    return await _file(incoming, partial(table_workbook, of, units), XLSX, "form-table.xlsx")


async def get_form_workbooks(incoming: Incoming) -> ASGIApp:
    """A sheet for each obliged unit below that may still report. Raises FormUnitsTooMany."""
    of, units = await _below(incoming, SET_UNITS_MAX)
    return await _file(incoming, partial(workbook_set, of, units), ZIP, "forms.zip")


async def form_rows(
    incoming: Incoming, *, below: bool = False, cursor: str = "", rows_max: int = PAGE_ROWS
) -> pb.ListFormRowsResponse:
    """What reporting knows of the unit in the path, or of those below it. Raises NotFound, FormNotAsked."""
    request = pb.ListFormRowsRequest(below=below, cursor=cursor, rows_max=rows_max, **incoming.params)
    return await incoming.ask("reporting.ListFormRows", request, pb.ListFormRowsResponse)


def form_of(incoming: Incoming, answer: pb.ListFormRowsResponse) -> FormOf:
    """The directive's form for the caller."""
    folder = incoming.api.folder
    return FormOf(
        form=find_form(answer.form_id, answer.form_version),
        directive_id=incoming.params["directive_id"],
        directive_title=answer.directive_title,
        language=incoming.language,
        made_at_us=BusinessClock(folder.clock).now_us(),
        rehearsal=folder.clock.kind == "rehearsal",
    )


async def _below(incoming: Incoming, units_max: int) -> tuple[FormOf, list[FormUnit]]:
    """The units in the order of their codes."""
    units: list[FormUnit] = []
    cursor = ""
    while True:
        answer = await form_rows(incoming, below=True, cursor=cursor)
        units += [_unit(incoming, row) for row in answer.rows]
        if len(units) > units_max:
            raise FormUnitsTooMany(limit=units_max)
        if not (cursor := answer.next_cursor):
            break
    return form_of(incoming, answer), sorted(units, key=lambda unit: unit.code)


def _unit(incoming: Incoming, row: pb.FormRow) -> FormUnit:
    return FormUnit(
        code=row.code or row.unit_id,
        name=row.unit_name,
        parent_name=row.parent_name,
        report_number=row.report_number + 1,
        state=incoming.api.problems.detail(f"state:{row.state}", {}, incoming.language),
        closed=row.state in _CLOSED,
        figures={figure.field_id: figure.value for figure in row.figures},
        explanations={each.rule_id: each.text for each in row.explanations},
        summary=row.summary,
    )


async def _file(incoming: Incoming, write: Callable[[Path], object], media_type: str, name: str) -> FileResponse:
    """Written to a file that is sent from there and then removed. Raises Busy."""
    folder = Path(mkdtemp(prefix="huanjie-form-"))
    try:
        await incoming.api.workbooks.run(partial(write, folder / name))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    response = FileResponse(
        folder / name,
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )
    response.raw_headers.append(NO_STORE)
    return response


_TAG: Final = "forms"
_ONE: Final = "/directives/{directive_id}/assignments/{unit_id}/form"
OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_form_workbook", "GET", _ONE + "/workbook.xlsx", _TAG,
              "A unit's form as a workbook to fill in, with its last figures", get_form_workbook, gives=XLSX),
    Operation("get_form_table", "GET", _ONE + "/table.xlsx", _TAG,
              "One workbook with a line for each obliged unit below", get_form_table, gives=XLSX),
    Operation("get_form_workbooks", "GET", _ONE + "/workbooks.zip", _TAG,
              "A workbook for each obliged unit below, in one ZIP file", get_form_workbooks, gives=ZIP),
)  # fmt: skip
