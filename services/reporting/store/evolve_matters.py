"""How events change matters, questions of the public and good practice, and what a merger does to them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.chassis import tree
from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction
from services.reporting.domain import matter_events as ev
from services.reporting.domain.unit_events import UnitAbolished, UnitMerged


def _raised(tx: Transaction, fact: Fact, event: ev.MatterRaised) -> None:
    tx.run(
        "INSERT INTO matter (matter_id, position, turnover, unit_id, owner_unit_id, topic, kind, text, state, version, "
        "raised_us, due_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 1, ?, ?)",
        (
            event.matter_id, fact.position, fact.turnover, event.unit_id, event.owner_unit_id, event.topic, event.kind,
            event.text, fact.occurred_at_us, event.due_us,
        ),
    )  # fmt: skip


def _passed_up(tx: Transaction, fact: Fact, event: ev.MatterPassedUp) -> None:
    tx.run(
        "UPDATE matter SET owner_unit_id = ?, due_us = ?, times_passed_up = times_passed_up + 1, "
        "version = version + 1 WHERE matter_id = ?",
        (event.to_unit_id, event.due_us, event.matter_id),
    )


def _answered(tx: Transaction, fact: Fact, event: ev.MatterAnswered) -> None:
    tx.run(
        "UPDATE matter SET state = 'answered', answer = ?, answered_us = ?, answered_by_unit_id = ?, "
        "version = version + 1 WHERE matter_id = ?",
        (event.answer, fact.occurred_at_us, event.by_unit_id, event.matter_id),
    )


def _answer_published(tx: Transaction, fact: Fact, event: ev.MatterAnswerPublished) -> None:
    tx.run(
        "INSERT INTO published_answer SELECT matter_id, ?, topic, ?, ?, ?, ? FROM matter WHERE matter_id = ? "
        "ON CONFLICT (answer_id) DO UPDATE SET position = excluded.position, question = excluded.question, "
        "answer = excluded.answer, published_us = excluded.published_us, by_unit_id = excluded.by_unit_id",
        (fact.position, event.question, event.answer, fact.occurred_at_us, event.by_unit_id, event.matter_id),
    )
    tx.run("UPDATE matter SET published = 1, version = version + 1 WHERE matter_id = ?", (event.matter_id,))


def _settled(tx: Transaction, fact: Fact, event: ev.MatterSettled) -> None:
    tx.run("UPDATE matter SET state = 'settled', version = version + 1 WHERE matter_id = ?", (event.matter_id,))


def _reopened(tx: Transaction, fact: Fact, event: ev.MatterReopened) -> None:
    tx.run(
        "UPDATE matter SET state = 'waiting', due_us = ?, times_reopened = times_reopened + 1, version = version + 1 "
        "WHERE matter_id = ?",
        (event.due_us, event.matter_id),
    )


# ---- questions of the public ------------------------------------------------------------------------------


def _entered(tx: Transaction, fact: Fact, event: ev.PublicQuestionEntered) -> None:
    tx.run(
        "INSERT INTO public_question (question_id, position, turnover, unit_id, topic, channel, asked_us, question, "
        "state, version, due_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'entered', 1, ?)",
        (
            event.question_id, fact.position, fact.turnover, event.unit_id, event.topic, event.channel, event.asked_us,
            event.question, event.due_us,
        ),
    )  # fmt: skip


def _drafted(tx: Transaction, fact: Fact, event: ev.PublicAnswerDrafted) -> None:
    tx.run(
        "UPDATE public_question SET state = 'drafted', answer = ?, drafter_id = ?, send_back_reason = '', "
        "version = version + 1 WHERE question_id = ?",
        (event.answer, fact.actor_id, event.question_id),
    )


def _approved(tx: Transaction, fact: Fact, event: ev.PublicAnswerApproved) -> None:
    tx.run(
        "UPDATE public_question SET state = 'approved', version = version + 1 WHERE question_id = ?",
        (event.question_id,),
    )


def _sent_back(tx: Transaction, fact: Fact, event: ev.PublicAnswerSentBack) -> None:
    tx.run(
        "UPDATE public_question SET state = 'entered', send_back_reason = ?, version = version + 1 "
        "WHERE question_id = ?",
        (event.reason, event.question_id),
    )


def _public_published(tx: Transaction, fact: Fact, event: ev.PublicAnswerPublished) -> None:
    tx.run(
        "UPDATE public_question SET state = 'published', taken_working_minutes = ?, version = version + 1 "
        "WHERE question_id = ?",
        (event.taken_working_minutes, event.question_id),
    )
    tx.run(
        "INSERT INTO published_answer SELECT question_id, ?, topic, question, answer, ?, unit_id "
        "FROM public_question WHERE question_id = ?",
        (fact.position, fact.occurred_at_us, event.question_id),
    )


# ---- good practice ----------------------------------------------------------------------------------------


def _submitted(tx: Transaction, fact: Fact, event: ev.PracticeSubmitted) -> None:
    tx.run(
        "INSERT INTO practice VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'submitted', 1, '', ?) "
        "ON CONFLICT (practice_id) DO UPDATE SET topic = excluded.topic, title = excluded.title, "
        "method = excluded.method, evidence_reference = excluded.evidence_reference, evidence = excluded.evidence, "
        "shows_persons = excluded.shows_persons, consent = excluded.consent, state = 'submitted', "
        "submitted_us = excluded.submitted_us, return_reason = '', version = practice.version + 1",
        (
            event.practice_id, fact.position, fact.turnover, event.unit_id, event.topic, event.title, event.method,
            event.evidence_reference, json.dumps(event.evidence), int(event.shows_persons), event.consent,
            fact.occurred_at_us,
        ),
    )  # fmt: skip


def _practice_published(tx: Transaction, fact: Fact, event: ev.PracticePublished) -> None:
    tx.run("UPDATE practice SET state = 'published', version = version + 1 WHERE practice_id = ?", (event.practice_id,))


def _practice_returned(tx: Transaction, fact: Fact, event: ev.PracticeReturned) -> None:
    tx.run(
        "UPDATE practice SET state = 'returned', return_reason = ?, version = version + 1 WHERE practice_id = ?",
        (event.reason, event.practice_id),
    )


# ---- the unit tree ----------------------------------------------------------------------------------------


def matters_merged(tx: Transaction, event: UnitMerged) -> None:
    """What the unit raised, owes or handed in is its successor's."""
    ids = (event.into_unit_id, event.unit_id)
    tx.run("UPDATE matter SET unit_id = ? WHERE unit_id = ?", ids)
    tx.run("UPDATE matter SET owner_unit_id = ? WHERE owner_unit_id = ? AND state = 'waiting'", ids)
    tx.run("UPDATE public_question SET unit_id = ? WHERE unit_id = ?", ids)
    tx.run("UPDATE practice SET unit_id = ? WHERE unit_id = ?", ids)


def matters_abolished(tx: Transaction, event: UnitAbolished) -> None:
    """What an abolished unit still owes, the unit above it owes."""
    unit = tree.find(tx, event.unit_id)
    if unit is not None:
        tx.run(
            "UPDATE matter SET owner_unit_id = ? WHERE owner_unit_id = ? AND state = 'waiting'",
            (unit.parent_id, event.unit_id),
        )


MATTER_EVOLVE: Mapping[type, Evolve] = {
    ev.MatterRaised: _raised,
    ev.MatterPassedUp: _passed_up,
    ev.MatterAnswered: _answered,
    ev.MatterAnswerPublished: _answer_published,
    ev.MatterSettled: _settled,
    ev.MatterReopened: _reopened,
    ev.PublicQuestionEntered: _entered,
    ev.PublicAnswerDrafted: _drafted,
    ev.PublicAnswerApproved: _approved,
    ev.PublicAnswerSentBack: _sent_back,
    ev.PublicAnswerPublished: _public_published,
    ev.PracticeSubmitted: _submitted,
    ev.PracticePublished: _practice_published,
    ev.PracticeReturned: _practice_returned,
}
