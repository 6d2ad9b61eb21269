"""Orders, what is owed, and digests as they are answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis.ask import Ask
from services.chassis.permissions import Allow
from services.chassis.store import Reader
from services.reporting.domain import deadlines as due
from services.reporting.domain.lights import light_of
from services.reporting.domain.orders import OPEN, TRANSITIONS, OrderAction, has_evidence
from services.reporting.domain.owing import Owed
from services.reporting.permissions import HANDLES, ORDERS, REVIEWS
from services.reporting.queries.matter_messages import May, Names, short_light
from services.reporting.store import directives
from services.reporting.store.orders import DigestRow, OrderRow
from services.reporting.store.posts import posts_of

_METHODS: Final[tuple[tuple[str, OrderAction, tuple[Allow, ...]], ...]] = (
    ("AcceptOrder", OrderAction.ACCEPT, HANDLES),
    ("AnswerOrder", OrderAction.ANSWER, HANDLES),
    ("CloseOrder", OrderAction.CLOSE, REVIEWS),
    ("ReturnOrder", OrderAction.RETURN, REVIEWS),
    ("WithdrawOrder", OrderAction.WITHDRAW, ORDERS),
)
_REVIEWING: Final = (OrderAction.CLOSE, OrderAction.RETURN)


class Titles:
    """Titles of directives, each looked up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._titles: dict[str, str] = {}

    def of(self, directive_id: str) -> str:
        """Empty when there is no such directive."""
        if directive_id not in self._titles:
            directive = directives.find(self._reader, directive_id)
            self._titles[directive_id] = directive.title if directive else ""
        return self._titles[directive_id]


def order_messages(ask: Ask, rows: Iterable[OrderRow], now_us: int) -> list[pb.Order]:
    """The rows in their order; a handler is offered no review, and nobody a close without evidence."""
    shown = list(rows)
    names, titles, may = Names(ask.reader), Titles(ask.reader), May(ask)
    persons = {
        (post.unit_id, post.person_id): post.person_name
        for posts in posts_of(ask.reader, {row.order.unit_id for row in shown}).values()
        for post in posts
    }
    found = []
    for row in shown:
        order = row.order
        handled = ask.principal.account_id in order.handlers
        found.append(pb.Order(
            order_id=order.order_id,
            turnover=order.turnover,
            number=row.number,
            issuer_unit_id=row.issuer_unit_id,
            issuer_unit_name=names.of(row.issuer_unit_id),
            unit_id=order.unit_id,
            unit_name=names.of(order.unit_id),
            person_name=persons.get((order.unit_id, row.person_id), ""),
            directive_id=row.directive_id,
            directive_title=titles.of(row.directive_id),
            stage=row.stage,
            text=row.text,
            state=order.state,
            version=order.version,
            issued_us=row.issued_us,
            due_us=order.due_us,
            summary=row.summary,
            evidence=order.evidence,
            evidence_reference=order.evidence_reference,
            reason=row.reason,
            light=short_light(order.due_us, now_us) if order.state in OPEN else "",
            actions=[
                method
                for method, action, ways in _METHODS
                if (order.state, action) in TRANSITIONS
                and may(ways, order.unit_id, directives.route_of(ask.reader, row.directive_id))
                and not (action in _REVIEWING and handled)
                and not (action is OrderAction.CLOSE and not has_evidence(order))
            ],
        ))  # fmt: skip
    return found


def owed_messages(reader: Reader, items: Iterable[tuple[str, Owed]], now_us: int) -> list[pb.OwedItem]:
    """(directive, what is owed) with their lights, in their order."""
    names, titles, calendar = Names(reader), Titles(reader), due.newest_calendar()
    return [
        pb.OwedItem(
            directive_id=directive_id,
            directive_title=titles.of(directive_id),
            assignment_unit_id=item.assignment_unit_id,
            assignment_unit_name=names.of(item.assignment_unit_id),
            unit_id=item.unit_id,
            unit_name=names.of(item.unit_id),
            stage=item.stage,
            due_us=item.due_us,
            light=light_of(item.due_us, now_us, calendar),
        )
        for directive_id, item in items
    ]


def digest_messages(reader: Reader, rows: Iterable[DigestRow], now_us: int) -> list[pb.Digest]:
    """The rows in their order."""
    return [
        pb.Digest(
            unit_id=row.unit_id,
            stage=row.stage,
            day_us=row.day_us,
            items=owed_messages(
                reader,
                [(one.directive_id, Owed(one.unit_id, one.unit_id, row.stage, one.due_us)) for one in row.items],
                now_us,
            ),
            left_out=row.left_out,
        )
        for row in rows
    ]
