"""A staged roster takes effect, whole, with its changes to known units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.refusals import BadRequest, NotFound
from services.reporting.commands.unit_fields import code_of, id_of, kind_of, members_of, name_of, sha256_of
from services.reporting.commands.unit_guards import check_change, check_over_all
from services.reporting.domain.imports import UnitChange, change_events, check_not_moved, check_size, in_new_order
from services.reporting.domain.unit_errors import NothingToActivate
from services.reporting.domain.unit_events import RosterActivated
from services.reporting.store.units import RosterImport, active_nodes, load_waiting, staged_nodes, tree_position


@dataclass(frozen=True, slots=True)
class PreparedActivation:
    """The changes in the order in which they can be made, and the positions that the whole tree was checked at."""

    changes: tuple[UnitChange, ...]
    parent_ids: Mapping[str, str]
    tree_at: int
    import_at: int


def prepare_activate_roster(command: pb.ActivateRosterRequest, ask: Ask) -> PreparedActivation:
    """Checks the shape of the whole tree as it would be, beside the writer."""
    check_over_all(ask.reader, ask.principal, "ActivateRoster")
    import_id = id_of("import_id", "import", command.import_id)
    begun = load_waiting(ask.reader, import_id)
    tree_at = tree_position(ask.reader)
    check_not_moved(command.planned_at_position, tree_at)
    changes = _changes(command.changes)
    active = active_nodes(ask.reader)
    parent_ids = {node.unit_id: node.parent_id for node in active}
    for change in changes:
        if change.unit_id not in parent_ids:
            raise NotFound(kind="unit", id=change.unit_id)
    staged = staged_nodes(ask.reader, import_id)
    if not staged and not changes:
        raise NothingToActivate(import_id=import_id)
    ordered = in_new_order(active, staged, changes)
    return PreparedActivation(tuple(ordered), parent_ids, tree_at, _position(begun))


def activate_roster(command: pb.ActivateRosterRequest, act: Act) -> pb.ActivateRosterResponse:
    """One update for all staged units, whatever their number; then the changes, one by one."""
    check_over_all(act.tx, act.principal, "ActivateRoster")
    prepared: PreparedActivation = act.prepared
    file_sha256 = sha256_of("file_sha256", command.file_sha256)
    begun = load_waiting(act.tx, command.import_id)
    check_not_moved(prepared.tree_at, tree_position(act.tx))
    check_not_moved(prepared.import_at, _position(begun))
    established = begun.units if begun is not None else 0
    event = RosterActivated(command.import_id, file_sha256, established, len(prepared.changes))
    act.record(event, subject=command.import_id)
    for change in prepared.changes:
        for changed in change_events(change, prepared.parent_ids[change.unit_id], command.import_id):
            check_change(act.tx, changed)
            act.record(changed, subject=change.unit_id)
    return pb.ActivateRosterResponse(established=established, changed=len(prepared.changes))


def _position(begun: RosterImport | None) -> int:
    return begun.position if begun is not None else 0


def _changes(rows: Iterable[pb.RosterChange]) -> list[UnitChange]:
    changes = [_change(row) for row in rows]
    check_size(len(changes))
    if len({change.unit_id for change in changes}) != len(changes):
        raise BadRequest(field="changes", problem="malformed")
    return changes


def _change(row: pb.RosterChange) -> UnitChange:
    if row.HasField("parent_id") and not row.parent_id:
        raise BadRequest(field="parent_id", problem="required")
    return UnitChange(
        unit_id=row.unit_id,
        code=code_of(row.code) if row.HasField("code") else None,
        name=name_of("name", row.name) if row.HasField("name") else None,
        kind=kind_of(row.kind) if row.HasField("kind") else None,
        parent_id=row.parent_id if row.HasField("parent_id") else None,
        members=members_of(row.members) if row.HasField("members") else None,
    )
