"""The office's part of a rehearsal: the turnover's plan, its first steps, a try that comes too early, a moved date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from infra.local.rehearsal.agenda import Act
from infra.local.rehearsal.campaign import Task
from infra.local.rehearsal.conduct import HOUR_US
from infra.local.rehearsal.rest import Refused
from services.kernel.workdays import WorkCalendar, calendar_versions, day_of, work_calendar

if TYPE_CHECKING:
    from infra.local.rehearsal.play import Campaign

# When the office takes the plan's steps, in working days from the beginning: as the plan's own gaps ask.
FORM, MEET, EARLY, PLAN, MOBILISE, MOVE = 1, 2, 3, 8, 10, 14
TEMPLATE: Final = "district_congress"
NAME: Final = "区党代表大会换届"
CONGRESS_AHEAD_DAYS: Final = 214
ON_TIME_DAYS: Final = 60
TERM_DAYS_LEFT: Final = 20
TERM_YEARS: Final = 5
MOVED_WORKDAYS: Final = 5
FOLLOW_TRIES_MAX: Final = 24
COMPLETE_TRIES_MAX: Final = 8
DAY_HOURS: Final = 24
# Of the plan's own directive, as the units' conduct is counted.
MOBILISATION: Final = Task(0, "", "", "", "", report_workdays=12)
MOBILISATION_NUMBER: Final = 100


class Office:
    """Plays the plan of the district's turnover."""

    def __init__(self, run: Campaign) -> None:
        self._run = run
        self._turnover = ""
        self._file = ""
        self._congress = date.min
        # A quick clock may begin a step before the one before has been answered.
        self._turn = asyncio.Lock()

    def steps(self) -> tuple[tuple[int, Act], ...]:
        """What the office does, each with its calendar day of the campaign."""
        begin = day_of(self._run.agenda.now_us())

        def on(workdays: int) -> int:
            return (_calendar().add_workdays(begin, workdays) - begin).days

        days = {
            self.adopt: 0, self.form: on(FORM), self.meet: on(MEET), self.too_early: on(EARLY),
            self.plan_work: on(PLAN), self.mobilise: on(MOBILISE), self.move: on(MOVE),
        }  # fmt: skip
        return tuple((day, self._in_turn(act)) for act, day in days.items())

    def _in_turn(self, act: Act) -> Act:
        async def waiting() -> None:
            async with self._turn:
                await act()

        return waiting

    async def adopt(self) -> None:
        """Opens the turnover and adopts the shipped plan."""
        run, root = self._run, self._run.cast.root
        today = day_of(run.agenda.now_us())
        self._congress = _calendar().next_workday(today + timedelta(days=CONGRESS_AHEAD_DAYS))
        ends = self._congress + timedelta(days=TERM_DAYS_LEFT)
        # A leap day has its anniversary on the 28th.
        began = date(ends.year - TERM_YEARS, ends.month, min(ends.day, 28))
        body = {
            "unit_id": root.unit_id, "level": "district", "name": NAME, "last_congress_day": began.isoformat(),
            "term_years": TERM_YEARS, "on_time_days": ON_TIME_DAYS,
        }  # fmt: skip
        opened = await run.act("/turnovers", run.cast.operator, body, "turnover")
        if opened is None:
            return
        self._turnover = opened["turnover_id"]
        adopted = await self._act("/plan", "plan", template_id=TEMPLATE, **self._adopting("按换届工作方案", "1"))
        if adopted is None:
            return
        run.tell("phase_planned", day=run.day(), congress=self._congress.isoformat())
        try:
            kept = await run.rest.upload("/turnovers/files", run.cast.operator, NAME.encode(), "演练材料.txt")
            self._file = str(kept["sha256"])
        except Refused:
            return
        await self._keep("filed", "term_check")
        await self._complete("term_check")

    async def form(self) -> None:
        """The leading group is formed by a decision of the committee."""
        await self._keep("decision", "leading_group", organ="committee")
        await self._complete("leading_group_formed")

    async def meet(self) -> None:
        """Its first meeting: counts, decisions."""
        today = day_of(self._run.agenda.now_us()).isoformat()
        called = await self._act(
            "/meetings", "meeting", kind="leading_group", title="换届工作领导小组第一次会议", day=today,
            agenda=["审议换届工作方案"],
        )  # fmt: skip
        if called is not None:
            await self._act(
                f"/meetings/{called['meeting_id']}/hold", "hold", entitled_count=12, present_count=11,
                decisions=["制定换届工作方案和任务分工", "召开换届工作部署会"],
            )  # fmt: skip
        await self._complete("leading_group_first_meeting")

    async def too_early(self) -> None:
        """Somebody wants to begin the delegates' election at once: the plan says what is missing."""
        if await self._act("/milestones/delegate_notice/open", "early") is None and self._turnover:
            self._run.tell("phase_blocked", day=self._run.day())

    async def plan_work(self) -> None:
        """The work plan is on record."""
        await self._keep("filed", "work_plan")
        await self._complete("work_plan")

    async def mobilise(self) -> None:
        """The dispatch meeting: its milestone issues a directive to every unit."""
        await self._complete("mobilisation", lambda: self._follow(0))

    def _follow(self, tries: int) -> None:
        async def follow() -> None:
            run = self._run
            plan = await run.rest.get(f"/turnovers/{self._turnover}/plan", run.cast.operator)
            step = next(each for each in plan["milestones"] if each["milestone_id"] == "mobilisation")
            if step["directive_id"]:
                run.tell("phase_mobilised", day=run.day(), title=step["title_zh"], count=step["units_due"])
                run.follow(MOBILISATION, step["directive_id"], MOBILISATION_NUMBER)
            elif tries < FOLLOW_TRIES_MAX:
                self._follow(tries + 1)

        self._run.agenda.after(HOUR_US, follow)

    async def move(self) -> None:
        """The congress moves once; the plan says who is affected."""
        if not self._turnover:
            return
        self._congress = _calendar().add_workdays(self._congress, MOVED_WORKDAYS)
        moved = await self._act("/plan", "move", **self._adopting("与市党代表大会会期衔接", "2"))
        if moved is not None:
            self._run.tell("phase_moved", day=self._run.day(), congress=self._congress.isoformat(),
                           count=moved["units_affected"])  # fmt: skip

    def _adopting(self, reason: str, number: str) -> dict[str, Any]:
        return {
            "congress_day": self._congress.isoformat(), "reason": reason, "approver": "区委常委会",
            "document_number": f"换届办演练{number}号",
        }  # fmt: skip

    async def _keep(self, kind: str, matter: str, organ: str = "") -> None:
        await self._act(
            "/records", f"record-{matter}", kind=kind, matter=matter, organ=organ, number=f"演练·{matter}",
            file_sha256=self._file,
        )  # fmt: skip

    async def _complete(self, milestone: str, then: Callable[[], None] = lambda: None, tries: int = 1) -> None:
        """A step that the plan still holds back, because the one before came late, is tried again the next day."""
        if await self._act(f"/milestones/{milestone}/complete", f"done-{milestone}") is not None:
            then()
        elif tries < COMPLETE_TRIES_MAX:
            again = self._in_turn(lambda: self._complete(milestone, then, tries + 1))
            self._run.agenda.after(DAY_HOURS * HOUR_US, again)

    async def _act(self, path: str, name: str, **body: Any) -> Mapping[str, Any] | None:
        """A step of the office; nothing where there is no turnover."""
        if not self._turnover:
            return None
        run = self._run
        content = {"unit_id": run.cast.root.unit_id, **body}
        return await run.act(f"/turnovers/{self._turnover}{path}", run.cast.operator, content, f"office-{name}")


def _calendar() -> WorkCalendar:
    return work_calendar(calendar_versions()[-1])
