"""A verifier's unit draws a seeded sample of the reports below it, and records what was found on the spot."""

from __future__ import annotations

from typing import Final

from huanjie.reporting.v1 import verification_pb2 as pb
from services.chassis import routes
from services.chassis.act import Act
from services.chassis.ask import Ask
from services.chassis.refusals import BadRequest, NotFound
from services.reporting.commands.assignment_acts import acting_unit
from services.reporting.domain.directive_errors import OwnReportVerified
from services.reporting.domain.form_errors import NothingReported, NotSampled, SampledReportGone, SampleTooLarge
from services.reporting.domain.form_events import SampleChecked, SampleDrawn
from services.reporting.domain.sampling import SAMPLE_UNITS_MAX, digest_of, draw
from services.reporting.store import directives
from services.reporting.store.assignments import load_case
from services.reporting.store.verification import load_sample, reported_units

_LOOKED_AT: Final = frozenset({"reported", "rectified", "verified"})


def prepare_draw_sample(command: pb.DrawSampleRequest, ask: Ask) -> list[str]:
    """The units whose report stands, listed beside the writer: there may be very many."""
    if not 1 <= command.size <= SAMPLE_UNITS_MAX:
        raise BadRequest(field="size", problem="out_of_range")
    directive = directives.load(ask.reader, command.directive_id)
    unit = routes.find(ask.reader, directive.route_id, command.unit_id)
    if unit is None:
        raise NotFound(kind="unit", id=command.unit_id)
    return reported_units(ask.reader, directive, unit)


def draw_sample(command: pb.DrawSampleRequest, act: Act) -> pb.DrawSampleResponse:
    """The seed is the service's own: whoever draws cannot choose whom it falls on."""
    directive = directives.load(act.tx, command.directive_id)
    directive.check_open()
    population: list[str] = act.prepared
    if not population:
        raise NothingReported(directive_id=command.directive_id)
    if command.size > len(population):
        raise SampleTooLarge(size=command.size, population=len(population))
    sample_id, seed = act.new_id("sample"), act.new_id("seed")
    unit_ids = draw(population, seed, command.size)
    event = SampleDrawn(
        sample_id, command.directive_id, command.unit_id, seed, len(population), digest_of(population), unit_ids
    )
    act.record(event, subject=sample_id, turnover=directive.turnover)
    return pb.DrawSampleResponse(sample_id=sample_id, seed=seed, population=len(population), unit_ids=unit_ids)


def check_sample(command: pb.CheckSampleRequest, act: Act) -> pb.CheckSampleResponse:
    """By a level above, never by whoever reported. Found again, the later finding counts."""
    sample = load_sample(act.tx, command.sample_id)
    if command.unit_id not in {unit.unit_id for unit in sample.units}:
        raise NotSampled(unit_id=command.unit_id)
    directive = directives.load(act.tx, sample.directive_id)
    directive.check_open()
    case = load_case(act.tx, directive, command.unit_id)
    if case.state not in _LOOKED_AT:
        raise SampledReportGone(unit_id=command.unit_id)
    verifier_unit_id = acting_unit(act, "CheckSample")
    own = case.assignment
    if act.principal.account_id == own.reporter_id or verifier_unit_id == own.on_behalf_by_unit_id:
        raise OwnReportVerified()
    event = SampleChecked(command.sample_id, command.unit_id, own.report_number, command.found_true, verifier_unit_id)
    act.record(event, subject=command.sample_id, turnover=directive.turnover)
    now = load_sample(act.tx, command.sample_id)
    return pb.CheckSampleResponse(checked=now.checked, found_true=now.found_true)
