"""A result as CSV and XLSX: never before its announcement, and of small groups only what all together have."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from starlette.types import ASGIApp

from gateway.api.answers import Answered
from gateway.api.errors import ResultNotAnnounced
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.papers.typst import REHEARSAL_WORDS
from gateway.papers.vote_tables import Group, Person, ResultSheet, as_csv, group_rows, person_rows, result_workbook
from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.clock import BusinessClock
from services.tally.domain.vote_machine import VoteState

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_VOTE: Final = "/elections/{election_id}"


async def get_result_persons(incoming: Incoming) -> ASGIApp:
    """Every person's marks."""
    sheet = await _sheet(incoming)
    return _file(as_csv(person_rows(sheet, incoming.language)), CSV, "result.csv")


async def get_result_groups(incoming: Incoming) -> ASGIApp:
    """Every group's figures."""
    sheet = await _sheet(incoming)
    return _file(as_csv(group_rows(sheet, incoming.language)), CSV, "groups.csv")


async def get_result_workbook(incoming: Incoming) -> ASGIApp:
    """Both as one workbook."""
    sheet = await _sheet(incoming)
    now_us = BusinessClock(incoming.api.folder.clock).now_us()
    draw = partial(result_workbook, sheet, incoming.language, now_us)
    return _file(await incoming.api.printer.run(draw), XLSX, "result.xlsx")


async def _sheet(incoming: Incoming) -> ResultSheet:
    """Raises ResultNotAnnounced; also for those who may see the result before: a file goes further than a screen."""
    asked = pb.GetResultRequest(**incoming.params)
    result = await incoming.ask("tally.GetResult", asked, pb.Result)
    if result.state != VoteState.DECLARED:
        raise ResultNotAnnounced()
    rehearsal = incoming.api.folder.clock.kind == "rehearsal"
    mark = f"【{REHEARSAL_WORDS[incoming.language]}】" if rehearsal else ""
    counted = ("entitled", "present", "issued", "returned", "valid", "invalid", "seats")
    return ResultSheet(
        title=mark + result.title,
        counted={name: getattr(result, name) for name in counted},
        digest=result.record_sha256,
        persons=_persons(result.persons),
        groups=tuple(
            Group(each.group, each.votes, each.valid, each.invalid, not each.suppressed, _persons(each.persons))
            for each in result.groups
        ),
    )


def _persons(persons: Iterable[pb.PersonResult]) -> tuple[Person, ...]:
    return tuple(
        Person(
            each.name,
            each.note,
            each.write_in,
            (each.approve, each.disapprove, each.abstain, each.unreadable),
            each.place,
        )
        for each in persons
    )


def _file(content: bytes, media_type: str, name: str) -> Answered:
    headers = [(b"content-disposition", f'attachment; filename="{name}"'.encode())]
    return Answered(content, headers=headers, media_type=media_type)


_TAG: Final = "tally"
OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_result_persons", "GET", _VOTE + "/result.csv", _TAG,
              "The announced result as CSV: every person's marks", get_result_persons, gives=CSV),
    Operation("get_result_groups", "GET", _VOTE + "/groups.csv", _TAG,
              "The announced result by counting group as CSV; small groups stand together", get_result_groups,
              gives=CSV),
    Operation("get_result_workbook", "GET", _VOTE + "/result.xlsx", _TAG,
              "The announced result as a workbook", get_result_workbook, gives=XLSX),
)  # fmt: skip
