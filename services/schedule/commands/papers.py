"""Papers upward: drafted from figures at a frozen position, signed by the main leader, sent, answered."""

from __future__ import annotations

from datetime import date

from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis import tree
from services.chassis.act import Act
from services.chassis.refusals import BadRequest, NotFound
from services.kernel.workdays import day_of
from services.schedule.commands.fields import (
    ORGAN_CHARS_MAX,
    choice_of,
    line_of,
    number_of,
    past_day,
    reason_of,
    sha256_of,
    text_of,
)
from services.schedule.domain import papers as rules
from services.schedule.domain import upward
from services.schedule.domain.office_errors import RequestPending
from services.schedule.domain.office_events import (
    PaperDrafted,
    PaperFigure,
    PaperSent,
    PaperSigned,
    PaperWithdrawn,
    RequestAnswered,
)
from services.schedule.domain.papers import Paper, PaperDeed
from services.schedule.domain.turnovers import Turnover, TurnoverDeed
from services.schedule.store import facts, links, papers, turnovers


def draft_paper(command: pb.DraftPaperRequest, act: Act) -> pb.PaperResponse:
    """A request of one matter, or a report without any; what is not said is drafted from the figures.

    Raises NotFound, WrongStanding, MatterMissing, MattersMixed, MatterUnknown, ReportHoldsRequest, RequestTooEarly,
    RequestPending, BadRequest.
    """
    turnover = _turnover_over(act, command.turnover_id, command.unit_id)
    kind = choice_of("kind", command.kind, rules.KINDS)
    given = text_of("text", command.text, rules.TEXT_CHARS_MAX)
    template = turnovers.plan(act.tx, turnover).template if turnover.plan_version else None
    known = upward.matters(template) if template else frozenset()
    matter = rules.one_matter(kind, command.matters, given, known)
    own = turnover.unit_id == command.unit_id
    if matter and own and template:
        approved = papers.approved_matters(act.tx, turnover.turnover_id, turnover.unit_id)
        rules.check_order(matter, upward.needs(template, matter), approved)
    if matter and matter not in rules.COMMON_MATTERS:
        pending = papers.pending(act.tx, turnover.turnover_id, command.unit_id, matter)
        if pending:
            raise RequestPending(paper_id=pending)
    latest = turnovers.plan(act.tx, turnover).latest if template else {}
    figures = _figures(act, turnover)
    text = given or upward.draft_text([(each.name, each.value) for each in figures], day_of(act.now_us))
    paper_id = act.new_id("paper")
    event = PaperDrafted(
        paper_id=paper_id,
        turnover_id=turnover.turnover_id,
        unit_id=command.unit_id,
        kind=kind,
        matter=matter,
        title=line_of("title", command.title, rules.TITLE_CHARS_MAX, required=True),
        text_digest=papers.digest(text),
        latest_day=_latest(kind, upward.latest_day(template, latest, matter) if template and own else "", act),
        figures=figures,
        addressee=line_of("addressee", command.addressee, rules.ADDRESSEE_CHARS_MAX, required=True),
    )
    act.record(event, subject=paper_id, turnover=turnover.turnover_id)
    papers.keep_text(act.tx, paper_id, turnover.turnover_id, text)
    return pb.PaperResponse(paper_id=paper_id, state="drafted", version=1)


def _latest(kind: str, planned: str, act: Act) -> str:
    """A sudden event is reported at once (T6); a request by the day that the plan gives."""
    return day_of(act.now_us).isoformat() if kind == rules.SUDDEN else planned


def _turnover_over(act: Act, turnover_id: str, unit_id: str) -> Turnover:
    """The turnover of the unit, or of a unit above it: a unit's requests use the same form and clocks."""
    turnover = turnovers.load(act.tx, turnover_id)
    if not tree.under(act.tx, unit_id, turnover.unit_id):
        raise NotFound(kind="turnover", id=turnover_id)
    turnover.after(TurnoverDeed.WORK)
    return turnover


def _figures(act: Act, turnover: Turnover) -> tuple[PaperFigure, ...]:
    """Counts as this service and reporting have them, each with the position that it was read at."""
    if not turnover.plan_version:
        return ()
    template = turnovers.plan(act.tx, turnover).template
    found = facts.facts_of(act.tx, turnover, template)
    done = sum(1 for each in template.milestones if f"done:{each.id}" in found.recorded)
    heard = facts.heard(act.tx)
    return (
        PaperFigure("milestones_total", len(template.milestones), "schedule", act.head),
        PaperFigure("milestones_done", done, "schedule", act.head),
        PaperFigure("units_due", sum(each.total for each in found.units.values()), "reporting", heard),
        PaperFigure("units_done", sum(each.done for each in found.units.values()), "reporting", heard),
    )


def sign_paper(command: pb.SignPaperRequest, act: Act) -> pb.PaperResponse:
    """By the unit's main leader, whom reporting knows as first responsible person.

    Raises NotFound, WrongStanding, SignerNotLeader.
    """
    paper = papers.load(act.tx, command.paper_id, command.unit_id)
    state = paper.after(PaperDeed.SIGN)
    post_id, person_id = links.leader_post(act.tx, paper.unit_id)
    rules.check_signer(command.post_id, post_id)
    event = PaperSigned(paper.paper_id, paper.turnover_id, post_id, person_id)
    return _move(act, paper, event, state)


def send_paper(command: pb.SendPaperRequest, act: Act) -> pb.PaperResponse:
    """With number, day and the signed file; what comes after its lead time is sent and warned (T1 to T3).

    Raises NotFound, WrongStanding, DayAhead, BadRequest.
    """
    paper = papers.load(act.tx, command.paper_id, command.unit_id)
    state = paper.after(PaperDeed.SEND)
    day = past_day("day", command.day, day_of(act.now_us))
    late = rules.late_days(paper.latest_day, day)
    event = PaperSent(
        paper.paper_id, paper.turnover_id, number_of("number", command.number), day.isoformat(),
        sha256_of("file_sha256", command.file_sha256, required=True), late,
    )  # fmt: skip
    answer = _move(act, paper, event, state)
    if late:
        template = turnovers.plan(act.tx, turnovers.load(act.tx, paper.turnover_id)).template
        parameters = {"days": str(late), "latest_day": paper.latest_day}
        rule = upward.lead_rule(template, paper.matter) if paper.matter else "T6"
        answer.warnings.append(pb.PlanWarning(code="LEAD_TIME_SHORT", rule=rule, parameters=parameters))
    return answer


def withdraw_paper(command: pb.WithdrawPaperRequest, act: Act) -> pb.PaperResponse:
    """Before it is sent. Raises NotFound, WrongStanding."""
    paper = papers.load(act.tx, command.paper_id, command.unit_id)
    state = paper.after(PaperDeed.WITHDRAW)
    return _move(act, paper, PaperWithdrawn(paper.paper_id, paper.turnover_id, reason_of(command.reason)), state)


def answer_request(command: pb.AnswerRequestRequest, act: Act) -> pb.PaperResponse:
    """The superior's reply, with number, day and file: an approval is a fact that gates open on.

    Raises NotFound, WrongStanding, DayAhead, ReplyBeforeRequest, BadRequest.
    """
    paper = papers.load(act.tx, command.paper_id, command.unit_id)
    state = paper.after(PaperDeed.ANSWER)
    if not command.day.strip():
        raise BadRequest(field="day", problem="required")
    day = past_day("day", command.day, day_of(act.now_us))
    rules.check_reply(date.fromisoformat(paper.sent_day), day)
    event = RequestAnswered(
        paper.paper_id, paper.turnover_id, paper.matter, command.approved, number_of("number", command.number),
        day.isoformat(), line_of("organ", command.organ, ORGAN_CHARS_MAX, required=True),
        text_of("text", command.text, rules.TEXT_CHARS_MAX),
        sha256_of("file_sha256", command.file_sha256, required=True),
    )  # fmt: skip
    return _move(act, paper, event, state)


def _move(
    act: Act, paper: Paper, event: PaperSigned | PaperSent | PaperWithdrawn | RequestAnswered, state: str
) -> pb.PaperResponse:
    turnovers.load(act.tx, paper.turnover_id).after(TurnoverDeed.WORK)
    act.record(event, subject=paper.paper_id, turnover=paper.turnover_id)
    return pb.PaperResponse(paper_id=paper.paper_id, state=state, version=paper.version + 1)
