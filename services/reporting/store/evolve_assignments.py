"""How events change directives and assignments, and what changes of the unit tree do to them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from services.chassis import routes, tree
from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.store import Transaction, int_of
from services.reporting.domain import directive_events as ev
from services.reporting.domain.directives import Deadlines, Directive
from services.reporting.domain.unit_events import PostHandedOver, UnitMerged
from services.reporting.store import directives
from services.reporting.store.assignments import OPEN_ITEMS, reached
from services.reporting.store.evolve_evidence import report_shown
from services.reporting.store.evolve_forms import report_sent_back, verification_done, verification_undone

_UNTIL_COLUMNS = {2: "receive_until_us", 3: "name_until_us", 4: "start_until_us", 5: "report_until_us"}


def _issued(tx: Transaction, fact: Fact, event: ev.DirectiveIssued) -> None:
    scope = event.scope
    tx.run(
        "INSERT INTO directive VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,'open',1,?)",
        (
            event.directive_id, fact.position, fact.turnover, event.number, event.title, event.text, event.basis,
            event.source, event.urgency, event.issuer_unit_id, scope.subtree_unit_id,
            directives.scope_json(scope.kinds, scope.unit_ids, scope.excluded_unit_ids), event.lead_unit_id,
            json.dumps(event.assisting_unit_ids), directives.deadlines_json(Deadlines.of(event.deadlines)),
            event.calendar_version, event.policy_version, event.verify_workdays, fact.occurred_at_us, event.route_id,
        ),
    )  # fmt: skip
    if event.evidence_reason:
        tx.run("INSERT INTO directive_evidence VALUES (?, ?)", (event.directive_id, event.evidence_reason))
    # A unit both listed and excluded is excluded.
    named = dict.fromkeys(scope.unit_ids, 0) | dict.fromkeys(scope.excluded_unit_ids, 1)
    tx.run_many("INSERT INTO directive_unit VALUES (?, ?, ?)", [(event.directive_id, *item) for item in named.items()])


def _directive_withdrawn(tx: Transaction, fact: Fact, event: ev.DirectiveWithdrawn) -> None:
    tx.run(
        "UPDATE directive SET state = 'withdrawn', version = version + 1 WHERE directive_id = ?", (event.directive_id,)
    )


# ---- dispatch ---------------------------------------------------------------------------------------------

# A dispatch that reaches a unit stays its own; one that comes later changes nothing.
_REACHES = (
    "ON CONFLICT (directive_id, unit_id) DO UPDATE SET dispatch_position = excluded.dispatch_position, "
    "shift_workdays = excluded.shift_workdays, "
    "state = CASE assignment.state WHEN 'pending' THEN 'dispatched' ELSE assignment.state END, "
    "state_before = CASE assignment.state_before WHEN 'pending' THEN 'dispatched' ELSE assignment.state_before END "
    "WHERE assignment.dispatch_position = 0 AND excluded.dispatch_position > 0"
)


def _dispatched(tx: Transaction, fact: Fact, event: ev.AssignmentsDispatched) -> None:
    key = (event.directive_id, event.parent_unit_id)
    row = tx.one("SELECT shift_workdays FROM assignment WHERE directive_id = ? AND unit_id = ?", key)
    shift = event.shift_workdays + (int_of(row[0]) if row else 0)
    tx.run("UPDATE assignment SET version = version + 1 WHERE directive_id = ? AND unit_id = ?", key)
    if not event.unit_ids:
        tx.run("INSERT OR IGNORE INTO assignment_dispatch VALUES (?, ?, ?, ?)", (*key, fact.position, shift))
        return
    tx.run_many(
        "INSERT INTO assignment (directive_id, unit_id, state, dispatch_position, shift_workdays) "
        f"VALUES (?, ?, 'dispatched', ?, ?) {_REACHES}",
        [(event.directive_id, unit_id, fact.position, shift) for unit_id in event.unit_ids],
    )


def _give_row(tx: Transaction, directive_id: str, unit_id: str) -> None:
    """Gives an assignment a row of its own, with the dispatch that has reached it by now."""
    tx.run(
        "INSERT INTO assignment (directive_id, unit_id, state, dispatch_position, shift_workdays) "
        "SELECT ?, u.unit_id, CASE WHEN d.position IS NULL THEN 'pending' ELSE 'dispatched' END, "
        "COALESCE(d.position, 0), COALESCE(d.shift_workdays, 0) FROM tree_unit u "
        "LEFT JOIN route_unit r ON r.route_id = (SELECT route_id FROM directive WHERE directive_id = ?) "
        "AND r.unit_id = u.unit_id LEFT JOIN assignment_dispatch d ON d.directive_id = ? "
        "AND d.parent_unit_id = COALESCE(r.parent_id, u.parent_id) AND COALESCE(r.joined, u.joined) <= d.position "
        f"WHERE u.unit_id = ? {_REACHES}",
        (directive_id, directive_id, directive_id, unit_id),
    )


# ---- the life of an assignment ----------------------------------------------------------------------------


def _set(tx: Transaction, event: ev.AssignmentReceived | ev.WorkStarted, state: str) -> None:
    tx.run(
        "UPDATE assignment SET state = ?, version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (state, event.directive_id, event.unit_id),
    )


def _received(tx: Transaction, fact: Fact, event: ev.AssignmentReceived) -> None:
    _give_row(tx, event.directive_id, event.unit_id)
    _set(tx, event, "received")


def _named(tx: Transaction, fact: Fact, event: ev.AssignmentNamed) -> None:
    tx.run(
        "UPDATE assignment SET state = CASE state WHEN 'received' THEN 'named' ELSE state END, post_id = ?, "
        "person_id = ?, target_us = ?, version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (event.post_id, event.person_id, event.target_us, event.directive_id, event.unit_id),
    )


def _started(tx: Transaction, fact: Fact, event: ev.WorkStarted) -> None:
    _set(tx, event, "started")


def _reported(tx: Transaction, fact: Fact, event: ev.ReportSubmitted) -> None:
    # A request for more time lapses with the report.
    tx.run(
        "UPDATE assignment SET state = ?, report_number = ?, due_count = ?, done_count = ?, summary = ?, "
        "on_behalf_by_unit_id = ?, reporter_id = ?, confirmed = 0, verify_due_us = ?, asked_stage = 0, "
        "asked_until_us = 0, version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (
            "rectified" if event.rectifies else "reported", event.report_number, event.due_count, event.done_count,
            event.summary, event.on_behalf_by_unit_id, fact.actor_id, event.verify_due_us, event.directive_id,
            event.unit_id,
        ),
    )  # fmt: skip
    report_shown(tx, event.directive_id, event.unit_id, event.report_number, event.evidence)


def _corrected(tx: Transaction, fact: Fact, event: ev.ReportCorrected) -> None:
    tx.run(
        "UPDATE assignment SET state = 'reported', report_number = ?, due_count = ?, done_count = ?, summary = ?, "
        "on_behalf_by_unit_id = ?, reporter_id = ?, confirmed = 0, verify_due_us = ?, correction_number = ?, "
        "correction_reason = ?, version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (
            event.report_number, event.due_count, event.done_count, event.summary, event.on_behalf_by_unit_id,
            fact.actor_id, event.verify_due_us, event.correction_number, event.reason, event.directive_id,
            event.unit_id,
        ),
    )  # fmt: skip
    report_shown(tx, event.directive_id, event.unit_id, event.report_number, event.evidence)


def _confirmed(tx: Transaction, fact: Fact, event: ev.ReportConfirmed) -> None:
    tx.run(
        "UPDATE assignment SET confirmed = 1, version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (event.directive_id, event.unit_id),
    )


def _verified(tx: Transaction, fact: Fact, event: ev.ReportVerified) -> None:
    tx.run(
        "UPDATE assignment SET state = 'verified', version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (event.directive_id, event.unit_id),
    )
    verification_done(tx, event)


def _returned(tx: Transaction, fact: Fact, event: ev.ReportReturned) -> None:
    tx.run(
        "UPDATE assignment SET state = 'returned', return_reason = ?, rectify_due_us = ?, verify_due_us = 0, "
        "version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (event.reason, event.rectify_due_us, event.directive_id, event.unit_id),
    )
    report_sent_back(tx, event)


def _withdrawn(tx: Transaction, fact: Fact, event: ev.AssignmentWithdrawn) -> None:
    _give_row(tx, event.directive_id, event.unit_id)
    tx.run(
        "UPDATE assignment SET state_before = state, state = 'withdrawn', version = version + 1 "
        "WHERE directive_id = ? AND unit_id = ?",
        (event.directive_id, event.unit_id),
    )


def _restored(tx: Transaction, fact: Fact, event: ev.AssignmentRestored) -> None:
    tx.run(
        "UPDATE assignment SET state = state_before, version = version + 1 WHERE directive_id = ? AND unit_id = ?",
        (event.directive_id, event.unit_id),
    )


def _asked(tx: Transaction, fact: Fact, event: ev.ExtensionAsked) -> None:
    _give_row(tx, event.directive_id, event.unit_id)
    tx.run(
        "UPDATE assignment SET asked_stage = ?, asked_until_us = ?, version = version + 1 "
        "WHERE directive_id = ? AND unit_id = ?",
        (event.stage, event.until_us, event.directive_id, event.unit_id),
    )


def _granted(tx: Transaction, fact: Fact, event: ev.ExtensionGranted) -> None:
    # More time for a returned report moves the day of its rectification.
    column = _UNTIL_COLUMNS[event.stage]
    tx.run(
        f"UPDATE assignment SET {column} = ?, asked_stage = 0, asked_until_us = 0, version = version + 1, "
        "rectify_due_us = CASE WHEN state = 'returned' THEN ? ELSE rectify_due_us END "
        "WHERE directive_id = ? AND unit_id = ?",
        (event.until_us, event.until_us, event.directive_id, event.unit_id),
    )


def _refused(tx: Transaction, fact: Fact, event: ev.ExtensionRefused) -> None:
    tx.run(
        "UPDATE assignment SET asked_stage = 0, asked_until_us = 0, version = version + 1 "
        "WHERE directive_id = ? AND unit_id = ?",
        (event.directive_id, event.unit_id),
    )


def _undone(tx: Transaction, fact: Fact, event: ev.ActUndone) -> None:
    tx.run(
        "UPDATE assignment SET state = ?, post_id = ?, person_id = ?, target_us = ?, version = version + 1 "
        "WHERE directive_id = ? AND unit_id = ?",
        (event.state, event.post_id, event.person_id, event.target_us, event.directive_id, event.unit_id),
    )
    if event.verifier_unit_id:
        verification_undone(tx, event)


# ---- the unit tree and posts ------------------------------------------------------------------------------


def assignments_of_moved(tx: Transaction, unit_id: str, old_parent_id: str) -> None:
    """A unit goes to another parent in the unit tree, and on every route where it has no link: what had reached it
    stays with it. To be called *before* the tree's own fold.
    """
    unit = tree.find(tx, unit_id)
    if unit is None or unit.parent_id != old_parent_id:
        return
    for directive in directives.all_open(tx):
        if not routes.link_of(tx, directive.route_id, unit_id):
            _keep_dispatch(tx, directive, unit_id)


def assignments_of_relinked(tx: Transaction, route_id: str, unit_id: str) -> None:
    """A unit goes under another superior on a route. To be called *before* the route's own fold."""
    for directive in directives.all_open(tx):
        if directive.route_id == route_id:
            _keep_dispatch(tx, directive, unit_id)


def _keep_dispatch(tx: Transaction, directive: Directive, unit_id: str) -> None:
    unit = routes.find(tx, directive.route_id, unit_id)
    sent = unit is not None and reached(tx, directive.directive_id, unit).position
    if unit is not None and sent and directives.on_route(tx, directive, unit):
        _give_row(tx, directive.directive_id, unit_id)


def assignments_merged(tx: Transaction, event: UnitMerged) -> None:
    """A unit goes into another: its own open assignments end, its children keep theirs, and where it issued a
    directive or was the root of a scope the other takes its place. To be called *before* the tree's own fold.
    """
    for directive in directives.all_open(tx):
        for child in routes.children(tx, directive.route_id, event.unit_id):
            _keep_dispatch(tx, directive, child.unit_id)
    tx.run(
        "UPDATE assignment SET state_before = state, state = 'withdrawn', version = version + 1 "
        "WHERE unit_id = ? AND state NOT IN ('verified', 'withdrawn')",
        (event.unit_id,),
    )
    for column in ("issuer_unit_id", "subtree_unit_id"):
        tx.run(f"UPDATE directive SET {column} = ? WHERE {column} = ?", (event.into_unit_id, event.unit_id))


def items_handed_over(tx: Transaction, event: PostHandedOver) -> int:
    """The open assignments named to the old holder on the post are the new holder's; returns how many."""
    return tx.run(
        f"UPDATE assignment SET person_id = ? WHERE {OPEN_ITEMS}",
        (event.person_id, event.post_id, event.from_person_id),
    )


ASSIGNMENT_EVOLVE: Mapping[type, Evolve] = {
    ev.DirectiveIssued: _issued,
    ev.DirectiveWithdrawn: _directive_withdrawn,
    ev.AssignmentsDispatched: _dispatched,
    ev.AssignmentReceived: _received,
    ev.AssignmentNamed: _named,
    ev.WorkStarted: _started,
    ev.ReportSubmitted: _reported,
    ev.ReportConfirmed: _confirmed,
    ev.ReportCorrected: _corrected,
    ev.ReportVerified: _verified,
    ev.ReportReturned: _returned,
    ev.AssignmentWithdrawn: _withdrawn,
    ev.AssignmentRestored: _restored,
    ev.ExtensionAsked: _asked,
    ev.ExtensionGranted: _granted,
    ev.ExtensionRefused: _refused,
    ev.ActUndone: _undone,
}
