"""Units are established, renamed, transferred, merged and abolished, or refused by a named reason."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.permissions import OPERATOR, UNIT_REPORTER, UNIT_SECRETARY
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.reporting.domain.roster.model import TREE_DEPTH_MAX
from tests.chassis.desk import DISTRICT, principal
from tests.reporting.office import Office


@dataclass(frozen=True)
class Street:
    """A district with two street committees and a branch under each."""

    office: Office
    root: str
    east: str
    west: str
    first: str
    second: str


@pytest.fixture
def street(office: Office) -> Street:
    root = office.establish("", "示例区委", "district_committee", code="1")
    east = office.establish(root, "东街党工委", "working_committee", code="11", members=3)
    west = office.establish(root, "西街党工委", "working_committee", code="12", members=4)
    first = office.establish(east, "一村党支部", "branch", code="111", members=10)
    second = office.establish(west, "二村党支部", "branch", code="121", members=20)
    return Street(office, root, east, west, first, second)


def test_an_established_unit_stands_under_its_parent(street: Street) -> None:
    unit = street.office.unit(street.first)
    assert (unit.parent_id, unit.parent_name, unit.depth, unit.state) == (street.east, "东街党工委", 2, "active")
    assert list(unit.ancestor_ids) == [street.root, street.east]
    assert street.office.unit(street.east).children == 1
    assert street.office.history(street.first) == ["UnitEstablished"]


def test_full_width_codes_and_stray_spaces_are_taken_for_what_is_meant(street: Street) -> None:
    made = street.office.unit(street.office.establish(street.east, " 三村党支部\n", code=" １１３ "))
    assert (made.code, made.name) == ("113", "三村党支部")


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("UNIT_CODE_TAKEN", {"code": "121"}),
        ("UNIT_NAME_TAKEN", {"name": "一村 党支部"}),
        ("UNIT_KIND_NOT_UNDER", {"kind": "district_committee"}),
        ("NOT_FOUND", {"parent_id": "unit_0000000000000000"}),
        ("BAD_REQUEST", {"name": " \u3000 "}),
        ("BAD_REQUEST", {"name": "长" * 101}),
        ("BAD_REQUEST", {"kind": "club"}),
        ("BAD_REQUEST", {"kind": ""}),
        ("BAD_REQUEST", {"code": "11;3"}),
        ("BAD_REQUEST", {"code": "1" * 33}),
        ("BAD_REQUEST", {"members": 10_000_001}),
        ("UNIT_ROOT_TAKEN", {"parent_id": "", "kind": "district_committee"}),
    ],
)
def test_a_unit_that_cannot_stand_there_is_refused(street: Street, code: str, changed: dict[str, str | int]) -> None:
    fields: dict[str, str | int] = {
        "parent_id": street.east, "code": "119", "name": "新村党支部", "kind": "branch", "members": 1,
    }  # fmt: skip
    refusal = street.office.refusal(pb.EstablishUnitRequest(**(fields | changed)))  # type: ignore[arg-type]
    assert refusal.code == code


def test_the_root_is_a_district_committee(office: Office) -> None:
    refusal = office.refusal(pb.EstablishUnitRequest(name="某党支部", kind="branch"))
    assert (refusal.code, refusal.params()["parent_kind"]) == ("UNIT_KIND_NOT_UNDER", "none")


def test_the_tree_has_a_greatest_depth(street: Street) -> None:
    parent = street.east
    for level in range(2, TREE_DEPTH_MAX + 1):
        parent = street.office.establish(parent, f"第{level}级党委", "primary_committee")
    request = pb.EstablishUnitRequest(parent_id=parent, name="再下一级", kind="branch")
    assert street.office.refusal(request).code == "UNIT_TREE_TOO_DEEP"
    deep = pb.TransferUnitRequest(unit_id=street.east, to_parent_id=street.west)
    assert street.office.refusal(deep).code == "UNIT_TREE_TOO_DEEP"


def test_a_merger_keeps_to_the_greatest_depth(street: Street) -> None:
    office = street.office
    lowest = street.east
    for level in range(2, TREE_DEPTH_MAX):
        lowest = office.establish(lowest, f"第{level}级党委", "primary_committee")
    high = office.establish(street.west, "西街社区党委", "primary_committee")
    child = office.establish(high, "西街网格党委", "primary_committee")
    office.do(pb.MergeUnitRequest(unit_id=child, into_unit_id=lowest))
    grandchild = office.establish(office.establish(high, "另一网格党委", "primary_committee"), "网格党支部")
    assert office.refusal(pb.MergeUnitRequest(unit_id=high, into_unit_id=lowest)).code == "UNIT_TREE_TOO_DEEP"
    office.do(pb.AbolishUnitRequest(unit_id=grandchild))
    office.do(pb.MergeUnitRequest(unit_id=high, into_unit_id=lowest))


def test_a_renamed_unit_keeps_its_history(street: Street) -> None:
    street.office.do(pb.RenameUnitRequest(unit_id=street.first, name="甲村党支部", reason="村名变更"))
    assert street.office.unit(street.first).name == "甲村党支部"
    items = street.office.ask(pb.GetUnitHistoryRequest(unit_id=street.first)).items
    assert [item.type.rpartition(".")[2] for item in items] == ["UnitEstablished", "UnitRenamed"]
    assert "村名变更" in items[1].event_json and "一村党支部" in items[0].event_json
    assert items[1].actor_role == "machine"


def test_a_name_changes_to_another_and_to_a_free_one_only(street: Street) -> None:
    street.office.establish(street.east, "三村党支部")
    rename = pb.RenameUnitRequest(unit_id=street.first, name="三村党支部")
    assert street.office.refusal(rename).code == "UNIT_NAME_TAKEN"
    assert street.office.refusal(pb.RenameUnitRequest(unit_id=street.first, name="一村党支部")).code == "UNIT_UNCHANGED"
    long_reason = pb.RenameUnitRequest(unit_id=street.first, name="甲村党支部", reason="因" * 501)
    assert street.office.refusal(long_reason).code == "BAD_REQUEST"
    # Another spelling of its own name is a change.
    street.office.do(pb.RenameUnitRequest(unit_id=street.first, name="一村 党支部"))


def test_a_transferred_unit_takes_all_below_it_along(street: Street) -> None:
    committee = street.office.establish(street.east, "东街社区党委", "primary_committee")
    branch = street.office.establish(committee, "东街第一党支部")
    street.office.do(pb.TransferUnitRequest(unit_id=committee, to_parent_id=street.west))
    assert list(street.office.unit(branch).ancestor_ids) == [street.root, street.west, committee]
    assert street.office.history(committee)[-1] == "UnitTransferred"
    street.office.do(pb.TransferUnitRequest(unit_id=committee, to_parent_id=street.root))
    assert street.office.unit(branch).depth == 2


def test_a_transfer_that_makes_no_tree_is_refused(street: Street) -> None:
    office = street.office
    inner = office.establish(street.east, "东街社区党委", "primary_committee")
    for request, code in (
        (pb.TransferUnitRequest(unit_id=street.east, to_parent_id=inner), "UNIT_BELOW_ITSELF"),
        (pb.TransferUnitRequest(unit_id=street.east, to_parent_id=street.east), "UNIT_BELOW_ITSELF"),
        (pb.TransferUnitRequest(unit_id=street.root, to_parent_id=street.east), "UNIT_BELOW_ITSELF"),
        (pb.TransferUnitRequest(unit_id=inner, to_parent_id=street.east), "UNIT_UNCHANGED"),
        (pb.TransferUnitRequest(unit_id=inner, to_parent_id=street.first), "UNIT_KIND_NOT_UNDER"),
        (pb.TransferUnitRequest(unit_id=inner), "BAD_REQUEST"),
        (pb.TransferUnitRequest(unit_id=inner, to_parent_id="unit_0000000000000000"), "NOT_FOUND"),
    ):
        assert office.refusal(request).code == code


def test_a_merged_unit_leaves_its_members_and_children_to_the_other(street: Street) -> None:
    office = street.office
    office.do(pb.MergeUnitRequest(unit_id=street.east, into_unit_id=street.west, reason="街道合并"))
    gone, kept, child = (office.unit(unit_id) for unit_id in (street.east, street.west, street.first))
    assert (gone.state, kept.members, kept.children) == ("merged", 7, 2)
    assert list(child.ancestor_ids) == [street.root, street.west]
    assert office.history(street.first) == ["UnitEstablished", "UnitMerged"]
    assert office.history(street.west) == ["UnitEstablished", "UnitMerged"]
    assert office.refusal(pb.RenameUnitRequest(unit_id=street.east, name="旧街党工委")).code == "UNIT_ENDED"
    # Its code and name are free again.
    office.establish(street.root, "东街党工委", "working_committee", code="11")


def test_a_merger_joins_two_units_of_one_kind(street: Street) -> None:
    office = street.office
    upper = office.establish(street.east, "上级党委", "primary_committee")
    lower = office.establish(upper, "下级党委", "primary_committee")
    office.establish(street.west, "一村党支部")
    for unit_id, into_unit_id, code in (
        (street.first, street.first, "UNIT_MERGE_WITH_ITSELF"),
        (street.first, street.west, "UNIT_KINDS_DIFFER"),
        (upper, lower, "UNIT_BELOW_ITSELF"),
        (street.east, street.west, "UNIT_NAME_TAKEN"),
        (street.first, "", "BAD_REQUEST"),
    ):
        assert office.refusal(pb.MergeUnitRequest(unit_id=unit_id, into_unit_id=into_unit_id)).code == code
    # The name of the unit that ends is free for its own child.
    namesake = office.establish(lower, "下级党委", "primary_committee")
    office.do(pb.MergeUnitRequest(unit_id=lower, into_unit_id=upper))
    assert (office.unit(lower).state, office.unit(namesake).parent_id) == ("merged", upper)


def test_only_a_unit_without_children_is_abolished(street: Street) -> None:
    office = street.office
    refusal = office.refusal(pb.AbolishUnitRequest(unit_id=street.east))
    assert (refusal.code, refusal.params()["count"]) == ("UNIT_HAS_CHILDREN", 1)
    office.do(pb.AbolishUnitRequest(unit_id=street.first, reason="村改居"))
    office.do(pb.AbolishUnitRequest(unit_id=street.east))
    assert office.unit(street.first).state == "abolished"
    assert office.refusal(pb.AbolishUnitRequest(unit_id=street.first)).code == "UNIT_ENDED"
    assert office.refusal(pb.TransferUnitRequest(unit_id=street.second, to_parent_id=street.east)).code == "UNIT_ENDED"


def test_what_was_seen_before_must_still_hold(street: Street) -> None:
    office, seen = street.office, street.office.unit(street.first).version
    office.do(pb.CountMembersRequest(unit_id=street.first, members=11, expected_version=seen))
    assert office.unit(street.first).members == 11
    for request in (
        pb.CountMembersRequest(unit_id=street.first, members=12, expected_version=seen),
        pb.RenameUnitRequest(unit_id=street.first, name="甲村党支部", expected_version=seen),
        pb.TransferUnitRequest(unit_id=street.first, to_parent_id=street.west, expected_version=seen),
        pb.MergeUnitRequest(unit_id=street.first, into_unit_id=street.second, expected_version=seen),
        pb.AbolishUnitRequest(unit_id=street.first, expected_version=seen),
    ):
        refusal = office.refusal(request)
        assert (refusal.code, refusal.params()) == ("STALE_VERSION", {"expected": seen, "actual": seen + 1})
    assert office.refusal(pb.CountMembersRequest(unit_id=street.first, members=10_000_001)).code == "BAD_REQUEST"


def test_an_operator_changes_units_of_the_own_subtree_only(street: Street) -> None:
    office, east = street.office, principal(OPERATOR, street.east)
    office.do(pb.RenameUnitRequest(unit_id=street.first, name="甲村党支部"), east)
    denied = [
        pb.RenameUnitRequest(unit_id=street.second, name="乙村党支部"),
        pb.EstablishUnitRequest(parent_id=street.west, name="三村党支部", kind="branch"),
        # Both ends of a move must lie within: out of the subtree, into it, and the subtree's own root.
        pb.TransferUnitRequest(unit_id=street.first, to_parent_id=street.west),
        pb.TransferUnitRequest(unit_id=street.second, to_parent_id=street.east),
        pb.TransferUnitRequest(unit_id=street.east, to_parent_id=street.west),
        pb.MergeUnitRequest(unit_id=street.first, into_unit_id=street.second),
        pb.MergeUnitRequest(unit_id=street.second, into_unit_id=street.first),
    ]
    for request in denied:
        assert office.refusal(request, east).code == "PERMISSION_DENIED"
    grants = (Grant(OPERATOR, street.east), Grant(OPERATOR, street.west))
    both = Principal("account_both", DISTRICT, AUDIENCE, grants, 0, 1 << 62)
    # Nobody takes the own unit out of a superior's hands.
    grants = (Grant(OPERATOR, street.first), Grant(OPERATOR, street.west))
    leaving = Principal("account_leaving", DISTRICT, AUDIENCE, grants, 0, 1 << 62)
    away = pb.TransferUnitRequest(unit_id=street.first, to_parent_id=street.west)
    assert office.refusal(away, leaving).code == "PERMISSION_DENIED"
    office.do(pb.TransferUnitRequest(unit_id=street.first, to_parent_id=street.west), both)


def test_a_secretary_counts_members_but_changes_no_unit(street: Street) -> None:
    secretary = principal(UNIT_SECRETARY, street.first)
    street.office.do(pb.CountMembersRequest(unit_id=street.first, members=9), secretary)
    for request in (
        pb.RenameUnitRequest(unit_id=street.first, name="甲村党支部"),
        pb.CountMembersRequest(unit_id=street.second, members=9),
    ):
        assert street.office.refusal(request, secretary).code == "PERMISSION_DENIED"
    count = pb.CountMembersRequest(unit_id=street.first, members=8)
    assert street.office.refusal(count, principal(UNIT_REPORTER, street.first)).code == "PERMISSION_DENIED"
