"""From the rows of a roster to a plan: every problem by line, or what to establish and what to change."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from services.kernel.text import name_key
from services.reporting.domain.roster.columns import Column, Columns, find_columns
from services.reporting.domain.roster.entries import read_entries
from services.reporting.domain.roster.kinds import Placement, UnitKind, placement
from services.reporting.domain.roster.model import (
    TREE_DEPTH_MAX,
    Findings,
    KnownUnit,
    RosterPlan,
    Severity,
    SheetRow,
    UnitToChange,
    UnitToEstablish,
    listed,
)
from services.reporting.domain.roster.tree import ROOT, UNRESOLVED, Tree


def plan_import(rows: Sequence[SheetRow], known: Sequence[KnownUnit], new_id: Callable[[], str]) -> RosterPlan:
    """What importing these rows would do to the known units (the whole tree: each parent is among them).

    Units are matched by code, else by name under the same parent. `new_id` is called once for each unit to
    establish, in order, and only when nothing refuses the import. Bad rows are findings, never exceptions.
    """
    findings = Findings()
    columns = find_columns(rows, findings)
    if columns is None:
        return _plan(findings, 0)
    entries = read_entries(rows, columns, findings)
    if not entries:
        findings.error(0, "", "ROSTER_EMPTY")
        return _plan(findings, 0)
    tree = Tree(entries, known, columns, findings)
    nodes = tree.nodes()
    _check_roots(tree, nodes, findings)
    _check_names(tree, nodes, columns, findings)
    _check_kinds(tree, nodes, columns, findings)
    _check_depth(tree, nodes, findings)
    if findings.count(Severity.ERROR):
        return _plan(findings, len(entries))
    return _draft(tree, nodes, findings, new_id)


def _plan(
    findings: Findings,
    rows_read: int,
    establish: Sequence[UnitToEstablish] = (),
    change: Sequence[UnitToChange] = (),
    missing: Sequence[str] = (),
) -> RosterPlan:
    return RosterPlan(
        rows_read=rows_read,
        establish=tuple(establish),
        change=tuple(change),
        missing=tuple(missing),
        problems=findings.problems(),
        notes=findings.notes(),
        error_count=findings.count(Severity.ERROR),
        warning_count=findings.count(Severity.WARNING),
    )


def _check_roots(tree: Tree, nodes: Sequence[int], findings: Findings) -> None:
    """One unit, and only one, stands under nobody."""
    roots = [node for node in nodes if tree.parent_of(node) == ROOT]
    lines = [tree.entries[node].line for node in roots if tree.is_entry(node)]
    known = [tree.name(node) for node in roots if not tree.is_entry(node)]
    if not roots and UNRESOLVED not in tree.parent:
        findings.error(0, "", "ROSTER_ROOT_MISSING")
    elif known:
        for line in lines:
            findings.error(line, "", "ROSTER_ROOT_TAKEN", name=known[0])
    elif len(lines) > 1:
        for line in lines:
            findings.error(line, "", "ROSTER_ROOTS_SEVERAL", lines=listed(lines))
    elif lines and tree.kind(roots[0]) not in (None, UnitKind.DISTRICT_COMMITTEE):
        findings.warning(lines[0], "", "ROSTER_ROOT_NOT_DISTRICT", name=tree.name(roots[0]))


def _check_names(tree: Tree, nodes: Sequence[int], columns: Columns, findings: Findings) -> None:
    """No two units under one parent share a name."""
    groups: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for node in nodes:
        if tree.name(node):
            groups[tree.parent_of(node), name_key(tree.name(node))].append(node)
    title = columns.title(Column.NAME)
    for group in groups.values():
        lines = [tree.entries[node].line for node in group if tree.is_entry(node)]
        if len(group) == 1 or tree.parent_of(group[0]) == ROOT:
            continue
        code = "ROSTER_NAME_REPEATED" if len(lines) == len(group) else "ROSTER_NAME_TAKEN"
        for line in lines:
            if code == "ROSTER_NAME_TAKEN":
                findings.error(line, title, code, value=tree.name(group[0]))
            else:
                findings.error(line, title, code, value=tree.name(group[0]), lines=listed(lines))


def _check_kinds(tree: Tree, nodes: Sequence[int], columns: Columns, findings: Findings) -> None:
    """Each kind is known, and none stands under a kind that it leads."""
    shown: list[int] = []
    title = columns.title(Column.KIND)
    for node in nodes:
        kind = tree.kind(node)
        if tree.is_entry(node) and tree.entries[node].stated_kind is None and node not in tree.unit_of:
            _check_shown_kind(tree, node, title, shown, findings)
        parent = tree.parent_of(node)
        if parent == ROOT or kind is None:
            continue
        parent_kind = tree.kind(parent)
        if parent_kind is None or not (tree.is_entry(node) or tree.is_entry(parent)):
            continue
        line = tree.entries[node if tree.is_entry(node) else parent].line
        found = placement(kind, parent_kind)
        if found is Placement.FORBIDDEN:
            findings.error(line, title, "ROSTER_KIND_NOT_UNDER", name=tree.name(node), parent=tree.name(parent))
        elif found is Placement.UNUSUAL:
            findings.warning(line, title, "ROSTER_KIND_UNUSUAL_UNDER", name=tree.name(node), parent=tree.name(parent))
    if shown:
        lines = sorted(shown)
        findings.note(lines[0], "ROSTER_KINDS_FROM_NAMES", count=str(len(lines)), lines=listed(lines))


def _check_shown_kind(tree: Tree, node: int, title: str, shown: list[int], findings: Findings) -> None:
    entry = tree.entries[node]
    if entry.shown_kind is not None:
        shown.append(entry.line)
    elif entry.name and not entry.kind_text:
        findings.error(entry.line, title, "ROSTER_KIND_NOT_SHOWN", name=entry.name)


def _check_depth(tree: Tree, nodes: Sequence[int], findings: Findings) -> None:
    for node in nodes:
        if tree.depth[node] > TREE_DEPTH_MAX and tree.is_entry(node):
            findings.error(tree.entries[node].line, "", "ROSTER_TREE_TOO_DEEP", limit=str(TREE_DEPTH_MAX))


def _draft(tree: Tree, nodes: Sequence[int], findings: Findings, new_id: Callable[[], str]) -> RosterPlan:
    ids = {ROOT: ""}
    establish: list[UnitToEstablish] = []
    change: list[UnitToChange] = []
    missing: list[str] = []
    for node in nodes:
        unit = tree.known_unit(node)
        ids[node] = unit.unit_id if unit is not None else new_id()
        if unit is None:
            establish.append(_new_unit(tree, node, ids))
        elif not tree.is_entry(node):
            missing.append(unit.unit_id)
        elif (changed := _changed_unit(tree, node, unit, ids)) is not None:
            change.append(changed)
    _note_rest(tree, missing, findings)
    return _plan(findings, len(tree.entries), establish, change, missing)


def _new_unit(tree: Tree, node: int, ids: dict[int, str]) -> UnitToEstablish:
    entry, kind = tree.entries[node], tree.kind(node)
    if kind is None:
        raise ValueError(f"row {entry.line} passed the checks without a kind")
    parent_id = ids[tree.parent_of(node)]
    return UnitToEstablish(ids[node], parent_id, entry.code, entry.name, kind, entry.members or 0, entry.line)


def _changed_unit(tree: Tree, node: int, unit: KnownUnit, ids: dict[int, str]) -> UnitToChange | None:
    """Blank cells change nothing: a code, kind or count that the file leaves out stays."""
    entry, kind, parent_id = tree.entries[node], tree.kind(node), ids[tree.parent_of(node)]
    changed = UnitToChange(
        unit.unit_id,
        entry.line,
        code=entry.code if entry.code and entry.code != unit.code else None,
        name=entry.name if entry.name != unit.name else None,
        kind=kind if kind is not unit.kind else None,
        parent_id=parent_id if parent_id != unit.parent_id else None,
        members=entry.members if entry.members != unit.members else None,
    )
    return changed if changed != UnitToChange(unit.unit_id, entry.line) else None


def _note_rest(tree: Tree, missing: Sequence[str], findings: Findings) -> None:
    if missing:
        names = {unit.unit_id: unit.name for unit in tree.known}
        unnamed = listed(names[unit_id] for unit_id in missing)
        findings.note(0, "ROSTER_UNITS_NOT_IN_FILE", count=str(len(missing)), names=unnamed)
    codeless = [entry.line for node, entry in enumerate(tree.entries) if not entry.code and node not in tree.unit_of]
    if codeless:
        findings.note(codeless[0], "ROSTER_CODES_BLANK", count=str(len(codeless)), lines=listed(codeless))
