"""Random lives of a tree against a second, naive implementation that walks parents and scans everything."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.refusals import Refusal
from tests.reporting.office import Office

DEPTH_MAX = 12
# kind → kinds that it may stand under
UNDER = {
    "district_committee": set(),
    "working_committee": {"district_committee", "working_committee"},
    "primary_committee": {"district_committee", "working_committee", "primary_committee"},
    "general_branch": {"district_committee", "working_committee", "primary_committee", "general_branch"},
    "branch": {"district_committee", "working_committee", "primary_committee", "general_branch"},
}
NAMES = ("甲", "乙", "丙", "丁")
CODES = ("", "1", "2", "3", "4", "5")


@dataclass
class Naive:
    """One unit, as a clerk would keep it on a card."""

    parent: str
    name: str
    kind: str
    code: str
    members: int
    state: str = "active"
    changes: list[str] = field(default_factory=list)


class Cards:
    """All units on cards; every rule is looked up by walking and scanning. Answers the expected refusal, or ""."""

    def __init__(self) -> None:
        self.cards: dict[str, Naive] = {}

    def active(self) -> dict[str, Naive]:
        return {unit_id: card for unit_id, card in self.cards.items() if card.state == "active"}

    def children(self, unit_id: str) -> list[str]:
        return [child for child, card in self.active().items() if card.parent == unit_id]

    def ancestors(self, unit_id: str) -> list[str]:
        above: list[str] = []
        while unit_id := self.cards[unit_id].parent:
            above.insert(0, unit_id)
        return above

    def height(self, unit_id: str) -> int:
        return max((self.height(child) + 1 for child in self.children(unit_id)), default=0)

    def names_under(self, parent: str) -> dict[str, str]:
        return {self.cards[child].name: child for child in self.children(parent)}

    def cannot_stand(self, kind: str, name: str, parent: str, height: int) -> str:
        if self.cards[parent].kind not in UNDER[kind]:
            return "UNIT_KIND_NOT_UNDER"
        if name in self.names_under(parent):
            return "UNIT_NAME_TAKEN"
        return "UNIT_TREE_TOO_DEEP" if len(self.ancestors(parent)) + 1 + height > DEPTH_MAX else ""

    def establish(self, parent: str, name: str, kind: str, code: str) -> str:
        if parent and self.cards[parent].state != "active":
            return "UNIT_ENDED"
        if code and code in {card.code for card in self.active().values()}:
            return "UNIT_CODE_TAKEN"
        if parent:
            return self.cannot_stand(kind, name, parent, 0)
        if self.active():
            return "UNIT_ROOT_TAKEN"
        return "" if kind == "district_committee" else "UNIT_KIND_NOT_UNDER"

    def rename(self, unit_id: str, name: str) -> str:
        card = self.cards[unit_id]
        if card.state != "active":
            return "UNIT_ENDED"
        if card.name == name:
            return "UNIT_UNCHANGED"
        if card.parent and name in self.names_under(card.parent):
            return "UNIT_NAME_TAKEN"
        card.name = name
        card.changes.append("UnitRenamed")
        return ""

    def transfer(self, unit_id: str, to: str) -> str:
        card = self.cards[unit_id]
        if card.state != "active" or self.cards[to].state != "active":
            return "UNIT_ENDED"
        if to == unit_id or unit_id in self.ancestors(to):
            return "UNIT_BELOW_ITSELF"
        if card.parent == to:
            return "UNIT_UNCHANGED"
        refused = self.cannot_stand(card.kind, card.name, to, self.height(unit_id))
        if not refused:
            card.parent = to
            card.changes.append("UnitTransferred")
        return refused

    def merge(self, unit_id: str, into: str) -> str:
        card, other = self.cards[unit_id], self.cards[into]
        if card.state != "active" or other.state != "active":
            return "UNIT_ENDED"
        if unit_id == into:
            return "UNIT_MERGE_WITH_ITSELF"
        if card.kind != other.kind:
            return "UNIT_KINDS_DIFFER"
        if unit_id in self.ancestors(into):
            return "UNIT_BELOW_ITSELF"
        staying = {name for name, child in self.names_under(into).items() if child != unit_id}
        if staying & set(self.names_under(unit_id)):
            return "UNIT_NAME_TAKEN"
        if len(self.ancestors(into)) + self.height(unit_id) > DEPTH_MAX:
            return "UNIT_TREE_TOO_DEEP"
        for child in self.children(unit_id):
            self.cards[child].parent = into
            self.cards[child].changes.append("UnitMerged")
        other.members += card.members
        other.changes.append("UnitMerged")
        card.state = "merged"
        card.changes.append("UnitMerged")
        return ""

    def abolish(self, unit_id: str) -> str:
        card = self.cards[unit_id]
        if card.state != "active":
            return "UNIT_ENDED"
        if self.children(unit_id):
            return "UNIT_HAS_CHILDREN"
        card.state = "abolished"
        card.changes.append("UnitAbolished")
        return ""


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["establish"] * 4 + ["rename", "transfer", "transfer", "merge", "merge", "abolish"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.sampled_from(NAMES),
        st.sampled_from(["branch", "general_branch", *["primary_committee"] * 4, "working_committee"]),
        st.sampled_from(CODES),
    ),
    min_size=5,
    max_size=50,
)


class Both:
    """The service and the cards, given the same acts."""

    def __init__(self, office: Office) -> None:
        self.office, self.cards = office, Cards()
        self.ids: list[str] = []
        self._establish("", "区委", "district_committee", "0", 1)

    def act(self, what: str, one: int, two: int, name: str, kind: str, code: str) -> None:
        unit_id, other = self.ids[one % len(self.ids)], self.ids[two % len(self.ids)]
        if what == "establish":
            self._establish(unit_id, name, kind, code, two)
        elif what == "rename":
            self._same(pb.RenameUnitRequest(unit_id=unit_id, name=name), self.cards.rename(unit_id, name))
        elif what == "transfer":
            transfer = pb.TransferUnitRequest(unit_id=unit_id, to_parent_id=other)
            self._same(transfer, self.cards.transfer(unit_id, other))
        elif what == "merge":
            merger = pb.MergeUnitRequest(unit_id=unit_id, into_unit_id=other)
            self._same(merger, self.cards.merge(unit_id, other))
        else:
            self._same(pb.AbolishUnitRequest(unit_id=unit_id), self.cards.abolish(unit_id))

    def _establish(self, parent: str, name: str, kind: str, code: str, members: int) -> None:
        expected = self.cards.establish(parent, name, kind, code)
        request = pb.EstablishUnitRequest(parent_id=parent, name=name, kind=kind, code=code, members=members)
        answer = self._same(request, expected)
        if answer is not None:
            self.cards.cards[answer.unit_id] = Naive(parent, name, kind, code, members, changes=["UnitEstablished"])
            self.ids.append(answer.unit_id)

    def _same(self, request: Message, expected: str) -> pb.EstablishUnitResponse | None:
        try:
            answer: pb.EstablishUnitResponse = self.office.do(request)
        except Refusal as refusal:
            assert refusal.code == expected
            return None
        assert expected == "", f"{type(request).__name__} went through"
        return answer

    def check(self) -> None:
        """Every unit, its place, its counts and its history are the same on both sides."""
        assert {u.unit_id for u in self.office.units()} == set(self.cards.active())
        for unit_id, card in self.cards.cards.items():
            unit = self.office.unit(unit_id)
            assert (unit.name, unit.kind, unit.code, unit.members) == (card.name, card.kind, card.code, card.members)
            assert (unit.state, unit.parent_id) == (card.state, card.parent)
            assert self.office.history(unit_id) == card.changes
            assert unit.version == len(card.changes)
            if card.state == "active":
                assert list(unit.ancestor_ids) == self.cards.ancestors(unit_id)
                assert unit.depth == len(unit.ancestor_ids)
                assert unit.children == len(self.cards.children(unit_id))
        assert self.office.desk.refold_differences() == []


@settings(max_examples=40)
@given(ACTS)
def test_any_life_of_a_tree_is_what_a_naive_clerk_makes_of_it(acts: list[tuple[str, int, int, str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        both = Both(office)
        for act in acts:
            both.act(*act)
        both.check()
        office.close()
