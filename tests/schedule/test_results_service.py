"""Results open gates: declared by tally, complete only when no further vote is left, and of the turnover's own unit."""

from __future__ import annotations

from typing import Any

from huanjie.tally.v1 import sheets_pb2
from services.schedule.domain.gates import RESULT, atoms, key_of
from services.schedule.domain.results import RESULTS
from services.schedule.domain.templates import shipped_templates
from services.tally.domain.kinds import POSTS_OF, Body, Post
from tests.schedule.bureau import Bureau, unit


def declare(bureau: Bureau, election: str, post: str, **fields: Any) -> None:
    """A vote of the district's congress, unless said otherwise."""
    words: dict[str, Any] = {
        "body": "district_congress", "round": "formal", "unit_id": unit("D"), "seats": 45, **fields,
    }  # fmt: skip
    turnover = words.pop("turnover", bureau.turnover)
    event = sheets_pb2.ResultDeclared(election_id=election, post=post, **words)
    bureau.hear(event, election, turnover, "tally")


def missing(bureau: Bureau, milestone: str = "congress_closed") -> list[str]:
    return [each.fact for each in bureau.plan()[milestone].missing if each.fact.startswith("result:")]


def test_declared_results_open_the_gates_that_wait_for_them(bureau: Bureau) -> None:
    bureau.planned()
    assert missing(bureau) == ["result:district_committee", "result:cdi"]
    declare(bureau, "election_1", "member")
    assert missing(bureau) == ["result:cdi"]
    declare(bureau, "election_2", "cdi_member", seats=29)
    assert missing(bureau) == []


def test_a_result_waits_for_every_further_vote(bureau: Bureau) -> None:
    bureau.planned()
    declare(bureau, "election_1", "member", seats_open=2, next_election_ids=["election_tie", "election_short"])
    assert "result:district_committee" in missing(bureau)
    declare(bureau, "election_tie", "member", round="tie_revote")
    assert "result:district_committee" in missing(bureau)
    declare(bureau, "election_short", "member", round="shortfall")
    assert "result:district_committee" not in missing(bureau)


def test_the_round_before_and_other_turnovers_and_units_are_no_result(bureau: Bureau) -> None:
    bureau.planned()
    declare(bureau, "election_1", "member", round="primary")
    declare(bureau, "election_2", "member", turnover="turnover_of_another")
    declare(bureau, "election_3", "member", unit_id=unit("W"))
    assert "result:district_committee" in missing(bureau)


def test_a_standing_committee_is_there_with_its_secretary(bureau: Bureau) -> None:
    bureau.planned()
    declare(bureau, "election_1", "standing_member", body="district_committee", seats=9)
    assert "result:standing_committee" in missing(bureau, "cdi_result_passed")
    declare(bureau, "election_2", "secretary", body="district_committee", seats=1)
    assert "result:standing_committee" not in missing(bureau, "cdi_result_passed")


def test_every_result_that_a_plan_waits_for_can_be_declared() -> None:
    waited = {
        key_of(atom).partition(":")[2]
        for template in shipped_templates().values()
        for milestone in template.milestones
        for atom in atoms(milestone.gate)
        if key_of(atom).startswith(f"{RESULT}:")
    }
    assert waited <= set(RESULTS)
    for parts in RESULTS.values():
        for body, post in (vote for part in parts for vote in part):
            assert Post(post) in POSTS_OF[Body(body)]
