"""Every call against every role, held in the unit itself, above, below and elsewhere: only what the table says.

The expectation is worked out here a second time, from the tree alone, by whoever reads the table with a pencil.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.protobuf.message import Message

from huanjie.reporting.v1 import units_pb2
from services.chassis import tree_folds
from services.chassis.apsw_store import ApswStore
from services.chassis.binding import message_class
from services.chassis.ledger import Fact
from services.chassis.permissions import MACHINE, ROLES, Allow, Gatekeeper, Where
from services.chassis.principals import ANONYMOUS, AUDIENCE, Grant, Principal
from services.chassis.refusals import PermissionDenied, Unauthenticated
from services.chassis.service import CHASSIS_SCHEMA
from services.chassis.store import Reader, load_migrations
from tests.house.services import apps

# r ── a ── b ── c ; r ── s
PARENTS = {"unit_r": "", "unit_a": "unit_r", "unit_b": "unit_a", "unit_c": "unit_b", "unit_s": "unit_r"}
TARGET = "unit_b"
CALLS = [(name, method.name) for name, app in apps().items() for method in app.descriptor.methods]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    store = ApswStore(tmp_path_factory.mktemp("matrix") / "tree.sqlite3")
    store.claim("test")
    store.migrate(load_migrations("chassis", CHASSIS_SCHEMA))
    with store.transaction() as tx:
        for position, (unit_id, parent_id) in enumerate(PARENTS.items(), start=1):
            fact = Fact("reporting", position, unit_id, "", "t", 0, 0, "", "", "", "ledger_x")
            event = units_pb2.UnitEstablished(
                unit_id=unit_id, parent_id=parent_id, code=unit_id, name=unit_id, kind="k"
            )
            tree_folds.fold_established(tx, fact, event)
    with store.snapshot() as snapshot:
        yield snapshot
    store.close()


def above(unit_id: str) -> list[str]:
    parent = PARENTS[unit_id]
    return [parent, *above(parent)] if parent else []


def fits(way: Allow, role: str, held_in: str) -> bool:
    if role not in way.roles:
        return False
    if role == MACHINE:
        return True
    if way.where is Where.HELD:
        return True
    if way.where is Where.OWN:
        return held_in == TARGET
    if way.where is Where.ABOVE:
        return held_in in above(TARGET)
    return held_in == TARGET or held_in in above(TARGET)


def request_for(service: str, method: str, ways: tuple[Allow, ...]) -> Message:
    described = apps()[service].descriptor.methods_by_name[method].input_type
    request = message_class(described)()
    for way in ways:
        if way.where not in (Where.HELD, Where.OPEN):
            assert way.target in described.fields_by_name, f"{method} has no field {way.target}"
            setattr(request, way.target, TARGET)
    return request


@pytest.mark.parametrize(("service", "method"), CALLS, ids=[f"{s}.{m}" for s, m in CALLS])
def test_a_call_admits_exactly_whom_the_table_names(service: str, method: str, reader: Reader) -> None:
    ways = apps()[service].permissions[method]
    gatekeeper = Gatekeeper({method: ways})
    request = request_for(service, method, ways)
    for role in sorted(ROLES | {MACHINE, "a_role_that_nobody_named"}):
        for unit_id in [""] if role == MACHINE else PARENTS:
            principal = Principal("account_x", "d", AUDIENCE, (Grant(role, unit_id),), 0, 1)
            expected = any(way.where is Where.OPEN or fits(way, role, unit_id) for way in ways)
            try:
                gatekeeper.admit(reader, principal, method, request)
                admitted = True
            except PermissionDenied:
                admitted = False
            assert admitted == expected, (role, unit_id)


@pytest.mark.parametrize(("service", "method"), CALLS, ids=[f"{s}.{m}" for s, m in CALLS])
def test_nobody_unknown_gets_in(service: str, method: str, reader: Reader) -> None:
    ways = apps()[service].permissions[method]
    if any(way.where is Where.OPEN for way in ways):
        return
    with pytest.raises(Unauthenticated):
        Gatekeeper({method: ways}).admit(reader, ANONYMOUS, method, request_for(service, method, ways))


@pytest.mark.parametrize("service", apps().keys())
def test_only_known_roles_stand_in_the_table(service: str) -> None:
    for ways in apps()[service].permissions.values():
        for way in ways:
            assert way.roles <= ROLES | {MACHINE}
