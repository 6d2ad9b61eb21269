"""A slice of a large roster waits in the store; nothing of it counts before its import is activated."""

from __future__ import annotations

from collections.abc import Sequence

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.reporting.commands.unit_fields import code_of, id_of, kind_of, members_of, name_of
from services.reporting.commands.unit_guards import check_over_all
from services.reporting.domain.imports import IMPORT_UNITS_MAX, SLICE_UNITS_MAX, check_slice
from services.reporting.domain.unit_errors import UnitIdTaken
from services.reporting.domain.unit_events import UnitEstablished, UnitsStaged
from services.reporting.store.units import ids_in_use, load_waiting, parent_kinds


def stage_roster_slice(command: pb.StageRosterSliceRequest, act: Act) -> pb.StageRosterSliceResponse:
    """Parents come before children, within a slice and from slice to slice."""
    check_over_all(act.tx, act.principal, "StageRosterSlice")
    import_id = id_of("import_id", "import", command.import_id)
    units = _units(command.units)
    begun = load_waiting(act.tx, import_id)
    if begun is not None and begun.units + len(units) > IMPORT_UNITS_MAX:
        raise BadRequest(field="units", problem="too_many")
    unit_ids = [unit.unit_id for unit in units]
    if taken := ids_in_use(act.tx, unit_ids):
        raise UnitIdTaken(unit_id=taken[0])
    kinds = parent_kinds(act.tx, import_id, {unit.parent_id for unit in units})
    check_slice(units, kinds, tree.root(act.tx))
    act.record(UnitsStaged(import_id, units), subject=import_id)
    return pb.StageRosterSliceResponse()


def _units(rows: Sequence[pb.RosterUnit]) -> tuple[UnitEstablished, ...]:
    if not rows:
        raise BadRequest(field="units", problem="required")
    if len(rows) > SLICE_UNITS_MAX:
        raise BadRequest(field="units", problem="too_many")
    return tuple(
        UnitEstablished(
            unit_id=id_of("unit_id", "unit", row.unit_id),
            parent_id=row.parent_id,
            code=code_of(row.code),
            name=name_of("name", row.name),
            kind=kind_of(row.kind),
            members=members_of(row.members),
        )
        for row in rows
    )
