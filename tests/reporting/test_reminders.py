"""Units are reminded of what they owe themselves, and told with the one message of the day."""

from __future__ import annotations

import pytest

from huanjie.reporting.v1 import reporting_pb2
from huanjie.reporting.v1 import supervision_pb2 as pb
from huanjie.schedule.v1 import turnovers_pb2
from services.chassis.ledger import Fact
from services.chassis.permissions import VERIFIER
from services.chassis.refusals import PermissionDenied
from services.kernel.workdays import day_of
from services.reporting.domain.messages import Channel
from services.reporting.loops import DigestRound, MessageRound
from tests.chassis.desk import principal
from tests.reporting.campaign import Campaign
from tests.reporting.test_act_on_many import done, rows
from tests.reporting.test_messages import Inbox, Running, mail_channel, mail_server, overdue, reach, text
from tests.reporting.test_undo import undo


def reminded(campaign: Campaign, *units: str) -> list[str]:
    return done(campaign, "RemindUnits", rows(campaign, *units), campaign.operator())


def today(campaign: Campaign, unit: str) -> list[tuple[str, bool]]:
    request = pb.ListTodayRequest(unit_id=campaign.ids[unit])
    items = campaign.office.ask(request, campaign.secretary(unit)).items
    return [(item.task, item.reminded_us > 0) for item in items]


def test_units_that_owe_are_reminded_once_a_day_and_never_of_what_a_superior_owes(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    campaign.reported("a1")
    campaign.reported("a2")
    campaign.above(reporting_pb2.VerifyReportRequest, "a2")
    # B has not passed on to b1; a1 waits for its verifier; nothing is left of a2.
    assert reminded(campaign, "B", "a3", "b1", "a1", "a2", "D") == [
        "accepted", "accepted", "SUPERIOR_OWES", "SUPERIOR_OWES", "NOTHING_OWED", "PERMISSION_DENIED",
    ]  # fmt: skip
    assert reminded(campaign, "B") == ["REMINDED_TODAY"]
    assert today(campaign, "B") == [("receive", True)]
    event = campaign.events("UnitReminded", "a3")[-1]
    assert (event.stage, event.by_unit_id) == (2, campaign.ids["D"])
    campaign.at(1)
    assert reminded(campaign, "B") == ["accepted"]
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "B")
    assert today(campaign, "B") == [("pass_on", False)]
    assert campaign.view("B").version == 2
    with pytest.raises(PermissionDenied):
        done(campaign, "RemindUnits", rows(campaign, "a3"), principal(VERIFIER, campaign.ids["D"]))
    assert campaign.office.desk.refold_differences() == []


async def test_reminders_go_with_the_one_message_of_the_day_and_not_once_they_are_met(campaign: Campaign) -> None:
    reach(campaign, "A", "B", "a1", "a2")
    overdue(campaign)
    assert reminded(campaign, "A", "B", "a1", "a2") == ["NOTHING_OWED", "accepted", "accepted", "accepted"]
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "a2")
    running, inbox = Running(campaign), Inbox()
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        for _ in range(2):
            await DigestRound(running, tuple(ports)).run()
            await MessageRound(running, ports).run()
        told = {str(mail["To"]): text(mail) for mail in inbox.mails}
        assert sorted(told) == ["a1@example.org", "a@example.org", "b@example.org"]
        assert "上级提醒本单位尽快办理的任务有 1 项" in told["a1@example.org"]
        assert "超期" not in told["a1@example.org"]
        assert "2 项任务超期" in told["a@example.org"]
        # What has gone out is not taken back; the next one waits for the next day's message.
        assert undo(campaign, "remind", "B", "a1", by=campaign.operator()) == ["UNDO_FOLLOWED", "UNDO_FOLLOWED"]
        campaign.at(8, hours=2)
        assert reminded(campaign, "a1") == ["REMINDED_TODAY"]
        # Quiet hours: a reminder given in the evening goes out the next morning.
        campaign.at(8, hours=10)
        campaign.own(reporting_pb2.ReceiveAssignmentRequest, "a3", receive_only=True)
        assert reminded(campaign, "a3") == ["accepted"]
        reach(campaign, "a3")
        await DigestRound(running, tuple(ports)).run()
        await MessageRound(running, ports).run()
        assert len(inbox.mails) == 3
        campaign.at(9)
        digests = DigestRound(running, tuple(ports))
        await digests.run()
        assert reminded(campaign, "a1") == ["accepted"]
        for _ in range(2):
            await digests.run()
            await MessageRound(running, ports).run()
    told_next = [str(mail["To"]) for mail in inbox.mails[3:]]
    assert [told_next.count(name) for name in ("a1@example.org", "a3@example.org")] == [1, 1]
    assert campaign.office.desk.refold_differences() == []


def test_a_reminder_is_taken_back_by_who_gave_it_until_it_has_gone_out(campaign: Campaign) -> None:
    campaign.issue()
    assert undo(campaign, "remind", "A", by=campaign.operator()) == ["NOTHING_TO_UNDO"]
    assert reminded(campaign, "A") == ["accepted"]
    assert undo(campaign, "remind", "A", by=campaign.secretary("D")) == ["UNDO_BY_ANOTHER"]
    assert undo(campaign, "remind", "A", by=campaign.operator()) == ["accepted"]
    assert today(campaign, "A") == [("receive", False)]
    assert reminded(campaign, "A") == ["accepted"]


async def test_what_schedule_says_of_a_units_plan_goes_with_its_message_also_late_in_the_day(
    campaign: Campaign,
) -> None:
    reach(campaign, "A", "D")
    overdue(campaign)
    running, inbox = Running(campaign), Inbox()
    heard: list[str] = []
    today = day_of(campaign.office.desk.clock.us).isoformat()

    def said(unit: str, day: str, *steps: str) -> None:
        items = [turnovers_pb2.PlanDigestItem(milestone_id=step, latest_day=day, standing="due") for step in steps]
        event = turnovers_pb2.PlanDigestMade(
            turnover_id=f"turnover_{unit}", unit_id=campaign.ids[unit], day=day, items=items
        )
        heard.append(unit)
        name, now = str(event.DESCRIPTOR.full_name), campaign.office.desk.clock.us
        fact = Fact("schedule", len(heard), "", "", name, now, now, "", "", "", "ledger_schedule")
        campaign.office.desk.hear("schedule", fact, name, event.SerializeToString())

    said("D", today, "mobilisation", "term_check")
    async with mail_server(inbox) as port:
        ports = {Channel.MAIL: mail_channel(port)}
        digests = DigestRound(running, tuple(ports))
        for unit in ("", "B", "A"):
            if unit:
                reach(campaign, unit)
                said(unit, today, "mobilisation")
            await digests.run()
            await MessageRound(running, ports).run()
    # One message each: A had its own before its plan was said.
    assert sorted(str(mail["To"]) for mail in inbox.mails) == ["a@example.org", "b@example.org", "d@example.org"]
    told = {str(mail["To"]): text(mail) for mail in inbox.mails}
    assert "换届计划中已超过、临近或难以赶上时限的步骤有 2 项" in told["d@example.org"]
    assert "项任务超期" in told["d@example.org"]
    assert "步骤有 1 项" in told["b@example.org"] and "超期" not in told["b@example.org"]
    assert "步骤" not in told["a@example.org"]
    assert campaign.office.desk.refold_differences() == []
