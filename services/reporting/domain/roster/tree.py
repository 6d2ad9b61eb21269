"""Joining entries and known units into one tree: who stands under whom, and where that cannot be.

A node is an int: entry i is node i, known unit j is node n + j. A known unit that an entry describes is that
entry's node.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from services.kernel.text import code_text, name_key
from services.reporting.domain.roster.columns import Column, Columns
from services.reporting.domain.roster.entries import Entry
from services.reporting.domain.roster.kinds import UnitKind
from services.reporting.domain.roster.model import Findings, KnownUnit, listed

ROOT: Final = -1
UNRESOLVED: Final = -2
CYCLE_NAMES_MAX: Final = 6
_UNSEEN: Final = -1
_LOST: Final = -2


class Tree:
    """The tree as it would be after the import. Everything wrong with its shape goes to `findings`."""

    def __init__(
        self, entries: Sequence[Entry], known: Sequence[KnownUnit], columns: Columns, findings: Findings
    ) -> None:
        self.entries, self.known = entries, known
        self._columns, self._findings = columns, findings
        self._size = len(entries)
        self._by_code = self._index_codes()
        self._node_of_id = {unit.unit_id: self._size + place for place, unit in enumerate(known)}
        self.unit_of: dict[int, KnownUnit] = {}
        self._match_codes()
        self._by_name = self._index_names()
        self.parent: list[int] = [self._find_parent(entry) for entry in entries]
        self.parent += [self._known_parent(unit) for unit in known]
        self.depth = [_UNSEEN] * len(self.parent)
        for node in range(len(self.parent)):
            self._measure(node)
        self._match_names()

    def nodes(self) -> list[int]:
        """Every node that hangs on a root, parents before children, then by line."""
        hanging = [node for node in range(len(self.parent)) if self.depth[node] >= 0 and self.is_apart(node)]
        return sorted(hanging, key=lambda node: (self.depth[node], node))

    def is_entry(self, node: int) -> bool:
        """Does the file describe this node?"""
        return node < self._size

    def is_apart(self, node: int) -> bool:
        """Is this node its own: an entry, or a known unit that no entry describes?"""
        return node < self._size or self._node_of_id[self.known[node - self._size].unit_id] == node

    def parent_of(self, node: int) -> int:
        """The parent's node; ROOT or UNRESOLVED where there is none."""
        parent = self.parent[node]
        return parent if parent < self._size else self._node_of_id[self.known[parent - self._size].unit_id]

    def name(self, node: int) -> str:
        """The name that the node will have."""
        return self.entries[node].name if self.is_entry(node) else self.known[node - self._size].name

    def kind(self, node: int) -> UnitKind | None:
        """The kind that the node will have: stated, else as known, else as its name shows."""
        if not self.is_entry(node):
            return self.known[node - self._size].kind
        entry, unit = self.entries[node], self.unit_of.get(node)
        if entry.stated_kind is not None:
            return entry.stated_kind
        return unit.kind if unit is not None else entry.shown_kind

    def known_unit(self, node: int) -> KnownUnit | None:
        """The known unit that the node is, or None for a new one."""
        return self.unit_of.get(node) if self.is_entry(node) else self.known[node - self._size]

    def _index_codes(self) -> dict[str, int]:
        lines: defaultdict[str, list[int]] = defaultdict(list)
        nodes: dict[str, int] = {}
        for node, entry in enumerate(self.entries):
            if entry.code:
                lines[entry.code].append(entry.line)
                nodes.setdefault(entry.code, node)
        title = self._columns.title(Column.CODE)
        for code, where in lines.items():
            if len(where) > 1:
                for line in where:
                    self._findings.error(line, title, "ROSTER_CODE_REPEATED", value=code, lines=listed(where))
        return nodes

    def _match_codes(self) -> None:
        for place, unit in enumerate(self.known):
            node = self._by_code.get(unit.code) if unit.code else None
            if node is not None:
                self._claim(node, unit)
            elif unit.code:
                self._by_code[unit.code] = self._size + place

    def _claim(self, node: int, unit: KnownUnit) -> None:
        self.unit_of[node] = unit
        self._node_of_id[unit.unit_id] = node

    def _index_names(self) -> dict[str, list[int]]:
        """Nodes by name; a name that the file uses means the file's units."""
        nodes: defaultdict[str, list[int]] = defaultdict(list)
        for node, entry in enumerate(self.entries):
            if entry.key:
                nodes[entry.key].append(node)
        in_file = set(nodes)
        for place, unit in enumerate(self.known):
            key = name_key(unit.name)
            if key not in in_file and self.is_apart(self._size + place):
                nodes[key].append(self._size + place)
        return nodes

    def _find_parent(self, entry: Entry) -> int:
        if entry.parents is None:
            return UNRESOLVED
        found = [self._resolve(entry, column, text) for column, text in entry.parents]
        if len(set(found)) > 1 and UNRESOLVED not in found:
            title = self._columns.title(Column.PARENT)
            self._findings.error(entry.line, title, "ROSTER_PARENTS_DISAGREE")
            return UNRESOLVED
        return min(found, default=ROOT)

    def _resolve(self, entry: Entry, column: Column, text: str) -> int:
        node = self._by_code.get(code_text(text))
        if node is not None:
            return node
        title = self._columns.title(column)
        candidates = self._by_name.get(name_key(text), [])
        if len(candidates) == 1:
            return candidates[0]
        value = text.strip()[:100]
        lines = [self.entries[node].line for node in candidates if self.is_entry(node)]
        if lines:
            self._findings.error(entry.line, title, "ROSTER_PARENT_AMBIGUOUS", value=value, lines=listed(lines))
        elif candidates:
            count = str(len(candidates))
            self._findings.error(entry.line, title, "ROSTER_PARENT_AMBIGUOUS_KNOWN", value=value, count=count)
        else:
            self._findings.error(entry.line, title, "ROSTER_PARENT_MISSING", value=value)
        return UNRESOLVED

    def _known_parent(self, unit: KnownUnit) -> int:
        return self._node_of_id[unit.parent_id] if unit.parent_id else ROOT

    def _measure(self, start: int) -> None:
        """Sets the depth of a node and all above it; names a cycle when the way up meets itself."""
        path: list[int] = []
        on_path: dict[int, int] = {}
        node = start
        while node >= 0 and self.depth[node] == _UNSEEN and node not in on_path:
            on_path[node] = len(path)
            path.append(node)
            node = self.parent[node]
        if node in on_path:
            self._report_cycle(path[on_path[node] :])
        below = -1 if node == ROOT else _LOST if node == UNRESOLVED or node in on_path else self.depth[node]
        for step in reversed(path):
            below = _LOST if below == _LOST else below + 1
            self.depth[step] = below

    def _report_cycle(self, cycle: list[int]) -> None:
        title = self._columns.title(Column.PARENT) or self._columns.title(Column.PARENT_CODE)
        size = len(cycle)
        for place, node in enumerate(cycle):
            if not self.is_entry(node):
                continue
            way = [self.name(cycle[(place + step) % size]) for step in range(min(size, CYCLE_NAMES_MAX))]
            names = " → ".join([*way, way[0]] if size <= CYCLE_NAMES_MAX else [*way, "…", way[0]])
            line = self.entries[node].line
            self._findings.error(line, title, "ROSTER_CYCLE", count=str(size), names=names)

    def _match_names(self) -> None:
        """Entries that no code matched: the known unit of that name under the same parent, from the top."""
        children: dict[tuple[str | None, str], KnownUnit] = {}
        for place, unit in enumerate(self.known):
            if self.is_apart(self._size + place):
                children.setdefault((unit.parent_id, name_key(unit.name)), unit)
        if not children:
            return
        for node in sorted(range(self._size), key=lambda node: (self.depth[node], node)):
            if self.depth[node] < 0 or node in self.unit_of:
                continue
            parent_id = self._id_of(self.parent_of(node))
            key = (parent_id, self.entries[node].key)
            if parent_id is not None and key in children:
                self._claim(node, children.pop(key))

    def _id_of(self, node: int) -> str | None:
        if node == ROOT:
            return ""
        unit = self.known_unit(node)
        return unit.unit_id if unit is not None else None
