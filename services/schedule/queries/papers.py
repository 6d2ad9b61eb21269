"""Papers and requirements, as the office sees them."""

from __future__ import annotations

from datetime import date

from huanjie.schedule.v1 import office_pb2
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.schedule.commands.plans import newest_calendar
from services.schedule.domain.requirements import cause_of
from services.schedule.queries.meetings import progress_message
from services.schedule.queries.seen import inner_turnover, seen_unit
from services.schedule.queries.turnovers import NEWEST, ROWS_DEFAULT, ROWS_MAX
from services.schedule.store import papers
from services.schedule.store.papers import Requirement, ShownPaper


def get_paper(query: pb.GetPaperRequest, ask: Ask) -> pb.Paper:
    """To those at or above the unit whose paper it is. Raises NotFound."""
    paper = papers.find(ask.reader, query.paper_id)
    seen_unit(ask, paper.unit_id)
    return _message(paper, papers.text(ask.reader, paper.paper_id))


def list_papers(query: pb.ListPapersRequest, ask: Ask) -> pb.ListPapersResponse:
    """Newest first, without their texts. Raises NotFound."""
    turnover = inner_turnover(ask, query.turnover_id)
    (before,) = key_of(query.page, NEWEST)
    wanted = rows_of(query.page, ROWS_DEFAULT, ROWS_MAX)
    found = papers.page(ask.reader, turnover.turnover_id, min(int(before), NEWEST), wanted + 1)
    shown = found[:wanted]
    return pb.ListPapersResponse(
        papers=[_message(each, "") for each in shown],
        next_cursor=cursor_of(shown[-1].position) if len(found) > wanted else "",
    )


def _message(paper: ShownPaper, text: str) -> pb.Paper:
    return pb.Paper(
        paper_id=paper.paper_id,
        turnover_id=paper.turnover_id,
        unit_id=paper.unit_id,
        kind=paper.kind,
        matter=paper.matter,
        title=paper.title,
        text=text,
        addressee=paper.addressee,
        state=paper.state,
        latest_day=paper.latest_day,
        number=paper.number,
        sent_day=paper.sent_day,
        late_days=paper.late_days,
        approved=paper.approved,
        reply_number=paper.reply_number,
        reply_day=paper.reply_day,
        reply_organ=paper.reply_organ,
        reply_text=paper.reply_text,
        figures=[
            office_pb2.PaperFigure(name=name, value=value, service=service, position=position)
            for name, value, service, position in paper.figures
        ],
        version=paper.version,
    )


def list_requirements(query: pb.ListRequirementsRequest, ask: Ask) -> pb.ListRequirementsResponse:
    """Oldest first, each with its source and what became of it. Raises NotFound."""
    turnover = inner_turnover(ask, query.turnover_id)
    found = papers.requirements_of(ask.reader, turnover.turnover_id)
    return pb.ListRequirementsResponse(requirements=[_requirement(ask, each) for each in found])


def _requirement(ask: Ask, kept: Requirement) -> pb.Requirement:
    assigned = kept.state != "required"
    return pb.Requirement(
        requirement_id=kept.requirement_id,
        source=kept.source,
        number=kept.number,
        day=kept.day,
        text=kept.text,
        due_day=kept.due_day,
        state=kept.state,
        progress=progress_message(ask, cause_of(kept.requirement_id), 0, "", assigned),
        report_day=kept.report_day,
        report_number=kept.report_number,
        report_text=kept.report_text,
        version=kept.version,
        every_workdays=kept.every_workdays,
        next_day=next_day(kept),
    )


def next_day(kept: Requirement) -> str:
    """By when the next report goes back: first the day that was set, then again after every so many working days."""
    if not kept.report_day:
        return kept.due_day
    if not kept.every_workdays:
        return ""
    return newest_calendar().add_workdays(date.fromisoformat(kept.report_day), kept.every_workdays).isoformat()
