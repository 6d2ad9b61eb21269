"""One table says who may ask for what; operations, calls and the services' own tables agree with it."""

from __future__ import annotations

import ast
from pathlib import Path

from gateway.api.parts import SERVICES, changes_nothing, find_rpc
from gateway.api.permissions import ACCESS, NOT_OVER_HTTP
from gateway.api.table import OPERATIONS
from gateway.identity.permissions import PERMISSIONS as IDENTITY
from services.chassis.permissions import PermissionTable, Where
from services.reporting.permissions import PERMISSIONS as REPORTING
from services.schedule.permissions import PERMISSIONS as SCHEDULE
from services.tally.permissions import PERMISSIONS as TALLY

TABLES: dict[str, PermissionTable] = {
    "reporting": REPORTING,
    "identity": IDENTITY,
    "schedule": SCHEDULE,
    "tally": TALLY,
}
API = Path(__file__).parents[2] / "gateway" / "api"


def test_every_operation_stands_in_the_table_and_nothing_else_does() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert set(names) == set(ACCESS)


def test_every_call_of_every_service_is_made_by_an_operation_or_named_as_not_over_http() -> None:
    served = {rpc for access in ACCESS.values() for rpc in access.rpcs}
    declared = {f"{name}.{method.name}" for name, descriptor in SERVICES.items() for method in descriptor.methods}
    assert served.isdisjoint(NOT_OVER_HTTP)
    assert served | set(NOT_OVER_HTTP) == declared


def test_the_services_have_a_permission_for_every_call_and_no_other() -> None:
    for name, descriptor in SERVICES.items():
        assert set(TABLES[name]) == {method.name for method in descriptor.methods}


def test_an_operation_is_open_exactly_when_its_service_takes_the_call_from_anyone() -> None:
    for name, access in ACCESS.items():
        for rpc in access.rpcs:
            service, method = find_rpc(rpc)
            open_call = any(way.where is Where.OPEN for way in TABLES[service][method.name])
            # Signing out needs no principal there; here one signs out of the session that one has.
            assert access.open == open_call or name == "log_out", (name, rpc)


def test_reads_are_made_with_get_and_changes_are_not() -> None:
    for operation in OPERATIONS:
        if rpcs := ACCESS[operation.name].rpcs:
            assert all(map(changes_nothing, rpcs)) == (operation.method == "GET"), operation.name


def test_no_operation_makes_a_call_that_the_table_does_not_name() -> None:
    named = {rpc for access in ACCESS.values() for rpc in access.rpcs} | set(NOT_OVER_HTTP)
    methods = {rpc.partition(".")[2] for rpc in named}
    for module in API.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                service, _, method = node.value.partition(".")
                if service in SERVICES and method.isalpha():
                    assert method in methods and node.value in named, (module.name, node.value)


def test_the_call_in_an_operations_row_is_the_one_in_the_table() -> None:
    rows = {}
    for module in API.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("command", "query"):
                texts = [str(one.value) for one in node.args if isinstance(one, ast.Constant)]
                rows[texts[0]] = next(text for text in texts if text.partition(".")[0] in SERVICES)
    assert len(rows) > 30
    assert {name: ACCESS[name].rpcs for name in rows} == {name: (rpc,) for name, rpc in rows.items()}
