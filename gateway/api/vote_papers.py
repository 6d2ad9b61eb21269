"""The papers of a vote as PDF: before the count from the vote, after it from its signed record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from gateway.api.answers import Answered
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.problems import Problems
from gateway.papers import tally as papers
from gateway.papers.spare import SHEETS_MAX, spare_papers
from gateway.papers.tally import Explained, Occasion
from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.refusals import NotFound
from services.kernel.workdays import day_of

PDF: Final = "application/pdf"
BALLOT: Final = "ballot"
SPARE_SHEETS: Final = 6

Record = Mapping[str, Any]
# By the name in the path: what is drawn from the record and its hash.
OF_RECORD: Final[Mapping[str, Callable[[Occasion, Record, str], bytes]]] = {
    "attendance": papers.attendance_report,
    "ballots-issued": papers.issue_report,
    "votes": papers.votes_report,
    "votes-by-number": partial(papers.votes_report, by_votes=True),
    "result": papers.result_report,
    "elected": papers.elected_list,
}


# Which warnings a paper tells, by the beginning of their numbers.
EXPLAINING: Final[Mapping[str, tuple[str, ...]]] = {"ballots-issued": ("W.4",), "result": ("W.3", "W.4")}


class SpareQuery(BaseModel):
    """As many tally sheets as there may be counting groups."""

    model_config = ConfigDict(extra="forbid")
    sheets: Annotated[int, Field(ge=1, le=SHEETS_MAX)] = SPARE_SHEETS


async def print_ballot(incoming: Incoming) -> ASGIApp:
    """The ballot, once two people have entered the same candidates."""
    election = await _election(incoming, incoming.params["election_id"])
    occasion = _occasion(incoming, election.title)
    return await _printed(incoming, BALLOT, partial(papers.ballot, occasion, contest_of(election)))


async def print_vote_paper(incoming: Incoming) -> ASGIApp:
    """A report or list of a count that is closed, from its record."""
    paper = incoming.params["paper"]
    draw = OF_RECORD.get(paper)
    if draw is None:
        raise NotFound(kind="paper", id=paper)
    asked = pb.GetRecordRequest(election_id=incoming.params["election_id"])
    kept = await incoming.ask("tally.GetRecord", asked, pb.CountRecord)
    record = orjson.loads(kept.record_json)
    occasion = _occasion(incoming, record["labels"]["title"])
    drawn = partial(draw, occasion, record, kept.record_sha256)
    if paper in EXPLAINING:
        drawn = partial(drawn, explained=explained_in(incoming.api.problems, record, EXPLAINING[paper]))
    return await _printed(incoming, paper, drawn)


async def print_spare_papers(incoming: Incoming) -> ASGIApp:
    """A set to be printed beforehand, for a lost printer or tablet or a platform that stands still."""
    sheets = incoming.query(SpareQuery).get("sheets", SPARE_SHEETS)
    election = await _election(incoming, incoming.params["election_id"])
    occasion = _occasion(incoming, election.title)
    return await _printed(incoming, "spare-papers", partial(spare_papers, occasion, contest_of(election), sheets))


async def print_sheet(incoming: Incoming) -> ASGIApp:
    """A counting group's sheet: empty to be filled in by hand, with its figures once they are settled."""
    asked = pb.GetSheetRequest(sheet_id=incoming.params["sheet_id"])
    sheet = await incoming.ask("tally.GetSheet", asked, pb.Sheet)
    election = await _election(incoming, sheet.election_id)
    occasion, contest = _occasion(incoming, election.title), contest_of(election)
    figures = figures_of(contest, sheet) if sheet.sheet_hash else None
    told = [_explained(incoming.api.problems, contest, "", each) for each in map(_plain, sheet.explanations)]
    remarks = sheet_remarks(incoming.api.problems, sheet) if sheet.sheet_hash else []
    draw = partial(
        papers.tally_sheet, occasion, contest, sheet.group, figures, sheet.sheet_hash, explained=told, remarks=remarks
    )
    return await _printed(incoming, "sheet", draw)


def sheet_remarks(words: Problems, sheet: pb.Sheet) -> list[str]:
    """That a sheet came from a spare paper, and for whom two others signed."""
    said = []
    if sheet.paper_first:
        numbered = f"（编号 {'、'.join(sheet.paper_serials)}）" if sheet.paper_serials else ""
        said.append(f"本单先填写在备用纸质单{numbered}上，后录入系统；纸质单为原件。")
    for role in sheet.substituted_roles:
        signer = words.detail(f"role:{role}", {}, "zh")
        said.append(f"{signer}的签名由另外两名工作人员共同代签，原因已记录。")
    return said


def explained_in(words: Problems, record: Record, numbers: tuple[str, ...]) -> list[Explained]:
    """What a record says of its warnings, of those whose numbers begin so."""
    listed = record.get("explained", ())
    told = [each for each in listed if each["finding"].startswith(numbers)]
    return [_explained(words, record["contest"], each["group"], each) for each in told]


def _plain(each: pb.SheetExplanation) -> Record:
    return {"finding": each.code, "field": each.field, "test": each.test, "text": each.text}


def _explained(words: Problems, contest: Mapping[str, Any], group: str, said: Record) -> Explained:
    """Which group, which candidate, what is strange, with its figures; and why it is right."""
    names = {each["id"]: each["name"] for each in contest["candidates"]}
    named = [names[part] for part in said["field"].split(".") if part in names]
    where = "，".join([*([group] if group else []), *named])
    test = f"（{said['test']}）" if said["test"] else ""
    what = words.detail(f"finding:{said['finding']}", {}, "zh")
    return Explained(f"{where}：{what}{test}" if where else f"{what}{test}", said["text"])


async def _election(incoming: Incoming, election_id: str) -> pb.Election:
    """Raises NotFound while its candidates are not confirmed."""
    election = await incoming.ask("tally.GetElection", pb.GetElectionRequest(election_id=election_id), pb.Election)
    if not election.candidates_confirmed:
        raise NotFound(kind=BALLOT, id=election_id)
    return election


def contest_of(election: pb.Election) -> dict[str, Any]:
    """What is voted on, as the papers take it."""
    ordered = sorted(election.candidates, key=lambda each: each.number)
    return {
        "body": election.body,
        "post": election.post,
        "round": election.round,
        "seats": election.seats,
        "candidates": [{"id": each.candidate_id, "name": each.name, "note": each.note} for each in ordered],
    }


def figures_of(contest: Mapping[str, Any], sheet: pb.Sheet) -> dict[str, Any]:
    """A sheet's figures from its cells: `votes`, `candidates.<id>.approve`, `write_ins.<name>.approve` and so on."""
    cells = {cell.field: int(cell.text) for cell in sheet.cells}
    names = ("approve", "disapprove", "abstain", "unreadable")
    written = [path for path in cells if path.startswith("write_ins.")]
    return {
        **{name: cells.get(name, 0) for name in ("votes", "valid", "invalid")},
        "candidates": [
            {"candidate_id": each["id"], **{name: cells.get(f"candidates.{each['id']}.{name}", 0) for name in names}}
            for each in contest["candidates"]
        ],
        "write_ins": [
            {"name": path.removeprefix("write_ins.").removesuffix(".approve"), "approve": cells[path]}
            for path in written
        ],
    }


def _occasion(incoming: Incoming, title: str) -> Occasion:
    folder = incoming.api.folder
    now_us = folder.business_clock().now_us()
    day = day_of(now_us)
    return Occasion(
        title=title,
        org=folder.identity.district_name,
        date=f"{day.year}年{day.month}月{day.day}日",
        made_at_us=now_us,
        rehearsal=folder.clock.kind == "rehearsal",
    )


async def _printed(incoming: Incoming, paper: str, draw: Callable[[], bytes]) -> Answered:
    """Raises Busy while too many papers are asked for."""
    body = await incoming.api.printer.run(draw)
    return Answered(
        body, headers=[(b"content-disposition", f'inline; filename="{paper}.pdf"'.encode())], media_type=PDF
    )


_TAG: Final = "tally"
OPERATIONS: Final = (
    Operation("print_ballot", "GET", "/elections/{election_id}/ballot", _TAG,
              "The ballot, every copy alike", print_ballot, gives=PDF),
    Operation("print_vote_paper", "GET", "/elections/{election_id}/papers/{paper}", _TAG,
              "A paper of a closed count: " + ", ".join(OF_RECORD), print_vote_paper, gives=PDF),
    Operation("print_spare_papers", "GET", "/elections/{election_id}/spare-papers", _TAG,
              "Blank papers to be printed beforehand: numbered sheets, record of the sitting, reports",
              print_spare_papers, query=SpareQuery, gives=PDF),
    Operation("print_sheet", "GET", "/sheets/{sheet_id}/paper", _TAG,
              "A counting group's sheet, empty or with its settled figures", print_sheet, gives=PDF),
)  # fmt: skip
