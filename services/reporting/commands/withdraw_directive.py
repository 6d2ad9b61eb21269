"""A directive is taken back."""

from __future__ import annotations

from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.act import Act
from services.chassis.permissions import fit
from services.chassis.refusals import PermissionDenied, StaleVersion
from services.reporting.commands.directive_fields import reason_of
from services.reporting.domain.directive_events import DirectiveWithdrawn
from services.reporting.permissions import ISSUE
from services.reporting.store import directives


def withdraw_directive(command: pb.WithdrawDirectiveRequest, act: Act) -> pb.WithdrawDirectiveResponse:
    """By whoever could issue it; everything under it ends."""
    reason = reason_of(command.reason)
    directive = directives.load(act.tx, command.directive_id)
    if not any(fit(act.tx, act.principal, way, directive.issuer_unit_id) for way in ISSUE):
        raise PermissionDenied(action="WithdrawDirective")
    if command.expected_version not in (0, directive.version):
        raise StaleVersion(expected=command.expected_version, actual=directive.version)
    directive.check_open()
    event = DirectiveWithdrawn(directive.directive_id, reason)
    act.record(event, subject=directive.directive_id, turnover=directive.turnover)
    return pb.WithdrawDirectiveResponse()
