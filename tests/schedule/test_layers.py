"""Counts of units by layer and kind, kept as the tree changes: always what a walk over the whole tree counts."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from google.protobuf.message import Message

from huanjie.reporting.v1 import units_pb2
from services.chassis import tree
from services.chassis.service import migrations_of
from services.chassis.store import Reader
from services.schedule.app import APP
from services.schedule.domain.turnover_events import DirectiveScope
from services.schedule.store import facts, layers
from tests.schedule.bureau import Bureau, unit

KINDS = ("working_committee", "primary_committee", "general_branch", "branch")
CHANGES = 120
LEVELS_MAX = 7


def walked(reader: Reader) -> dict[str, Counter[tuple[int, str]]]:
    """(layers below, kind) → units, for every unit, read from the tree row by row."""
    units = {one.unit_id: one for one in tree.all_active(reader)}
    found: dict[str, Counter[tuple[int, str]]] = {name: Counter() for name in units}
    for one in units.values():
        above, depth = one.unit_id, 0
        while above:
            found[above][depth, one.kind] += 1
            above, depth = units[above].parent_id, depth + 1
    return found


def kept(reader: Reader, unit_id: str) -> Counter[tuple[int, str]]:
    return Counter({(depth, kind): units for depth, kind, units in layers.rows_of(reader, unit_id)})


def check(bureau: Bureau) -> None:
    with bureau.desk.store.snapshot() as reader:
        wanted = walked(reader)
        assert {name: kept(reader, name) for name in wanted} == wanted
        stored = {str(row[0]) for row in reader.all("SELECT DISTINCT ancestor_id FROM unit_layer")}
        assert stored == wanted.keys()


class Growing:
    """Changes a tree at random, as reporting would."""

    def __init__(self, bureau: Bureau, seed: int) -> None:
        self.bureau, self.random, self.made = bureau, random.Random(seed), 0

    def units(self) -> dict[str, tree.TreeUnit]:
        with self.bureau.desk.store.snapshot() as reader:
            return {one.unit_id: one for one in tree.all_active(reader)}

    def change(self) -> None:
        units = self.units()
        below = [name for name, one in units.items() if one.parent_id]
        kind = self.random.randrange(6)
        if kind < 2 or len(below) < 4:
            self._hear(self._new(units))
        elif kind == 2:
            self._import(units)
        elif kind == 3:
            self._hear(units_pb2.UnitReclassified(unit_id=self.random.choice(below), kind=self.random.choice(KINDS)))
        elif kind == 4:
            self._move_or_merge(units, self.random.choice(below))
        else:
            leaves = [name for name in below if not any(one.parent_id == name for one in units.values())]
            self._hear(units_pb2.UnitAbolished(unit_id=self.random.choice(leaves)))

    def _new(self, units: dict[str, tree.TreeUnit]) -> units_pb2.UnitEstablished:
        self.made += 1
        parent = self.random.choice([name for name, one in units.items() if one.depth < LEVELS_MAX])
        name = f"unit_new{self.made}"
        kind = self.random.choice(KINDS)
        return units_pb2.UnitEstablished(unit_id=name, parent_id=parent, code=name, name=name, kind=kind, members=3)

    def _import(self, units: dict[str, tree.TreeUnit]) -> None:
        """Some units at once, the second below the first; discarded now and then."""
        first = self._new(units)
        second = self._new(units)
        second.parent_id = first.unit_id
        import_id = f"import_{self.made}"
        self._hear(units_pb2.UnitsStaged(import_id=import_id, units=[first, second]))
        if self.random.randrange(4):
            self._hear(units_pb2.RosterActivated(import_id=import_id))
        else:
            self._hear(units_pb2.RosterDiscarded(import_id=import_id))

    def _move_or_merge(self, units: dict[str, tree.TreeUnit], name: str) -> None:
        path = units[name].path
        elsewhere = [other for other, one in units.items() if not one.path.startswith(path)]
        other = self.random.choice(elsewhere)
        if self.random.randrange(2) and units[other].parent_id:
            self._hear(units_pb2.UnitMerged(unit_id=name, into_unit_id=other))
        else:
            event = units_pb2.UnitTransferred(unit_id=name, from_parent_id=units[name].parent_id, to_parent_id=other)
            self._hear(event)

    def _hear(self, event: Message) -> None:
        self.bureau.hear(event, getattr(event, "unit_id", ""))


def test_the_kept_counts_are_those_of_a_walk_after_every_change(bureau: Bureau, seed: int) -> None:
    growing = Growing(bureau, seed)
    check(bureau)
    for _ in range(CHANGES):
        growing.change()
        check(bureau)


def test_a_store_from_before_counts_what_it_has(tmp_path: Path, seed: int) -> None:
    bureau = Bureau(tmp_path)
    growing = Growing(bureau, seed)
    for _ in range(30):
        growing.change()
    (migration,) = [each for each in migrations_of(APP) if "unit_layer" in each.sql]
    with bureau.desk.store.transaction() as tx:
        tx.run("DROP TABLE unit_layer")
        for statement in migration.sql.split(";\n"):
            tx.run(statement)
    check(bureau)
    bureau.close()


def test_how_deep_a_scope_goes_is_what_a_walk_finds(bureau: Bureau, seed: int) -> None:
    chance, growing = random.Random(seed), Growing(bureau, seed)
    for _ in range(60):
        growing.change()
    units = growing.units()
    deep = 0
    with bureau.desk.store.snapshot() as reader:
        for _ in range(200):
            top, subtree = units[unit("D")], units[chance.choice(list(units))]
            kinds = tuple(chance.sample(KINDS, chance.randint(0, 2)))
            listed = tuple(chance.sample(list(units), 3)) if chance.randrange(3) == 0 else ()
            excluded = tuple(chance.sample(list(units), chance.randint(0, 3)))
            obliged = [
                one for one in units.values()
                if one.unit_id not in (top.unit_id, *excluded)
                and (one.unit_id in listed if listed else one.path.startswith(subtree.path))
                and (listed or not kinds or one.kind in kinds)
            ]  # fmt: skip
            scope = DirectiveScope("" if listed else subtree.unit_id, () if listed else kinds, listed, excluded)
            wanted = max((one.depth - top.depth for one in obliged), default=0)
            assert facts.layers_of(reader, top.unit_id, scope) == wanted
            inside = [
                one for one in units.values()
                if one.path.startswith(subtree.path) and one is not subtree and (not kinds or one.kind in kinds)
            ]  # fmt: skip
            deepest = max((one.depth - subtree.depth for one in inside), default=0)
            assert facts.below(reader, subtree.unit_id, kinds) == facts.Below(len(inside), deepest)
            deep += wanted > 1
    assert deep


def test_no_row_of_a_unit_below_is_read(bureau: Bureau) -> None:
    with bureau.desk.store.transaction() as tx:
        before = (
            facts.below(tx, unit("D"), ("branch",)),
            facts.layers_of(tx, unit("D"), DirectiveScope(unit("W"), (), (), ())),
        )
        tx.run("DELETE FROM tree_unit WHERE unit_id NOT IN (?, ?)", (unit("D"), unit("W")))
        after = (
            facts.below(tx, unit("D"), ("branch",)),
            facts.layers_of(tx, unit("D"), DirectiveScope(unit("W"), (), (), ())),
        )
    assert before == after == (facts.Below(2, 3), 3)
