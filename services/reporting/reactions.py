"""Facts of other services that cause acts: a milestone, a decision, a superior's requirement ask for directives.

A directive that can no longer be issued as asked (its scope is empty by now) is not issued: schedule shows that none is
there. The request id of a reaction is the event's id: it is issued once.
"""

from __future__ import annotations

from collections.abc import Mapping

from huanjie.schedule.v1 import office_pb2, turnovers_pb2
from services.chassis.act import Act
from services.chassis.app import Listen
from services.chassis.ledger import Fact
from services.reporting.commands.caused_directives import issue_caused
from services.reporting.store import plan_digests


def milestone_opened(act: Act, fact: Fact, data: bytes) -> None:
    """The plan's step has begun."""
    event = turnovers_pb2.MilestoneOpened.FromString(data)
    issue_caused(act, event.directive, event.turnover_id, f"milestone/{event.turnover_id}/{event.milestone_id}")


def decision_assigned(act: Act, fact: Fact, data: bytes) -> None:
    """A meeting decided it."""
    event = office_pb2.DecisionAssigned.FromString(data)
    issue_caused(act, event.directive, event.turnover_id, f"decision/{event.meeting_id}/{event.number}")


def requirement_assigned(act: Act, fact: Fact, data: bytes) -> None:
    """The superior requires it."""
    event = office_pb2.RequirementAssigned.FromString(data)
    issue_caused(act, event.directive, event.turnover_id, f"requirement/{event.requirement_id}")


LISTENS: Mapping[str, Listen] = {
    "schedule": Listen(
        reactions={
            str(turnovers_pb2.MilestoneOpened.DESCRIPTOR.full_name): milestone_opened,
            str(office_pb2.DecisionAssigned.DESCRIPTOR.full_name): decision_assigned,
            str(office_pb2.RequirementAssigned.DESCRIPTOR.full_name): requirement_assigned,
        },
        projections=plan_digests.PROJECTIONS,
        tables=plan_digests.TABLES,
    ),
}
