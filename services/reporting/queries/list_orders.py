"""Supervision orders, what could be ordered, and what was told up the line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from huanjie.reporting.v1 import supervision_pb2 as pb
from services.chassis import routes, tree
from services.chassis.ask import Ask
from services.chassis.paging import cursor_of, key_of, rows_of
from services.chassis.refusals import BadRequest, NotFound
from services.chassis.store import Reader
from services.chassis.tree import TreeUnit
from services.kernel.paths import contains
from services.reporting.domain import deadlines as due
from services.reporting.domain.directives import Directive, DirectiveState
from services.reporting.domain.orders import OrderState
from services.reporting.domain.owing import Owed
from services.reporting.queries.get_assignment import seen_unit
from services.reporting.queries.list_directives import NEWEST, newest_first
from services.reporting.queries.order_messages import digest_messages, order_messages, owed_messages
from services.reporting.store import directives, orders
from services.reporting.store.orders import OrderRow
from services.reporting.store.owing import Owing

ORDERS_ROWS_DEFAULT: Final = 50
ORDERS_ROWS_MAX: Final = 500
# A page that finds little stops here and says where to go on.
PARENTS_LOOKED_AT_MAX: Final = 200
SLICE_PARENTS: Final = 50

# (position of the directive, path of the parent, stage and owner of the item)
Key = tuple[int, str, int, str]


def get_order(query: pb.GetOrderRequest, ask: Ask) -> pb.Order:
    """Raises NotFound, also for what the caller may not see."""
    row = orders.load_order_row(ask.reader, query.order_id)
    return order_messages(ask, [_seen(ask, row)], ask.context.now_us())[0]


def list_orders(query: pb.ListOrdersRequest, ask: Ask) -> pb.ListOrdersResponse:
    """Orders to a unit, or issued by one: the ledger of rectification, newest first."""
    if bool(query.unit_id) == bool(query.issuer_unit_id):
        raise BadRequest(field="unit_id", problem="required")
    states = {state.value for state in OrderState}
    if not states.issuperset(query.states):
        raise BadRequest(field="states", problem="out_of_range")
    unit = seen_unit(ask, query.unit_id or query.issuer_unit_id)
    column = "unit_id" if query.unit_id else "issuer_unit_id"
    (before,) = key_of(query, NEWEST)
    rows_max = rows_of(query, ORDERS_ROWS_DEFAULT, ORDERS_ROWS_MAX)
    wanted = sorted(set(query.states) or states)
    rows = orders.orders_of(ask.reader, column, unit.unit_id, wanted, min(int(before), NEWEST), rows_max + 1)
    cursor = cursor_of(rows[rows_max - 1].position) if len(rows) > rows_max else ""
    shown = order_messages(ask, rows[:rows_max], ask.context.now_us())
    return pb.ListOrdersResponse(orders=shown, next_cursor=cursor)


def list_order_proposals(query: pb.ListOrderProposalsRequest, ask: Ask) -> pb.ListOrderProposalsResponse:
    """What is red below a unit and no open order is about; newest directive first, then down the tree."""
    unit = seen_unit(ask, query.unit_id)
    position, path, stage, owner = key_of(query, NEWEST, "", 0, "")
    after: Key = (min(int(position), NEWEST), str(path), int(stage), str(owner))
    rows_max = rows_of(query, ORDERS_ROWS_DEFAULT, ORDERS_ROWS_MAX)
    now_us = ask.context.now_us()
    found: list[tuple[str, Owed]] = []
    last, cursor = after, ""
    looked_at = 0
    for key, directive_id, item in _red(ask.reader, unit, after, now_us):
        looked_at += item is None
        if len(found) == rows_max or looked_at > PARENTS_LOOKED_AT_MAX:
            cursor = cursor_of(*last)
            break
        last = key
        if item is not None:
            found.append((directive_id, item))
    return pb.ListOrderProposalsResponse(items=owed_messages(ask.reader, found, now_us), next_cursor=cursor)


def list_digests(query: pb.ListDigestsRequest, ask: Ask) -> pb.ListDigestsResponse:
    """What a unit was told to be overdue below it, newest day first."""
    unit = seen_unit(ask, query.unit_id)
    day_us, stage = key_of(query, NEWEST, 0)
    before = (min(int(day_us), NEWEST), int(stage))
    rows_max = rows_of(query, ORDERS_ROWS_DEFAULT, ORDERS_ROWS_MAX)
    rows = orders.digests_of(ask.reader, unit.unit_id, before, rows_max + 1)
    cursor = cursor_of(rows[rows_max - 1].day_us, rows[rows_max - 1].stage) if len(rows) > rows_max else ""
    shown = digest_messages(ask.reader, rows[:rows_max], ask.context.now_us())
    return pb.ListDigestsResponse(digests=shown, next_cursor=cursor)


def _red(reader: Reader, top: TreeUnit, after: Key, now_us: int) -> Iterator[tuple[Key, str, Owed | None]]:
    """What lies after a key; an item of None stands for a parent that is looked through."""
    for directive in newest_first(reader, after[0] + 1, DirectiveState.OPEN):
        owing = Owing(reader, directive, due.newest_calendar())
        path, stage, owner = after[1:] if directive.position == after[0] else ("", 0, "")
        # The parent in which the last page ended is looked through again.
        for parent in _parents(reader, directive, top, path):
            for item in _items(owing, parent, top, now_us):
                if parent.path == path and (item.stage, item.unit_id) <= (stage, owner):
                    continue
                if orders.open_number(reader, directive.directive_id, item.unit_id, item.stage):
                    continue
                yield (directive.position, parent.path, item.stage, item.unit_id), directive.directive_id, item
            # Past every stage: the next page begins behind this parent.
            yield (directive.position, parent.path, max(due.STAGES) + 1, ""), directive.directive_id, None


def _parents(reader: Reader, directive: Directive, top: TreeUnit, from_path: str) -> Iterator[TreeUnit]:
    route_id = directive.route_id
    issuer, top = routes.find(reader, route_id, directive.issuer_unit_id), routes.stand(reader, route_id, top)
    if issuer is None or not (contains(issuer.path, top.path) or contains(top.path, issuer.path)):
        return
    area = top if contains(issuer.path, top.path) else issuer
    # One character less: the parent itself is looked at again.
    path = from_path[:-1]
    while parents := routes.parents_page(reader, route_id, area.path, path, SLICE_PARENTS):
        yield from parents
        path = parents[-1].path


def _items(owing: Owing, parent: TreeUnit, top: TreeUnit, now_us: int) -> list[Owed]:
    """One an owner and stage, without what the asking unit owes itself."""
    found: dict[tuple[int, str], Owed] = {}
    for item, _ in owing.below(parent):
        if item.due_us < now_us and item.unit_id != top.unit_id:
            found.setdefault((item.stage, item.unit_id), item)
    return [found[key] for key in sorted(found)]


def _seen(ask: Ask, row: OrderRow) -> OrderRow:
    unit = tree.find(ask.reader, row.order.unit_id)
    if unit is not None:
        standing = routes.stand(ask.reader, directives.route_of(ask.reader, row.directive_id), unit)
        if ask.scope().sees(unit.path) or ask.scope().sees_on_route(standing.path):
            return row
    raise NotFound(kind="order", id=row.order.order_id)
