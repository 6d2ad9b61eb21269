"""The plan rehearsed on running services: milestones issue directives in reporting, facts open gates, an early attempt
is blocked with rule and article, the congress date moves once, and everyone affected, and only they, are told.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from google.protobuf.message import Message

from huanjie.reporting.v1 import reporting_pb2
from huanjie.schedule.v1 import schedule_pb2 as pb
from services.chassis.clock import ClockSettings, security_now_us
from services.chassis.folder import DataFolder
from services.chassis.ids import Ids
from services.chassis.keys import IDENTITY_KEY, ensure_key
from services.chassis.permissions import MACHINE, OPERATOR, UNIT_SECRETARY
from services.chassis.principals import Grant
from services.chassis.refusals import PeerNotCaughtUp, Refusal
from services.kernel.rules import rule
from services.kernel.workdays import DAY_US, calendar_versions, day_of, work_calendar
from services.reporting.app import APP as REPORTING
from services.schedule.app import APP as SCHEDULE
from services.schedule.domain.milestones import add_months
from tests.brokers import NatsServer
from tests.chassis.desk import START_US
from tests.chassis.scene import DISTRICT, Scene, sign
from tests.schedule.bureau import CONTENT, FILE

R = TypeVar("R", bound=Message)
CALENDAR = work_calendar(calendar_versions()[-1])
KINDS = {
    "D": ("", "district_committee"),
    "A": ("D", "primary_committee"),
    "B": ("D", "primary_committee"),
    "a1": ("A", "branch"),
    "a2": ("A", "branch"),
}


class Stage:
    """Reporting and schedule running on one broker, and the office of a small district."""

    def __init__(self, server: NatsServer, root: Path) -> None:
        self.scene = Scene(server, root / "unused")
        # The rehearsal has a date of its own: a Tuesday on which the year's holidays are known.
        start = ClockSettings.rehearsal(START_US + DAY_US, security_now_us(), 1)
        self.scene.folder = DataFolder.create(root / "data", DISTRICT, "示例区", start, Ids())
        self.scene.machine = sign(self.scene.folder, (Grant(MACHINE, ""),), "machine")
        ensure_key(self.scene.folder.keys, IDENTITY_KEY)
        self.units: dict[str, str] = {}
        self.posts: dict[str, str] = {}
        self.turnover = ""

    async def __aenter__(self) -> Stage:
        await self.scene.__aenter__()
        await self.scene.start(REPORTING)
        schedule = await self.scene.start(SCHEDULE)
        schedule.blobs.put([CONTENT], len(CONTENT))
        for name, (parent, kind) in KINDS.items():
            request = reporting_pb2.EstablishUnitRequest(
                parent_id=self.units.get(parent, ""), code=name, name=f"{name}单位", kind=kind, members=20
            )
            self.units[name] = (await self.report(request, reporting_pb2.EstablishUnitResponse)).unit_id
            post = reporting_pb2.AppointPostHolderRequest(
                unit_id=self.units[name], post_name="书记", person_name="示例甲", first=True
            )
            self.posts[name] = (await self.report(post, reporting_pb2.AppointPostHolderResponse)).post_id
        await self.scene.settled("schedule", "reporting")
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.scene.__aexit__(*error)

    async def report(self, request: Message, kind: type[R], by: str = "") -> R:
        """A call of reporting: as the secretary of a unit, else as the administrator."""
        caller = sign(self.scene.folder, (Grant(UNIT_SECRETARY, self.units[by]),), f"account_{by}") if by else None
        method = type(request).__name__.removesuffix("Request")
        return (await self.scene.call("reporting", method, request, kind, principal=caller)).message

    async def plan(self, request: Any, kind: type[R], by: str = "", account: str = "account_first") -> R:
        """A call of schedule: as the district's operator, or the secretary of a unit."""
        names = request.DESCRIPTOR.fields_by_name
        if "turnover_id" in names and not request.turnover_id:
            request.turnover_id = self.turnover
        if "unit_id" in names and not request.unit_id:
            request.unit_id = self.units["D"]
        grant = Grant(UNIT_SECRETARY, self.units[by]) if by else Grant(OPERATOR, self.units["D"])
        caller = sign(self.scene.folder, (grant,), account)
        method = type(request).__name__.removesuffix("Request")
        return (await self.scene.call("schedule", method, request, kind, principal=caller)).message

    async def milestones(self) -> dict[str, pb.PlanMilestone]:
        shown = await self.plan(pb.GetPlanRequest(), pb.Plan)
        return {each.milestone_id: each for each in shown.milestones}

    async def keep(self, kind: str, matter: str, organ: str = "", day: str = "") -> None:
        request = pb.KeepRecordRequest(
            kind=kind, matter=matter, organ=organ, day=day, number="示例1号", file_sha256=FILE
        )
        await self.plan(request, pb.KeepRecordResponse)

    async def complete(self, milestone: str, day: str = "") -> None:
        await self.plan(pb.CompleteMilestoneRequest(milestone_id=milestone, day=day), pb.MilestoneResponse)

    async def told(self, name: str) -> set[str]:
        """What the unit's secretary reads of later versions."""
        request = pb.ListUnitChangesRequest(unit_id=self.units[name])
        answer = await self.plan(request, pb.ListUnitChangesResponse, by=name)
        return {each.milestone_id for each in answer.changes}


async def mobilised(stage: Stage, today: date) -> None:
    """From the first step to the mobilisation, its early steps entered with the days on which they happened."""
    steps = [CALENDAR.add_workdays(today, -15), CALENDAR.add_workdays(today, -12), CALENDAR.add_workdays(today, -10)]
    days = [step.isoformat() for step in steps]
    await stage.keep("filed", "term_check", day=days[0])
    await stage.complete("term_check", days[0])
    await stage.keep("decision", "leading_group", "committee", days[1])
    await stage.complete("leading_group_formed", days[1])
    await stage.complete("leading_group_first_meeting", days[2])
    worked = CALENDAR.add_workdays(today, -3).isoformat()
    await stage.keep("filed", "work_plan", day=worked)
    await stage.complete("work_plan", worked)
    await stage.plan(pb.OpenMilestoneRequest(milestone_id="mobilisation"), pb.MilestoneResponse)


async def work_through(stage: Stage, directive: str) -> None:
    """Every unit receives, passes on, reports, and is verified by its superior."""
    pairs = (("A", True), ("B", False), ("a1", False), ("a2", False))
    for name, passes_on in pairs:
        own: dict[str, Any] = {"directive_id": directive, "unit_id": stage.units[name]}
        await stage.report(reporting_pb2.ReceiveAssignmentRequest(**own), reporting_pb2.AssignmentResponse, by=name)
        if passes_on:
            request = reporting_pb2.DispatchAssignmentsRequest(**own)
            await stage.report(request, reporting_pb2.AssignmentResponse, by=name)
        done = reporting_pb2.SubmitReportRequest(due_count=20, done_count=20, summary="已完成", **own)
        await stage.report(done, reporting_pb2.AssignmentResponse, by=name)
        verify = reporting_pb2.VerifyReportRequest(report_number=1, **own)
        await stage.report(verify, reporting_pb2.AssignmentResponse, by=KINDS[name][0])


async def directives(stage: Stage) -> list[reporting_pb2.Directive]:
    await stage.scene.settled("reporting", "schedule")
    found = await stage.report(reporting_pb2.ListDirectivesRequest(), reporting_pb2.ListDirectivesResponse)
    return list(found.directives)


async def test_the_plan_is_rehearsed(nats_server: NatsServer, tmp_path: Path) -> None:
    async with Stage(nats_server, tmp_path) as stage:
        today = day_of(stage.scene.services["schedule"].clock.now_us())
        # A term that ends so far ahead that every step still has its time.
        congress = CALENDAR.next_workday(add_months(today, 9))
        last_congress = add_months(congress, -60) + timedelta(days=30)
        opened = await stage.plan(
            pb.OpenTurnoverRequest(
                level="district", name="区党代表大会换届", last_congress_day=last_congress.isoformat(), term_years=5,
                on_time_days=90,
            ),
            pb.OpenTurnoverResponse,
        )  # fmt: skip
        stage.turnover = opened.turnover_id
        adopting: dict[str, Any] = {"reason": "按方案", "approver": "区委常委会", "document_number": "示例1号"}
        await stage.plan(
            pb.AdoptPlanRequest(template_id="district_congress", congress_day=congress.isoformat(), **adopting),
            pb.AdoptPlanResponse,
        )

        # An early attempt is blocked, with rule and article.
        with pytest.raises(Refusal) as early:
            await stage.plan(pb.OpenMilestoneRequest(milestone_id="delegate_notice"), pb.MilestoneResponse)
        assert (early.value.code, early.value.rule) == ("GATE_CLOSED", "T-order")
        assert early.value.params()["citation"] == rule("T-order").sources[0].zh

        # A milestone issues its directive in reporting, which names it as its cause.
        await mobilised(stage, today)
        (issued,) = await directives(stage)
        assert (issued.title, issued.turnover) == ("传达部署换届工作，开展换届纪律学习教育", stage.turnover)
        days = [each.due_us for each in issued.deadlines if each.layer == 2]
        assert days == sorted(days)
        await stage.scene.settled("schedule", "reporting")
        shown = (await stage.milestones())["mobilisation"]
        assert (shown.directive_id, shown.units_due, shown.units_done) == (issued.directive_id, 4, 0)
        planned = {each.day for each in shown.stages if each.stage == 6}
        assert {day_of(each.due_us).isoformat() for each in issued.deadlines if each.stage == 6} == planned

        # Facts from reporting open the next gate.
        await stage.complete("mobilisation")
        with pytest.raises(Refusal):
            await stage.plan(pb.OpenMilestoneRequest(milestone_id="discipline_education"), pb.MilestoneResponse)
        await work_through(stage, issued.directive_id)
        await stage.scene.settled("schedule", "reporting")
        answer = await stage.plan(pb.OpenMilestoneRequest(milestone_id="discipline_education"), pb.MilestoneResponse)
        assert answer.state == "opened"

        # The congress date moves once; whoever is affected reads it, and nobody else reads anything.
        later = CALENDAR.add_workdays(congress, 5)
        moved = await stage.plan(
            pb.AdoptPlanRequest(congress_day=later.isoformat(), **(adopting | {"reason": "与市里会期衔接"})),
            pb.AdoptPlanResponse,
        )
        told = {name: await stage.told(name) for name in KINDS}
        everything = {each.milestone_id for each in moved.moved}
        assert told["D"] == everything and "congress" in everything
        assert "delegates_elected" in told["A"] & told["B"] and "delegates_elected" not in told["a1"]
        assert "delegate_nomination" in told["a1"] & told["a2"] & told["A"]
        # B has no branch below it: the branches' nomination is none of its days.
        assert "delegate_nomination" not in told["B"]
        assert all("report_drafting" not in told[name] for name in ("A", "B", "a1", "a2"))


async def test_a_gate_waits_for_reportings_word(nats_server: NatsServer, tmp_path: Path) -> None:
    """That a verification was not taken back is an absence: without reporting's watermark nobody guesses."""
    async with Stage(nats_server, tmp_path) as stage:
        today = day_of(stage.scene.services["schedule"].clock.now_us())
        congress = CALENDAR.next_workday(add_months(today, 9))
        words: dict[str, Any] = {
            "level": "district", "name": "区党代表大会换届", "term_years": 5, "on_time_days": 90,
            "last_congress_day": (add_months(congress, -60) + timedelta(days=30)).isoformat(),
        }  # fmt: skip
        opened = await stage.plan(pb.OpenTurnoverRequest(**words), pb.OpenTurnoverResponse)
        stage.turnover = opened.turnover_id
        await stage.plan(
            pb.AdoptPlanRequest(
                template_id="district_congress", congress_day=congress.isoformat(), reason="按方案", approver="区委"
            ),
            pb.AdoptPlanResponse,
        )
        await stage.keep("filed", "term_check")
        await stage.scene.stop("reporting")
        with pytest.raises(PeerNotCaughtUp):
            await stage.complete("term_check")
        await stage.scene.start(REPORTING)
        async with asyncio.timeout(20):
            while True:
                try:
                    await stage.complete("term_check")
                    break
                except PeerNotCaughtUp:
                    continue
