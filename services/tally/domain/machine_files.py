"""What a counting machine gives: totals by batch, and how many papers it rejected. CSV or JSON.

CSV: a heading `batch,field,value`, then rows; fields are votes, valid, invalid, rejected, and for the candidate of
place n `n.approve`, `n.disapprove`, `n.abstain`, `n.unreadable`. JSON: {"election": id, "batches": [{"batch": name,
"votes": 0, ..., "candidates": [[approve, disapprove, abstain, unreadable], ...]}]}. Papers that the machine rejected
are decided by the scrutineers and entered by hand.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any, Final

from services.kernel.text import code_text
from services.tally.domain.errors import MachineFileBroken, SheetOfOtherElection

CONTENT_CHARS_MAX: Final = 400_000
BATCHES_MAX: Final = 2_000
COUNT_MAX: Final = 10_000_000
_TOTALS: Final = ("votes", "valid", "invalid", "rejected")
_COLUMNS: Final = ("approve", "disapprove", "abstain", "unreadable")


@dataclass(frozen=True, slots=True)
class MachineTotals:
    """All batches together. `cells`: votes, valid, invalid and `n.approve`...; `rejected`: papers left to people."""

    cells: dict[str, int]
    rejected: int
    batches: int
    digest: str


def read_machine_file(format_name: str, content: str, candidates: int, election_id: str) -> MachineTotals:
    """Raises MachineFileBroken, SheetOfOtherElection."""
    if len(content) > CONTENT_CHARS_MAX:
        raise MachineFileBroken(line=0, problem="too_long")
    rows = _json_rows(content, election_id) if format_name == "json" else _csv_rows(content, election_id)
    fields = {*_TOTALS, *(f"{n}.{column}" for n in range(1, candidates + 1) for column in _COLUMNS)}
    sums: dict[str, int] = dict.fromkeys(sorted(fields), 0)
    seen: set[tuple[str, str]] = set()
    batches: set[str] = set()
    for line, batch, name, value in rows:
        if name not in fields:
            raise MachineFileBroken(line=line, problem="unknown")
        if (batch, name) in seen:
            raise MachineFileBroken(line=line, problem="repeated")
        seen.add((batch, name))
        batches.add(batch)
        sums[name] += _count(value, line)
    if not 1 <= len(batches) <= BATCHES_MAX:
        raise MachineFileBroken(line=0, problem="empty")
    rejected = sums.pop("rejected")
    return MachineTotals(sums, rejected, len(batches), hashlib.sha256(content.encode()).hexdigest())


def _count(value: Any, line: int) -> int:
    text = code_text(str(value))
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or int(text) > COUNT_MAX:
        raise MachineFileBroken(line=line, problem="not_a_number")
    return int(text)


def _csv_rows(content: str, election_id: str) -> list[tuple[int, str, str, Any]]:
    reader = list(csv.reader(io.StringIO(content.lstrip("\ufeff"))))
    if not reader or [code_text(cell) for cell in reader[0][:3]] != ["batch", "field", "value"]:
        raise MachineFileBroken(line=1, problem="heading")
    if len(reader[0]) > 3 and reader[0][3].strip() not in ("", election_id):
        raise SheetOfOtherElection(election_id=reader[0][3].strip()[:64])
    rows = []
    for line, row in enumerate(reader[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < 3:
            raise MachineFileBroken(line=line, problem="too_few")
        rows.append((line, row[0].strip(), code_text(row[1]), row[2]))
    return rows


def _json_rows(content: str, election_id: str) -> list[tuple[int, str, str, Any]]:
    try:
        said = json.loads(content)
        if said.get("election", election_id) != election_id:
            raise SheetOfOtherElection(election_id=str(said["election"])[:64])
        rows: list[tuple[int, str, str, Any]] = []
        for number, batch in enumerate(said["batches"], start=1):
            name = str(batch["batch"])
            rows += [(number, name, each, batch[each]) for each in _TOTALS if each in batch]
            for place, line in enumerate(batch["candidates"], start=1):
                for column, value in zip(_COLUMNS, line, strict=True):
                    rows.append((number, name, f"{place}.{column}", value))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MachineFileBroken(line=0, problem="malformed") from None
    return rows
