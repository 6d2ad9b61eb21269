"""A staged roster is dropped."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import NotFound
from services.reporting.commands.unit_guards import check_over_all
from services.reporting.domain.unit_events import RosterDiscarded
from services.reporting.store.units import load_waiting


def discard_roster(command: pb.DiscardRosterRequest, act: Act) -> pb.DiscardRosterResponse:
    """What it staged is gone; its id is not used again."""
    check_over_all(act.tx, act.principal, "DiscardRoster")
    begun = load_waiting(act.tx, command.import_id)
    if begun is None:
        raise NotFound(kind="import", id=command.import_id)
    act.record(RosterDiscarded(begun.import_id), subject=begun.import_id)
    return pb.DiscardRosterResponse()
