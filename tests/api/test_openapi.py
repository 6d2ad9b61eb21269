"""The API reference cannot drift, and a client can be generated from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gateway.api.document import DOCUMENT
from gateway.api.openapi import document, render
from gateway.api.table import OPERATIONS


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document()


def operations_of(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in made["paths"].values():
        yield from item.values()


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_committed_document_is_the_one_that_the_table_makes() -> None:
    assert DOCUMENT.read_bytes() == render(), "run: python -m gateway.api.openapi"


def test_every_operation_is_described_once_by_its_name(made: dict[str, Any]) -> None:
    described = [operation["operationId"] for operation in operations_of(made)]
    assert sorted(described) == sorted(operation.name for operation in OPERATIONS)


def test_every_operation_has_a_tag_a_summary_an_answer_and_its_refusals(made: dict[str, Any]) -> None:
    for operation in operations_of(made):
        assert operation["tags"] and operation["summary"]
        assert any(status.startswith("2") for status in operation["responses"])
        assert operation["responses"]["400"] == {"$ref": "#/components/responses/Refused400"}


def test_everything_that_is_referred_to_is_there_and_named_plainly(made: dict[str, Any]) -> None:
    for reference in references(made):
        node: Any = made
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    assert [name for name in made["components"]["schemas"] if "__" in name] == []


def test_only_open_operations_go_without_credentials(made: dict[str, Any]) -> None:
    strangers = {operation["operationId"] for operation in operations_of(made) if "security" not in operation}
    assert strangers == {
        "get_site", "log_in", "activate", "get_alive", "get_ready", "get_metrics", "get_document",
    }  # fmt: skip


def test_examples_are_what_the_operation_takes() -> None:
    for operation in OPERATIONS:
        if operation.body is not None and operation.example:
            operation.body.model_validate(dict(operation.example))
