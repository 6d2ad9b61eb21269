"""The record of a vote: all that its outcome follows from, and the outcome, as plain data (docs/tally-record.md).

Somebody who has nothing but the record can count again: sheet totals, people and ballots, the names that written ones
were found to mean, and the rules in force with their tests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from services.kernel.rules import rule
from services.tally.domain.explain import Check, cite, explain, sentence, source_for
from services.tally.domain.kinds import Basis, Contest, Round
from services.tally.domain.numbers import surplus
from services.tally.domain.order import elected_order
from services.tally.domain.outcome import Outcome, least_votes, pass_basis, quorum
from services.tally.domain.remarks import NOTHING_SAID, Remarks
from services.tally.domain.sheets import SheetTotals, SittingCounts

FORMAT: Final = "huanjie.tally.record.v1"
_BASIS_TEST: Final = {Basis.ENTITLED: "2*v > E", Basis.PRESENT: "2*v > P"}

Json = str | int | bool | None | Mapping[str, "Json"] | Sequence["Json"]


def make_record(
    labels: Mapping[str, str],
    contest: Contest,
    counts: SittingCounts,
    groups: Sequence[SheetTotals],
    found: Mapping[str, str],
    outcome: Outcome,
    approved: Sequence[str] = (),
    beside: Remarks = NOTHING_SAID,
) -> dict[str, Json]:
    """The record. `labels`: what names the election, such as its id, district and unit; `found`: written → person;
    `approved`: names in the order that the superior approved, for the posts whose list stands in it; `beside`: what
    people wrote, which decides nothing.

    Groups too small to be shown are to be merged before: the record is public.
    """
    least = None if contest.round is Round.TIE_REVOTE else least_votes(contest, counts)
    decided = outcome_data(contest, outcome, approved) | {"least_votes": least}
    told: dict[str, Json] = {
        "explained": [asdict(each) for each in beside.explained],
        "paper_first": list(beside.paper_first),
        "outcome": decided,
    }
    return figures(labels, contest, counts, groups, found) | told


def figures(
    labels: Mapping[str, str],
    contest: Contest,
    counts: SittingCounts,
    groups: Sequence[SheetTotals],
    found: Mapping[str, str],
) -> dict[str, Json]:
    """The record without its outcome: all that the outcome follows from."""
    return {
        "format": FORMAT,
        "labels": dict(labels),
        "contest": contest_data(contest),
        "sitting": asdict(counts),
        "groups": [asdict(each) for each in groups],
        "write_ins_mean": [{"written": written, "person": person} for written, person in sorted(found.items())],
        "rules": rules_in_force(contest),
    }


def contest_data(contest: Contest) -> dict[str, Json]:
    """Who elects what, and the names on the ballot."""
    return {
        "body": contest.body.value,
        "kind": contest.kind.value,
        "post": contest.post.value,
        "round": contest.round.value,
        "seats": contest.seats,
        "candidates": [{"id": each.candidate_id, "name": each.name, "note": each.note} for each in contest.candidates],
        "primary_basis": contest.primary_basis.value if contest.primary_basis else None,
        "after_primary": contest.after_primary,
        "in_primary": contest.in_primary,
    }


def rules_in_force(contest: Contest) -> dict[str, Json]:
    """By what they decide: the rule, its test in whole numbers, and where it stands. Raises PrimaryBasisMissing."""
    elected, basis = pass_basis(contest)
    number = surplus(contest.kind, contest.post).rule
    shortfall = "E5a" if contest.kind.is_local else "E5"
    ids = {"quorum": quorum(contest.kind, 0, 0).rule, "elected": elected, "candidates": number}
    ids |= {"ballots": "B1", "ballot": "B2", "write_in": "C2", "tie": "E4", "more": "E3", "shortfall": shortfall}
    tests = {role: rule(each).test for role, each in ids.items()} | {"elected": _BASIS_TEST[basis]}
    return {
        role: {
            "id": each,
            "test": tests[role],
            "zh": rule(each).zh,
            "article": cite(source_for(rule(each), contest.kind), "zh"),
            "confidence": source_for(rule(each), contest.kind).confidence.value,
        }
        for role, each in ids.items()
    }


def outcome_data(contest: Contest, outcome: Outcome, approved: Sequence[str] = ()) -> dict[str, Json]:
    """What was decided. `list`: those chosen in the order that their list has (O2)."""
    following = outcome.next_round
    return {
        "verdict": outcome.verdict.value,
        "missing": outcome.missing,
        "results": [
            {
                "id": each.person_id,
                "name": each.name,
                "votes": each.votes,
                "rank": each.rank,
                "standing": each.standing.value,
                "test": each.check.shown,
            }
            for each in outcome.results
        ],
        "list": [each.name for each in elected_order(contest.post, outcome.chosen, approved)],
        "exits": [each.value for each in outcome.exits],
        "next_round": None
        if following is None
        else {
            "round": following.round.value,
            "seats": following.seats,
            "names": list(following.names),
            "fixed": following.fixed,
        },
        "checks": [_check_data(contest, each) for each in outcome.checks],
    }


def _check_data(contest: Contest, check: Check) -> dict[str, Json]:
    told = explain(check, "zh", contest.kind)
    return {
        "rule": check.rule,
        "test": check.shown,
        "holds": check.holds,
        "zh": sentence(check, "zh"),
        "article": told.article,
        "confidence": told.confidence,
    }


def record_bytes(record: Mapping[str, Json]) -> bytes:
    """The bytes that are kept, signed and hashed: keys sorted, no spaces, UTF-8."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def record_hash(record: Mapping[str, Json]) -> str:
    """SHA-256 of the record's bytes, in hexadecimal."""
    return hashlib.sha256(record_bytes(record)).hexdigest()
