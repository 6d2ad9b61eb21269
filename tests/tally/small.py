"""A branch's whole sitting as one phone sends it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huanjie.tally.v1 import tally_pb2 as pb
from tests.tally.hall import TURNOVER

PHOTO = "ab" * 32


def reading(approvals: Sequence[int], valid: int) -> list[pb.TypedCell]:
    """Cells by place on the ballot: a phone knows no ids yet."""
    typed = {"votes": valid, "valid": valid, "invalid": 0}
    for place, approve in enumerate(approvals, start=1):
        typed |= {
            f"candidates.{place}.approve": approve,
            f"candidates.{place}.disapprove": 0,
            f"candidates.{place}.abstain": valid - approve,
            f"candidates.{place}.unreadable": 0,
        }
    return [pb.TypedCell(field=field, text=str(value)) for field, value in typed.items()]


def small_vote(names: Sequence[str], seats: int, approvals: Sequence[int], valid: int, **more: Any) -> pb.SmallElection:
    """One vote, read twice alike."""
    fields: dict[str, Any] = {
        "body": "member_meeting", "post": "member", "seats": seats, "title": "示例支部选举",
        "candidates": [pb.CandidateLine(name=name) for name in names], "printed": str(valid + 2),
        "issued": str(valid), "returned": str(valid), "unused_destroyed": "2",
        "first_reading": reading(approvals, valid), "second_reading": reading(approvals, valid),
        "photo_sha256": PHOTO,
    }  # fmt: skip
    return pb.SmallElection(**(fields | more))


def small_sitting(*votes: pb.SmallElection, entitled: int = 23, present: int = 20, **more: Any) -> Any:
    """The request of a branch."""
    fields: dict[str, Any] = {
        "unit_id": "unit_b", "turnover": TURNOVER, "present": str(present), "method_agree": present,
        "electors": [pb.ElectorLine(name=f"示例党员{n}") for n in range(1, entitled + 1)],
        "first_reader": "示例党员1", "second_reader": "示例党员2", "officers_agree": present, "elections": votes,
    }  # fmt: skip
    return pb.RecordSmallSittingRequest(**(fields | more))
