"""Plays a campaign: every unit acts under every directive as its conduct says, and answers what the others did."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from infra.local.rehearsal import campaign, turnover
from infra.local.rehearsal.agenda import Act, Agenda
from infra.local.rehearsal.campaign import Task
from infra.local.rehearsal.cast import Cast, Unit, person
from infra.local.rehearsal.conduct import DAY_US, HOUR_US, Conduct, Temper, conduct_of
from infra.local.rehearsal.rest import Caller, Refused, Rest
from services.chassis.clock import BusinessClock
from services.kernel.workdays import day_of, start_of_day

REPORT_STAGE = 5
EXTENSION_DAYS = 3
RECTIFY_DAYS = 3
# Calendar days for a number of working days, about.
WEEK_WORKDAYS, WEEK_DAYS = 5, 7
# Working days that a layer takes to pass a directive on, receive it and name somebody; and to start.
LAYER_WORKDAYS, START_WORKDAYS = 3, 1
MORNING_US = 9 * HOUR_US

Tell = Callable[..., None]


class Campaign:
    """One run. ``tell(key, **params)`` hears of each phase, in the words of wording/."""

    def __init__(
        self, rest: Rest, cast: Cast, clock: BusinessClock, seed: int, left_out: frozenset[str], tell: Tell
    ) -> None:
        self.rest = rest
        self.cast = cast
        self.agenda = Agenda(clock)
        self.seed = seed
        # Units whose part is left to whoever sits at the screen.
        self.left_out = left_out
        self.tell = tell
        self._run = secrets.token_hex(4)
        self._begin_us = 0

    async def play(self) -> None:
        """Returns at the campaign's end. Raises PlatformGone."""
        self._begin_us = self.agenda.now_us()
        for number, task in enumerate(campaign.TASKS, start=1):
            self._on_day(task.day, self._issue(number, task))
        for number, day in enumerate(campaign.HAND_OVER_DAYS):
            self._on_day(day, self._hand_over(number))
        self._on_day(campaign.MERGE_DAY, self._merge)
        for day, act in turnover.Office(self).steps():
            self._on_day(day, act)
        for day in range(1, campaign.END_DAY + 1):
            self._on_day(day, self._day_line(day))
        await self.agenda.play()

    def day(self) -> int:
        """The campaign's day by the calendar, from 1."""
        return (day_of(self.agenda.now_us()) - day_of(self._begin_us)).days + 1

    def report_workdays(self, task: Task) -> int:
        """Time for the task, and for every layer of the district to pass it on."""
        return max(task.report_workdays, self.cast.layers * LAYER_WORKDAYS + START_WORKDAYS)

    async def act(self, path: str, caller: Caller, body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
        """A change; None when it was refused, which happens to everybody."""
        try:
            return await self.rest.post(path, caller, body, f"{self._run}-{name}")
        except Refused:
            return None

    def _on_day(self, day: int, act: Act) -> None:
        """At once on the first day; in the morning of later ones."""
        if day == 0:
            self.agenda.at(self._begin_us, act)
        else:
            morning = start_of_day(day_of(self._begin_us) + timedelta(days=day)) + MORNING_US
            self.agenda.at(max(morning, self._begin_us), act)

    def _issue(self, number: int, task: Task) -> Act:
        async def issue() -> None:
            root = self.cast.root
            printed = task.number.format(year=day_of(self._begin_us).year)
            body = {
                "turnover": f"{root.code}/district/{day_of(self._begin_us).year}",
                "number": printed,
                "title": task.title,
                "text": task.text,
                "basis": task.basis,
                "source": campaign.SOURCE,
                "urgency": task.urgency,
                "issuer_unit_id": root.unit_id,
                "scope": {"subtree_unit_id": root.unit_id, "kinds": list(task.kinds)},
                "lead_unit_id": root.unit_id,
                "plan": {"report_workdays": self.report_workdays(task)},
            }
            issued = await self.act("/directives", self.cast.operator, body, f"issue-{number}")
            if issued is None:
                return
            self.tell("phase_issued", day=self.day(), number=printed, title=task.title,
                      count=issued["units_in_scope"])  # fmt: skip
            self.follow(task, issued["directive_id"], number)

        return issue

    def follow(self, task: Task, directive_id: str, number: int) -> None:
        """The units act under a directive that was issued, each as its conduct says."""
        thread = Thread(self, task, directive_id, number)
        for child in self.cast.root.children:
            thread.reached(self.cast.units[child])

    def _hand_over(self, number: int) -> Act:
        async def hand_over() -> None:
            chance = Random(f"{self.seed}/hand-over/{number}")
            unit = chance.choice([unit for unit in self.cast.units.values() if unit.posts and unit.parent_id])
            body = {"person_name": person(self.seed, f"next/{unit.code}"), "acting": chance.randrange(3) == 0}
            path = f"/units/{unit.unit_id}/posts/{unit.posts[0]}/hand-over"
            if await self.act(path, self.cast.superior(unit), body, f"hand-over-{number}"):
                self.tell("phase_handed_over", day=self.day(), unit=unit.name)

        return hand_over

    async def _merge(self) -> None:
        """A small branch goes into its neighbour."""
        units = self.cast.units
        families = [
            [units[child] for child in unit.children if not units[child].children and child not in self.left_out]
            for unit in units.values()
        ]
        pairs = [family for family in families if len(family) > 1]
        if not pairs:
            return
        one, other, *_ = sorted(Random(f"{self.seed}/merge").choice(pairs), key=lambda unit: (unit.members, unit.code))
        body = {"into_unit_id": other.unit_id, "reason": campaign.MERGE_REASON}
        if await self.act(f"/units/{one.unit_id}/merge", self.cast.operator, body, "merge") is not None:
            units[one.parent_id].children.remove(one.unit_id)
            self.tell("phase_merged", day=self.day(), unit=one.name, into=other.name)

    def _day_line(self, day: int) -> Act:
        async def line() -> None:
            self.tell("phase_day", day=day + 1, done=self.rest.done, refused=self.rest.refused.total())

        return line


class Thread:
    """One directive on its way down and back up."""

    def __init__(self, run: Campaign, task: Task, directive_id: str, number: int) -> None:
        self._run = run
        self._cast = run.cast
        self._task = task
        self._directive_id = directive_id
        self._number = number

    def reached(self, unit: Unit) -> None:
        """The unit above has passed the directive on."""
        if not self._on_route(unit) or unit.unit_id in self._run.left_out or unit.unit_id not in self._cast.keys:
            return
        days = self._run.report_workdays(self._task) * WEEK_DAYS // WEEK_WORKDAYS
        conduct = conduct_of(self._run.seed, str(self._number), unit.code, days)
        part = _Part(self, unit, conduct)
        if conduct.temper is Temper.SILENT:
            if conduct.on_behalf and self.obliged(unit):
                self._run.agenda.after(days * DAY_US + conduct.review_after_us, part.reported_for)
            return
        self._run.agenda.after(conduct.receive_after_us, part.receive)

    def obliged(self, unit: Unit) -> bool:
        """Whether the directive asks a report of the unit."""
        return not self._task.kinds or unit.kind in self._task.kinds

    def _on_route(self, unit: Unit) -> bool:
        return self.obliged(unit) or self.goes_on(unit)

    def goes_on(self, unit: Unit) -> bool:
        """Whether the directive is for anybody below the unit."""
        return any(self._on_route(self._cast.units[child]) for child in unit.children)

    async def act(self, unit: Unit, step: str, caller: Caller, count: int = 0, **body: Any) -> bool:
        """One step of one unit's assignment; False when it was refused."""
        name = f"{self._number}-{unit.unit_id}-{step.replace('/', '-')}-{count}"
        return await self._run.act(self._path(unit, step), caller, body, name) is not None

    async def report_number(self, unit: Unit) -> int:
        """The number of the report on the superior's desk; 0 where there is none."""
        try:
            found = await self._run.rest.get(self._path(unit), self._cast.superior(unit))
        except Refused:
            return 0
        return int(found["report_number"])

    def after(self, delay_us: int, act: Act) -> None:
        self._run.agenda.after(delay_us, act)

    def _path(self, unit: Unit, step: str = "") -> str:
        base = f"/directives/{self._directive_id}/assignments/{unit.unit_id}"
        return f"{base}/{step}" if step else base


class _Part:
    """What one unit does under one directive, one step after another."""

    def __init__(self, thread: Thread, unit: Unit, conduct: Conduct) -> None:
        self._thread = thread
        self._unit = unit
        self._conduct = conduct
        self._own = thread._cast.keys[unit.unit_id]
        self._above = thread._cast.superior(unit)
        self._reviews = 0
        self._due = max(1, unit.members or len(unit.children))

    async def receive(self) -> None:
        if not await self._thread.act(self._unit, "receive", self._own):
            return
        if self._thread.goes_on(self._unit):
            self._thread.after(self._conduct.dispatch_after_us, self._dispatch)
        if self._thread.obliged(self._unit):
            self._thread.after(self._conduct.start_after_us, self._start)

    async def _dispatch(self) -> None:
        thread, units = self._thread, self._thread._cast.units
        if await thread.act(self._unit, "dispatch", thread._cast.own(self._unit)):
            for child in self._unit.children:
                thread.reached(units[child])

    async def _start(self) -> None:
        await self._thread.act(self._unit, "start", self._own)
        if self._conduct.asks_extension:
            await self._ask_extension()
        self._thread.after(self._conduct.report_after_us, self._report)

    async def _ask_extension(self) -> None:
        asked = await self._thread.act(
            self._unit, "extension", self._own,
            stage=REPORT_STAGE, workdays=EXTENSION_DAYS, reason=campaign.EXTENSION_REASON,
        )  # fmt: skip
        if asked:
            self._thread.after(self._conduct.review_after_us, self._answer_extension)

    async def _answer_extension(self) -> None:
        if self._conduct.granted:
            await self._thread.act(self._unit, "extension/grant", self._above)
        else:
            await self._thread.act(self._unit, "extension/refuse", self._above, reason=campaign.RETURN_REASONS[1])

    async def _report(self) -> None:
        if self._conduct.wrong_first and not self._reviews:
            await self._submit(self._due + 1, "wrong")
        if await self._submit(max(0, self._due * self._conduct.done_percent // 100), "report"):
            self._thread.after(self._conduct.review_after_us, self._review)

    async def _submit(self, done: int, name: str) -> bool:
        chance = Random(f"{self._unit.code}/{self._reviews}")
        return await self._thread.act(
            self._unit, "report", self._own, self._reviews + (100 if name == "wrong" else 0),
            due_count=self._due, done_count=done, summary=chance.choice(campaign.SUMMARIES),
        )  # fmt: skip

    async def _review(self) -> None:
        number = await self._thread.report_number(self._unit)
        if not number:
            return
        if self._reviews >= self._conduct.returned:
            await self._thread.act(self._unit, "verify", self._above, number, report_number=number)
            return
        self._reviews += 1
        reason = Random(f"{self._unit.code}/{number}").choice(campaign.RETURN_REASONS)
        returned = await self._thread.act(
            self._unit, "return", self._above, number,
            report_number=number, reason=reason, rectify_workdays=RECTIFY_DAYS,
        )  # fmt: skip
        if returned:
            self._thread.after(self._conduct.rectify_after_us, self._report)

    async def reported_for(self) -> None:
        """A unit that says nothing is reported for by its superior, and may confirm it later."""
        done = self._due * self._conduct.done_percent // 100
        await self._thread.act(self._unit, "receive", self._own)
        reported = await self._thread.act(
            self._unit, "report-on-behalf", self._above,
            due_count=self._due, done_count=done, summary=campaign.SUMMARIES[0],
        )  # fmt: skip
        if reported and self._conduct.confirms:
            self._thread.after(self._conduct.review_after_us, self._confirm)

    async def _confirm(self) -> None:
        await self._thread.act(self._unit, "confirm", self._own)
