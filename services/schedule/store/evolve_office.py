"""How events of meetings, papers, requirements, bookings and archives change the tables."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.schedule.domain import office_events as ev
from services.schedule.store.evolve_turnovers import bump

# ---- meetings ---------------------------------------------------------------------------------------------


def _called(tx: Transaction, fact: Fact, event: ev.MeetingCalled) -> None:
    tx.run(
        "INSERT INTO meeting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'called', 0, 0, '', 1)",
        (
            event.meeting_id, event.turnover_id, fact.position, event.unit_id, event.kind, event.title, event.day,
            event.place, json.dumps(event.agenda),
        ),
    )  # fmt: skip


def _held(tx: Transaction, fact: Fact, event: ev.MeetingHeld) -> None:
    tx.run(
        "UPDATE meeting SET state = 'held', day = ?, entitled_count = ?, present_count = ?, minutes_sha256 = ?, "
        "version = version + 1 WHERE meeting_id = ?",
        (event.day, event.entitled_count, event.present_count, event.minutes_sha256, event.meeting_id),
    )
    tx.run_many(
        "INSERT INTO meeting_decision VALUES (?, ?, ?, 0)",
        [(event.meeting_id, each.number, each.text) for each in event.decisions],
    )


def _cancelled(tx: Transaction, fact: Fact, event: ev.MeetingCancelled) -> None:
    tx.run("UPDATE meeting SET state = 'cancelled', version = version + 1 WHERE meeting_id = ?", (event.meeting_id,))


def _assigned(tx: Transaction, fact: Fact, event: ev.DecisionAssigned) -> None:
    tx.run(
        "UPDATE meeting_decision SET assigned = 1 WHERE meeting_id = ? AND number = ?", (event.meeting_id, event.number)
    )
    tx.run("UPDATE meeting SET version = version + 1 WHERE meeting_id = ?", (event.meeting_id,))


# ---- upward -----------------------------------------------------------------------------------------------


def _drafted(tx: Transaction, fact: Fact, event: ev.PaperDrafted) -> None:
    figures = json.dumps([(each.name, each.value, each.service, each.position) for each in event.figures])
    tx.run(
        "INSERT INTO paper VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'drafted', ?, ?, '', '', 0, '', "
        "0, '', '', '', '', '', 1)",
        (
            event.paper_id, event.turnover_id, fact.position, event.unit_id, event.kind, event.matter, event.title,
            event.text_digest, event.addressee, event.latest_day, figures,
        ),
    )  # fmt: skip


def _signed(tx: Transaction, fact: Fact, event: ev.PaperSigned) -> None:
    _move_paper(tx, event.paper_id, "signed")


def _sent(tx: Transaction, fact: Fact, event: ev.PaperSent) -> None:
    _move_paper(tx, event.paper_id, "sent")
    tx.run(
        "UPDATE paper SET number = ?, sent_day = ?, file_sha256 = ?, late_days = ? WHERE paper_id = ?",
        (event.number, event.day, event.file_sha256, event.late_days, event.paper_id),
    )


def _paper_withdrawn(tx: Transaction, fact: Fact, event: ev.PaperWithdrawn) -> None:
    _move_paper(tx, event.paper_id, "withdrawn")


def _answered(tx: Transaction, fact: Fact, event: ev.RequestAnswered) -> None:
    _move_paper(tx, event.paper_id, "answered")
    tx.run(
        "UPDATE paper SET approved = ?, reply_number = ?, reply_day = ?, reply_organ = ?, reply_text = ?, "
        "reply_sha256 = ? WHERE paper_id = ?",
        (
            int(event.approved), event.number, event.day, event.organ, event.text, event.file_sha256, event.paper_id,
        ),
    )  # fmt: skip
    bump(tx, event.turnover_id)


def _move_paper(tx: Transaction, paper_id: str, state: str) -> None:
    tx.run("UPDATE paper SET state = ?, version = version + 1 WHERE paper_id = ?", (state, paper_id))


def _received(tx: Transaction, fact: Fact, event: ev.RequirementReceived) -> None:
    tx.run(
        "INSERT INTO requirement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'required', '', '', '', 1)",
        (
            event.requirement_id, event.turnover_id, fact.position, event.unit_id, event.source, event.number,
            event.day, event.text, event.due_day, event.file_sha256, event.every_workdays,
        ),
    )  # fmt: skip


def _requirement_assigned(tx: Transaction, fact: Fact, event: ev.RequirementAssigned) -> None:
    tx.run(
        "UPDATE requirement SET state = 'assigned', version = version + 1 WHERE requirement_id = ?",
        (event.requirement_id,),
    )


def _reported(tx: Transaction, fact: Fact, event: ev.RequirementReported) -> None:
    tx.run(
        "UPDATE requirement SET state = 'reported_back', report_day = ?, report_number = ?, report_text = ?, "
        "version = version + 1 WHERE requirement_id = ?",
        (event.day, event.number, event.text, event.requirement_id),
    )


# ---- units' meetings --------------------------------------------------------------------------------------


def _booked(tx: Transaction, fact: Fact, event: ev.UnitMeetingBooked) -> None:
    tx.run(
        "INSERT INTO booking VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.booking_id, event.turnover_id, fact.position, event.unit_id, event.milestone_id, event.day,
            event.from_minute, event.until_minute, event.place, event.entitled_count, event.observer_id,
            event.notice_day,
        ),
    )  # fmt: skip


def _unbooked(tx: Transaction, fact: Fact, event: ev.UnitMeetingCancelled) -> None:
    tx.run("DELETE FROM booking WHERE booking_id = ?", (event.booking_id,))


# ---- closing ----------------------------------------------------------------------------------------------


def _filed(tx: Transaction, fact: Fact, event: ev.ResultsFiled) -> None:
    tx.run(
        "INSERT INTO filing VALUES (?, ?, ?, ?, ?)",
        (event.turnover_id, event.number, event.day, event.organ, event.file_sha256),
    )
    bump(tx, event.turnover_id, "filed")


def _archived(tx: Transaction, fact: Fact, event: ev.TurnoverArchived) -> None:
    gaps = json.dumps([(each.class_id, each.reason) for each in event.gaps])
    tx.run(
        "INSERT INTO archive VALUES (?, ?, ?, ?, '[]')", (event.turnover_id, event.manifest_sha256, event.items, gaps)
    )
    bump(tx, event.turnover_id, "archived")


def _erased(tx: Transaction, fact: Fact, event: ev.PersonalDataErased) -> None:
    # The rows of erasable tables went with the act itself; what the ledger feeds is emptied here, also in a refold.
    tx.run("UPDATE booking SET observer_id = '' WHERE turnover_id = ?", (event.turnover_id,))
    erased = json.dumps([(each.name, each.rows) for each in event.erased])
    tx.run("UPDATE archive SET erased = ? WHERE turnover_id = ?", (erased, event.turnover_id))
    bump(tx, event.turnover_id)


OFFICE_EVOLVE: Mapping[type, Evolve] = {
    ev.MeetingCalled: _called,
    ev.MeetingHeld: _held,
    ev.MeetingCancelled: _cancelled,
    ev.DecisionAssigned: _assigned,
    ev.PaperDrafted: _drafted,
    ev.PaperSigned: _signed,
    ev.PaperSent: _sent,
    ev.PaperWithdrawn: _paper_withdrawn,
    ev.RequestAnswered: _answered,
    ev.RequirementReceived: _received,
    ev.RequirementAssigned: _requirement_assigned,
    ev.RequirementReported: _reported,
    ev.UnitMeetingBooked: _booked,
    ev.UnitMeetingCancelled: _unbooked,
    ev.ResultsFiled: _filed,
    ev.TurnoverArchived: _archived,
    ev.PersonalDataErased: _erased,
}
