"""A gate is opened against its conditions by two people, with a reason and a document number, visible for good."""

from __future__ import annotations

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.act import Act
from services.schedule.commands.fields import number_of, reason_of
from services.schedule.commands.milestones import gate_for, record_opening
from services.schedule.domain.office_errors import OverrideNotNeeded, OverrideWaiting
from services.schedule.domain.openings import MilestoneDeed, follow_milestone, rules_of
from services.schedule.domain.overrides import OverrideDeed
from services.schedule.domain.turnover_events import OverrideAsked, OverrideConfirmed, OverrideRefused
from services.schedule.store import records, turnovers


def ask_override(command: pb.AskOverrideRequest, act: Act) -> pb.OverrideResponse:
    """Raises NotFound, PlanMissing, MilestoneUnknown, WrongStanding, OverrideNotNeeded, OverrideWaiting."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    gate = gate_for(act.tx, turnover, command.milestone_id, act.now_us)
    follow_milestone(gate.standing.state, MilestoneDeed.OPEN)
    found = gate.lacks()
    if not found:
        raise OverrideNotNeeded(milestone=gate.milestone.id)
    waiting = records.waiting_override(act.tx, turnover.turnover_id, gate.milestone.id)
    if waiting:
        raise OverrideWaiting(override_id=waiting)
    override_id = act.new_id("override")
    event = OverrideAsked(
        override_id, turnover.turnover_id, gate.milestone.id, reason_of(command.reason),
        number_of("document_number", command.document_number), rules_of(found),
    )  # fmt: skip
    act.record(event, subject=override_id, turnover=turnover.turnover_id)
    return pb.OverrideResponse(override_id=override_id, state="asked", version=turnover.version + 1)


def confirm_override(command: pb.ConfirmOverrideRequest, act: Act) -> pb.OverrideResponse:
    """Another person agrees: the milestone begins. Raises NotFound, WrongStanding, OverrideSamePerson."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    override = records.load_override(act.tx, turnover.turnover_id, command.override_id)
    state = override.after(OverrideDeed.CONFIRM, act.principal.account_id)
    gate = gate_for(act.tx, turnover, override.milestone_id, act.now_us)
    follow_milestone(gate.standing.state, MilestoneDeed.OPEN)
    event = OverrideConfirmed(override.override_id, turnover.turnover_id, override.milestone_id)
    act.record(event, subject=override.override_id, turnover=turnover.turnover_id)
    record_opening(act, gate, override.override_id)
    return pb.OverrideResponse(override_id=override.override_id, state=state, version=turnover.version + 2)


def refuse_override(command: pb.RefuseOverrideRequest, act: Act) -> pb.OverrideResponse:
    """Nothing opens; the question stays visible. Raises NotFound, WrongStanding."""
    turnover = turnovers.load(act.tx, command.turnover_id, command.unit_id)
    override = records.load_override(act.tx, turnover.turnover_id, command.override_id)
    state = override.after(OverrideDeed.REFUSE, act.principal.account_id)
    event = OverrideRefused(
        override.override_id, turnover.turnover_id, override.milestone_id, reason_of(command.reason)
    )
    act.record(event, subject=override.override_id, turnover=turnover.turnover_id)
    return pb.OverrideResponse(override_id=override.override_id, state=state, version=turnover.version + 1)
