"""Who answers for a unit: appointed, on other terms, handed over; the history keeps everybody."""

from __future__ import annotations

from typing import Any

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import UNIT_SECRETARY
from tests.chassis.desk import START_US, principal
from tests.reporting.office import Office


@pytest.fixture
def branch(office: Office) -> str:
    root = office.establish("", "示例区委", "district_committee")
    return office.establish(root, "一村党支部")


def appointment(unit_id: str, **changed: Any) -> pb.AppointPostHolderRequest:
    fields: dict[str, Any] = {"unit_id": unit_id, "post_name": "书记", "person_name": "王某", "first": True}
    return pb.AppointPostHolderRequest(**(fields | changed))


def test_a_new_post_has_its_holder_from_now_on(office: Office, branch: str) -> None:
    made = office.do(appointment(branch))
    (holder,) = office.unit(branch).holders
    assert (holder.post_id, holder.person_id) == (made.post_id, made.person_id)
    assert (holder.post_name, holder.person_name, holder.first, holder.from_us) == ("书记", "王某", True, START_US)


def test_the_first_responsible_person_is_listed_first_and_is_one(office: Office, branch: str) -> None:
    for number in range(3):
        office.do(appointment(branch, post_name=f"委员{number}", first=False))
    office.do(appointment(branch))
    holders = office.unit(branch).holders
    assert [holder.first for holder in holders] == [True, False, False, False]
    refusal = office.refusal(appointment(branch, post_name="副书记"))
    assert (refusal.code, refusal.params()) == ("POST_FIRST_TAKEN", {"post_name": "书记"})
    second = holders[1]
    taking = appointment(branch, post_id=second.post_id, person_name="王某", first=True)
    assert office.refusal(taking).code == "POST_FIRST_TAKEN"


def test_the_same_person_takes_new_terms(office: Office, branch: str) -> None:
    made = office.do(appointment(branch, acting=True, from_us=START_US - 5))
    again = office.do(appointment(branch, post_id=made.post_id, post_name="", acting=False))
    assert (again.post_id, again.person_id) == (made.post_id, made.person_id)
    (holder,) = office.unit(branch).holders
    assert (holder.acting, holder.post_name, holder.from_us) == (False, "书记", START_US - 5)
    unchanged = appointment(branch, post_id=made.post_id)
    assert office.refusal(unchanged).code == "POST_HOLDER_UNCHANGED"


def test_another_person_takes_a_post_by_hand_over_only(office: Office, branch: str) -> None:
    made = office.do(appointment(branch))
    refusal = office.refusal(appointment(branch, post_id=made.post_id, person_name="李某"))
    assert refusal.code == "POST_OCCUPIED"
    handed = office.do(pb.HandOverPostRequest(unit_id=branch, post_id=made.post_id, person_name="李某", acting=True))
    (holder,) = office.unit(branch).holders
    assert handed.person_id not in ("", made.person_id) and handed.items_moved == 0
    assert (holder.person_id, holder.person_name, holder.acting, holder.first) == (handed.person_id, "李某", True, True)
    assert office.history(branch) == ["UnitEstablished", "PostHolderAppointed", "PostHandedOver"]


def test_a_namesake_may_follow(office: Office, branch: str) -> None:
    made = office.do(appointment(branch))
    handed = office.do(pb.HandOverPostRequest(unit_id=branch, post_id=made.post_id, person_name="王某"))
    assert handed.person_id != made.person_id


def test_bad_input_about_posts_is_refused(office: Office, branch: str) -> None:
    made = office.do(appointment(branch))
    other = office.establish(office.unit(branch).parent_id, "二村党支部")
    for request, code in (
        (appointment(branch, post_name="", first=False), "BAD_REQUEST"),
        (appointment(branch, person_name="　", first=False), "BAD_REQUEST"),
        (appointment(branch, from_us=-1, first=False), "BAD_REQUEST"),
        (appointment(branch, from_us=START_US + 1, first=False), "BAD_REQUEST"),
        (appointment("unit_0000000000000000"), "NOT_FOUND"),
        (appointment(other, post_id=made.post_id), "NOT_FOUND"),
        (pb.HandOverPostRequest(unit_id=other, post_id=made.post_id, person_name="李某"), "NOT_FOUND"),
        (pb.HandOverPostRequest(unit_id=branch, post_id=made.post_id), "BAD_REQUEST"),
    ):
        assert office.refusal(request).code == code


def test_posts_end_with_their_unit(office: Office, branch: str) -> None:
    made = office.do(appointment(branch))
    office.do(pb.AbolishUnitRequest(unit_id=branch))
    assert not office.unit(branch).holders
    for request in (
        appointment(branch, first=False),
        pb.HandOverPostRequest(unit_id=branch, post_id=made.post_id, person_name="李某"),
    ):
        assert office.refusal(request).code == "UNIT_ENDED"


def test_a_secretary_appoints_within_the_own_subtree_only(office: Office, branch: str) -> None:
    other = office.establish(office.unit(branch).parent_id, "二村党支部")
    secretary = principal(UNIT_SECRETARY, branch)
    office.do(appointment(branch, post_name="组织委员", first=False), secretary)
    assert office.refusal(appointment(other), secretary).code == "PERMISSION_DENIED"
