"""Papers printed beforehand for a vote: filled in by hand when a printer, a tablet or the platform fails.

A set has instructions, the record of the sitting, attendance, ballots issued, numbered tally sheets, their sum, and a
record of who signed in another's place. The number of a sheet is entered with its figures (`paper_serial`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from gateway.papers.tally import ROUNDS, Occasion, contest_hash, empty_write_ins, set_vote_paper
from services.kernel.rules import rule
from services.tally.domain.count_errors import PrimaryBasisMissing
from services.tally.domain.kinds import Basis, Body, Contest, Post, Round
from services.tally.domain.outcome import pass_basis, quorum

SHEETS_MAX: Final = 60
SERIAL_HASH_CHARS: Final = 6
_MARKS: Final = ("approve", "disapprove", "abstain", "unreadable")
_BY_HAND: Final = "　　　　年　　月　　日"
_BASIS: Final = {Basis.ENTITLED: "应到会有选举权人数的", Basis.PRESENT: "实到会有选举权人数的"}


def serials(contest: Mapping[str, Any], sheets: int) -> list[str]:
    """The numbers of a set's sheets: the same contest has the same ones."""
    head = contest_hash(contest)[:SERIAL_HASH_CHARS].upper()
    return [f"{head}-{number:02d}" for number in range(1, sheets + 1)]


def spare_papers(occasion: Occasion, contest: Mapping[str, Any], sheets: int) -> bytes:
    """The set as one PDF. `sheets`: as many tally sheets as there may be counting groups."""
    blank = dict.fromkeys(_MARKS)
    data = {
        "seats": contest["seats"],
        "round": ROUNDS[contest["round"]],
        "revote": contest["round"] == Round.TIE_REVOTE.value,
        "serials": serials(contest, sheets),
        "lines": [{**each, **blank} for each in contest["candidates"]],
        "write_ins": empty_write_ins(contest),
        "quorum": _quorum(contest),
        "basis": _basis(contest),
    }
    return set_vote_paper(
        "spare", replace(occasion, date=_BY_HAND), "备用纸质表单", contest_hash(contest), data, "选举事项"
    )


def _asked(contest: Mapping[str, Any]) -> Contest:
    return Contest(Body(contest["body"]), Post(contest["post"]), Round(contest["round"]), contest["seats"], ())


def _quorum(contest: Mapping[str, Any]) -> str:
    return rule(quorum(_asked(contest).kind, 0, 0).rule).zh


def _basis(contest: Mapping[str, Any]) -> str:
    """Half of what an approval must exceed; the primary round of a primary organisation has it from its own method."""
    try:
        return _BASIS[pass_basis(_asked(contest))[1]]
    except PrimaryBasisMissing:
        return "选举办法规定的计票基数"
