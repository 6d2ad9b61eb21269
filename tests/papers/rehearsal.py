"""Every paper of a rehearsed turnover, into a folder: `python -m tests.papers.rehearsal FOLDER`, to be looked at.

A district congress with a tie, a shortfall, a dispute and a recount; one of thirty electoral units; a branch of 23.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from gateway.api.problems import Problems
from gateway.api.vote_papers import EXPLAINING, OF_RECORD, explained_in, sheet_remarks
from gateway.api.vote_papers import contest_of as contest_in
from gateway.api.vote_papers import figures_of as figures_in
from gateway.papers import tally as papers
from gateway.papers.spare import spare_papers
from gateway.papers.tally import Occasion
from huanjie.tally.v1 import tally_pb2 as pb
from tests.tally.hall import WATCHER, Hall, sample_names
from tests.tally.small import small_sitting, small_vote
from tests.tally.test_rehearsal import elect_delegates, hold_congress

SEED = 20_261_127
MADE_AT_US = 1_795_000_000_000_000
CONGRESS = ("members", "revote", "alternates", "shortfall", "inspectors")
TITLES = {
    "members": "中国共产党示例区第五次代表大会选举第五届委员会委员",
    "revote": "中国共产党示例区第五次代表大会选举第五届委员会委员",
    "alternates": "中国共产党示例区第五次代表大会选举第五届委员会候补委员",
    "shortfall": "中国共产党示例区第五次代表大会选举第五届委员会候补委员",
    "inspectors": "中国共产党示例区第五次代表大会选举纪律检查委员会委员",
    "delegates": "示例街道选举单位选举出席区第五次代表大会代表",
    "branch": "示例社区党支部党员大会选举支部委员会委员",
}  # fmt: skip
SPARE_SHEETS = 2
Paper = tuple[str, bytes]


def rehearse(hall: Hall) -> dict[str, str]:
    """Plays everything; (name, vote) of what is printed."""
    rng = random.Random(SEED)
    votes = dict(zip(CONGRESS, hold_congress(hall, rng), strict=True))
    votes["delegates"] = elect_delegates(hall, rng)[0]
    approvals = [20, 19, 17, 12, 5]
    branch = small_vote(
        sample_names(5), 4, approvals, 21, printed="23", issued="21", returned="20", unused_destroyed="2",
        first_reading=reading_of(approvals), second_reading=reading_of(approvals),
        explanations=[
            pb.WarningExplained(code="W.303", text="示例：两张选票在候选人栏内涂改，无法辨认"),
            pb.WarningExplained(code="W.401", text="示例：一名党员领票后未投"),
        ],
    )  # fmt: skip
    sitting = small_sitting(branch, entitled=23, present=21, turnover="370211/branch/2026")
    votes["branch"] = hall.do(sitting).election_ids[0]
    return votes


def reading_of(approvals: list[int]) -> list[pb.TypedCell]:
    """Twenty ballots; two marks for the first cannot be read."""
    typed = {"votes": 20, "valid": 20, "invalid": 0}
    for place, approve in enumerate(approvals, start=1):
        lost = 2 if place == 1 else 0
        approve -= lost
        marks = {"approve": approve, "disapprove": 0, "abstain": 20 - approve - lost, "unreadable": lost}
        typed |= {f"candidates.{place}.{column}": value for column, value in marks.items()}
    return [pb.TypedCell(field=field, text=str(value)) for field, value in typed.items()]


def print_vote(hall: Hall, name: str, vote: str) -> Iterator[Paper]:
    """Every paper of one vote."""
    words = Problems.load()
    occasion = Occasion(TITLES[name], "中国共产党示例区委员会", "2026年11月27日", MADE_AT_US, rehearsal=True)
    election = hall.ask(pb.GetElectionRequest(election_id=vote))
    contest = contest_in(election)
    kept = hall.ask(pb.GetRecordRequest(election_id=vote))
    record = json.loads(kept.record_json)
    yield f"{name}-ballot", papers.ballot(occasion, contest)
    yield f"{name}-spare", spare_papers(occasion, contest, SPARE_SHEETS)
    for paper, draw in OF_RECORD.items():
        drawn: Any = partial(draw, occasion, record, kept.record_sha256)
        if paper in EXPLAINING:
            drawn = partial(drawn, explained=explained_in(words, record, EXPLAINING[paper]))
        yield f"{name}-{paper}", drawn()
    sheets = hall.ask(pb.ListSheetsRequest(election_id=vote)).sheets
    yield f"{name}-sheet-empty", papers.tally_sheet(occasion, contest, sheets[0].group)
    if name not in ("delegates", "branch"):
        for number, listed in enumerate(sheets[:2], start=1):
            sheet = hall.sheet(listed.sheet_id, WATCHER)
            yield f"{name}-sheet-{number}", papers.tally_sheet(
                occasion, contest, sheet.group, figures_in(contest, sheet), sheet.sheet_hash,
                remarks=sheet_remarks(words, sheet),
            )  # fmt: skip


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        hall = Hall(Path(scratch))
        for name, vote in rehearse(hall).items():
            for paper, pdf in print_vote(hall, name, vote):
                (folder / f"{paper}.pdf").write_bytes(pdf)
        hall.desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
