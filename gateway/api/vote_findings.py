"""The numbered errors and warnings of a count, in words: for a page that must know them before it is offline."""

from __future__ import annotations

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.answers import answer_json
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from services.tally.domain.finding_numbers import FINDINGS


class FindingWords(BaseModel):
    """One finding. `error`: it must be put right; else a written explanation is asked for."""

    code: str
    error: bool
    finding: str
    teller: str
    scrutineer: str


class FindingList(BaseModel):
    """Every finding, by number."""

    items: list[FindingWords]


async def list_findings(incoming: Incoming) -> ASGIApp:
    """In the reader's language."""
    said = incoming.api.problems.detail
    rows = [
        {
            "code": code,
            "error": code.startswith("F"),
            "finding": said(f"finding:{code}", {}, incoming.language),
            "teller": said(f"{code}.teller", {}, incoming.language),
            "scrutineer": said(f"{code}.scrutineer", {}, incoming.language),
        }
        for code in FINDINGS
    ]
    return answer_json({"items": rows})


OPERATIONS = (
    Operation("list_findings", "GET", "/tally/findings", "tally",
              "Errors and warnings of a count by number, in words for tellers and scrutineers", list_findings,
              answer=FindingList),
)  # fmt: skip
