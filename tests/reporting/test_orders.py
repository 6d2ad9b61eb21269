"""Supervision orders and digests on a real store."""

from __future__ import annotations

import random
from typing import Any

import pytest

from huanjie.ledger.v1 import ledger_pb2
from huanjie.reporting.v1 import reporting_pb2
from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis.loops import own_act
from services.chassis.permissions import OPERATOR, UNIT_REPORTER, UNIT_SECRETARY, VERIFIER
from services.chassis.principals import AUDIENCE, Grant, Principal
from services.chassis.refusals import Refusal
from services.kernel.workdays import day_of, start_of_day
from services.reporting.commands.digest_acts import planned_digests, record_digests
from services.reporting.domain.deadlines import newest_calendar
from services.reporting.loops import is_quiet
from tests.chassis.desk import DISTRICT, START_US, principal
from tests.reporting.campaign import Campaign
from tests.reporting.shown import keep


def issue(campaign: Campaign, unit: str = "A", stage: int = 2, **fields: Any) -> pb.IssueOrderResponse:
    request = pb.IssueOrderRequest(
        unit_id=campaign.ids[unit], directive_id=campaign.directive, stage=stage, text="请抓紧签收。", **fields
    )
    answer: pb.IssueOrderResponse = campaign.office.do(request, campaign.operator())
    return answer


def order(campaign: Campaign, order_id: str, caller: Principal | None = None) -> pb.Order:
    found: pb.Order = campaign.office.ask(pb.GetOrderRequest(order_id=order_id), caller or campaign.operator())
    return found


def proposals(campaign: Campaign, unit: str = "D", rows_max: int = 50) -> list[tuple[str, int]]:
    """(unit, stage) of everything proposed, over all pages."""
    names = {unit_id: name for name, unit_id in campaign.ids.items()}
    found: list[tuple[str, int]] = []
    cursor = ""
    while True:
        request = pb.ListOrderProposalsRequest(unit_id=campaign.ids[unit], cursor=cursor, rows_max=rows_max)
        page = campaign.office.ask(request, campaign.operator())
        found += [(names[item.unit_id], item.stage) for item in page.items]
        if not (cursor := page.next_cursor):
            return found


def test_an_order_is_issued_answered_and_closed_by_another(campaign: Campaign) -> None:
    campaign.issue()
    issued = issue(campaign)
    assert issued.number == "督办〔2026〕1号"
    answer = pb.AnswerOrderRequest(order_id=issued.order_id, summary="已签收。", evidence=[keep(campaign, "A")])
    campaign.office.do(pb.AcceptOrderRequest(order_id=issued.order_id), campaign.secretary("A"))
    assert campaign.office.do(answer, campaign.secretary("A")).state == "answered"
    assert "CloseOrder" in order(campaign, issued.order_id).actions
    closed = campaign.office.do(pb.CloseOrderRequest(order_id=issued.order_id), campaign.operator())
    assert (closed.state, closed.version) == ("closed", 4)
    view = order(campaign, issued.order_id)
    assert (view.person_name, view.light, list(view.actions)) == ("A书记", "", [])


def test_an_order_without_evidence_is_not_closed_and_unknown_evidence_not_taken(campaign: Campaign) -> None:
    campaign.issue()
    order_id = issue(campaign).order_id
    unknown = pb.AnswerOrderRequest(order_id=order_id, summary="已签收。", evidence=["0" * 64])
    assert campaign.office.refusal(unknown, campaign.secretary("A")).code == "NOT_FOUND"
    campaign.office.do(pb.AnswerOrderRequest(order_id=order_id, summary="已签收。"), campaign.secretary("A"))
    refusal = campaign.office.refusal(pb.CloseOrderRequest(order_id=order_id), campaign.operator())
    assert refusal.code == "EVIDENCE_MISSING"
    assert "CloseOrder" not in order(campaign, order_id).actions
    paper = pb.AnswerOrderRequest(order_id=order_id, summary="已签收。", evidence_reference="档案室")
    campaign.office.do(paper, campaign.secretary("A"))
    assert "CloseOrder" in order(campaign, order_id).actions
    back = pb.ReturnOrderRequest(order_id=order_id, reason="请附签收截图", workdays=1)
    assert campaign.office.do(back, campaign.operator()).state == "accepted"
    assert order(campaign, order_id).reason == "请附签收截图"


def test_an_order_is_not_closed_by_its_handler_in_another_role(campaign: Campaign) -> None:
    campaign.issue()
    order_id = issue(campaign).order_id
    grants = (Grant(UNIT_SECRETARY, campaign.ids["A"]), Grant(OPERATOR, campaign.ids["D"]))
    both = Principal("account_both", DISTRICT, AUDIENCE, grants, 0, 1 << 62)
    campaign.office.do(pb.AcceptOrderRequest(order_id=order_id), both)
    answer = pb.AnswerOrderRequest(order_id=order_id, summary="已签收。", evidence=[keep(campaign, "A")])
    campaign.office.do(answer, campaign.secretary("A"))
    assert campaign.office.refusal(pb.CloseOrderRequest(order_id=order_id), both).code == "HANDLER_REVIEWS"
    assert "CloseOrder" not in order(campaign, order_id, both).actions
    assert campaign.office.refusal(pb.CloseOrderRequest(order_id=order_id), campaign.secretary("A")).code == (
        "PERMISSION_DENIED"
    )


def test_no_order_of_events_closes_an_order_with_its_handler_as_reviewer(campaign: Campaign, seed: int) -> None:
    chance = random.Random(seed)
    a, d = campaign.ids["A"], campaign.ids["D"]
    roles = [(UNIT_SECRETARY, a), (UNIT_REPORTER, a), (OPERATOR, d), (VERIFIER, d), (UNIT_SECRETARY, d)]
    people = [
        Principal(
            f"account_{number}", DISTRICT, AUDIENCE, tuple(Grant(*role) for role in chance.sample(roles, 2)), 0, 1 << 62
        )
        for number in range(5)
    ]
    people += [principal(UNIT_SECRETARY, a, "account_0"), principal(OPERATOR, d, "account_9")]
    evidence = keep(campaign, "A")
    closed = 0
    for _ in range(12):
        campaign.issue()
        order_id = issue(campaign).order_id
        steps: list[Any] = [
            pb.AcceptOrderRequest(order_id=order_id),
            pb.AnswerOrderRequest(order_id=order_id, summary="已办。", evidence=[evidence]),
            pb.AnswerOrderRequest(order_id=order_id, summary="已办。"),
            pb.ReturnOrderRequest(order_id=order_id, reason="续办"),
            pb.CloseOrderRequest(order_id=order_id),
        ]
        for _ in range(25):
            try:
                campaign.office.do(chance.choice(steps), chance.choice(people))
            except Refusal:
                continue
    handled: dict[str, set[str]] = {}
    for stored in campaign.office.desk.events():
        entry = reporting_entry(stored.entry)
        short = stored.type.rpartition(".")[2]
        if short in ("OrderAccepted", "OrderAnswered"):
            handled.setdefault(entry.subject, set()).add(entry.actor.id)
        if short in ("OrderClosed", "OrderReturned"):
            closed += short == "OrderClosed"
            assert entry.actor.id not in handled[entry.subject]
            assert entry.actor.unit_id != a
    assert closed > 0


def reporting_entry(entry: bytes) -> ledger_pb2.Entry:
    return ledger_pb2.Entry.FromString(entry)


def test_an_order_is_only_about_what_the_unit_owes_now_and_once(campaign: Campaign) -> None:
    campaign.issue()
    first = issue(campaign)
    with pytest.raises(Refusal) as caught:
        issue(campaign)
    assert caught.value.params() == {"number": first.number}
    for unit, stage in (("a1", 2), ("A", 5), ("A", 6), ("B", 1)):
        with pytest.raises(Refusal) as caught:
            issue(campaign, unit, stage)
        assert caught.value.code == "STEP_NOT_OWED", (unit, stage)
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "B")
    assert issue(campaign, "B", 1).number == "督办〔2026〕2号"
    campaign.office.do(pb.WithdrawOrderRequest(order_id=first.order_id, reason="已签收"), campaign.operator())
    assert issue(campaign).number == "督办〔2026〕3号"
    outside = pb.IssueOrderRequest(unit_id=campaign.ids["A"], directive_id=campaign.directive, stage=2, text="x")
    assert campaign.office.refusal(outside, campaign.operator("A")).code == "PERMISSION_DENIED"


def test_what_is_red_is_proposed_until_an_order_is_open(campaign: Campaign) -> None:
    campaign.issue()
    assert proposals(campaign) == []
    campaign.at(4)
    assert proposals(campaign) == proposals(campaign, rows_max=1) == [("A", 2), ("B", 2)]
    issue(campaign, "A")
    assert proposals(campaign) == [("B", 2)]
    campaign.own(reporting_pb2.ReceiveAssignmentRequest, "B")
    campaign.dispatch("B")
    campaign.at(30)
    # The branches were reached late by shifted times, which are over as well by now.
    assert proposals(campaign) == proposals(campaign, rows_max=1) == [("b1", 2), ("b2", 2)]
    assert proposals(campaign, "B") == [("b1", 2), ("b2", 2)]


def test_open_orders_go_with_a_hand_over_and_a_merger(campaign: Campaign) -> None:
    campaign.issue()
    order_id = issue(campaign).order_id
    hand_over = reporting_pb2.HandOverPostRequest(
        unit_id=campaign.ids["A"], post_id=campaign.posts["A"], person_name="示例乙"
    )
    campaign.office.do(hand_over)
    assert order(campaign, order_id).person_name == "示例乙"
    campaign.office.do(reporting_pb2.MergeUnitRequest(unit_id=campaign.ids["A"], into_unit_id=campaign.ids["B"]))
    assert order(campaign, order_id).unit_id == campaign.ids["B"]


# ---- digests ----------------------------------------------------------------------------------------------


def make_digests(campaign: Campaign) -> int:
    desk = campaign.office.desk
    with desk.store.snapshot() as reader:
        planned = list(planned_digests(reader, desk.clock.us))
    head = desk.recorder.ledger.head
    with desk.store.transaction() as tx:
        record_digests(own_act(tx, desk.recorder, desk.clock.us), planned)
    return int(desk.recorder.ledger.head - head)


def told(campaign: Campaign) -> list[tuple[str, int, str, int, int]]:
    """(who was told, stage, who owes, level, day) of every item ever told."""
    names = {unit_id: name for name, unit_id in campaign.ids.items()}
    return [
        (names[event.unit_id], event.stage, names[item.unit_id], item.level, event.day_us)
        for event in campaign.events("DigestMade")
        for item in event.items
    ]


def test_the_nearest_superior_is_told_at_once_and_one_more_after_each_grace(campaign: Campaign) -> None:
    campaign.issue()
    campaign.open_way("A")
    assert make_digests(campaign) == 0
    # a1 is due to receive on Friday the 20th.
    campaign.at(5)
    make_digests(campaign)
    assert [row[:4] for row in told(campaign) if row[2] == "a1"] == [("A", 2, "a1", 0)]
    campaign.at(7)
    make_digests(campaign)
    assert {row[:2] for row in told(campaign) if row[2] == "a1"} == {("A", 2)}
    campaign.at(8)
    make_digests(campaign)
    assert ("D", 2, "a1", 1) in [row[:4] for row in told(campaign)]


def test_a_digest_is_not_made_twice_however_often_it_is_begun(campaign: Campaign) -> None:
    campaign.issue()
    campaign.at(10)
    assert make_digests(campaign) == 1
    assert make_digests(campaign) == 0
    campaign.at(10, hours=5)
    assert make_digests(campaign) == 0
    campaign.at(11)
    assert make_digests(campaign) == 1
    request = pb.ListDigestsRequest(unit_id=campaign.ids["D"], rows_max=1)
    page = campaign.office.ask(request, campaign.operator())
    assert [item.unit_name for item in page.digests[0].items] == ["A", "B"] and page.next_cursor
    request.cursor = page.next_cursor
    assert campaign.office.ask(request, campaign.operator()).digests[0].day_us < page.digests[0].day_us


def test_deadlines_pass_without_a_trace(campaign: Campaign) -> None:
    campaign.issue()
    before = campaign.office.desk.state()
    campaign.at(60)
    assert proposals(campaign)
    assert campaign.office.desk.state() == before


def test_nobody_is_told_outside_office_hours() -> None:
    calendar = newest_calendar()
    for hours in range(24 * 14):
        now_us = START_US + hours * 3_600_000_000
        day = day_of(now_us)
        hour = (now_us - start_of_day(day)) // 3_600_000_000
        assert is_quiet(now_us) == (not calendar.is_workday(day) or hour < 9 or hour > 17)


def test_no_second_digest_and_nobody_late_for_what_a_superior_owed(campaign: Campaign, seed: int) -> None:
    """Random lives of three directives; every digest is checked against what the assignments' own view says."""
    chance = random.Random(seed)
    ids = {unit_id: name for name, unit_id in campaign.ids.items()}
    parents = {"A": "D", "B": "D", "a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B"}
    issued = [campaign.issue(title=f"事项{number}") for number in range(3)]
    checked = 0
    for day in range(1, 45):
        for _ in range(4):
            campaign.directive = chance.choice(issued)
            random_step(campaign, chance, parents)
        campaign.at(day)
        make_digests(campaign)
        for event in campaign.events("DigestMade"):
            if event.day_us != start_of_day(day_of(campaign.office.desk.clock.us)):
                continue
            for item in event.items:
                campaign.directive = item.directive_id
                assert rightly_late(campaign, event, ids[item.unit_id], item, parents), (day, event.stage, item)
                checked += 1
    assert checked > 20
    keys = [(event.unit_id, event.stage, event.day_us) for event in campaign.events("DigestMade")]
    assert len(keys) == len(set(keys))


def random_step(campaign: Campaign, chance: random.Random, parents: dict[str, str]) -> None:
    unit = chance.choice(list(parents))
    rp = reporting_pb2
    try:
        match chance.randrange(7):
            case 0 | 1:
                campaign.own(rp.ReceiveAssignmentRequest, unit, receive_only=chance.random() < 0.5)
            case 2:
                campaign.dispatch(unit)
            case 3:
                campaign.own(rp.NameResponsibleRequest, unit)
            case 4:
                campaign.report(unit)
            case 5:
                campaign.above(rp.ReportOnBehalfRequest, unit, by=parents[unit], due_count=1, done_count=1)
            case 6:
                kind = chance.choice([rp.VerifyReportRequest, rp.ReturnReportRequest])
                fields = {"reason": "补充"} if kind is rp.ReturnReportRequest else {}
                campaign.above(kind, unit, by=parents[unit], **fields)
    except Refusal:
        return


def rightly_late(campaign: Campaign, event: Any, owner: str, item: Any, parents: dict[str, str]) -> bool:
    """By the view of the assignments alone: the owner could act, did not, and its own time is over."""
    now_us = campaign.office.desk.clock.us
    above = []
    unit = owner
    while unit in parents:
        unit = parents[unit]
        above.append(campaign.ids[unit])
    if event.unit_id not in above or item.due_us >= now_us:
        return False
    below = [name for name, parent in parents.items() if parent == owner]
    if event.stage == 1:
        view = campaign.view(owner)
        return view.state not in ("pending", "dispatched") and not view.dispatched_on
    if event.stage == 6:
        reports = [campaign.view(one) for one in [*below, *(b for b, p in parents.items() if p in below)]]
        return any(view.state in ("reported", "rectified") for view in reports)
    expected = {2: "dispatched", 3: "received", 4: "named"}
    view = campaign.view(owner)
    states = (expected[event.stage],) if event.stage in expected else ("started", "returned")
    return view.state in states and campaign.due(owner, event.stage) == item.due_us
