"""Every field that a request may be refused for has words: people never read the name that the protocol gives it."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from gateway.api.operations import parameters_of
from gateway.api.problems import Problems
from gateway.api.table import OPERATIONS
from gateway.api.uploads import FIELD
from services.chassis.wording import Catalogue, Language

ROOT = Path(__file__).parents[2]
REFUSAL = "BadRequest"
# Folders whose functions refuse fields of requests, under these names.
ASKED = ("services/*/commands/*.py", "services/*/queries/*.py", "services/chassis/*.py", "gateway/**/*.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Parameter = tuple[str, int]


@cache
def modules() -> dict[Path, ast.Module]:
    paths = {path for pattern in ASKED for path in ROOT.glob(pattern)}
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(paths)}


def called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def fields_given(call: ast.Call, helpers: dict[str, set[Parameter]]) -> Iterator[ast.expr]:
    """What a call names as the field that it refuses, or has a helper refuse."""
    if called(call) == REFUSAL:
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "field")
    for name, index in helpers.get(called(call), ()):
        yield from (keyword.value for keyword in call.keywords if keyword.arg == name)
        if index < len(call.args):
            yield call.args[index]


def helpers_in(trees: list[ast.Module]) -> dict[str, set[Parameter]]:
    """Functions that are told which field to refuse, by name, with the parameter: also those that pass it on."""
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, Function)]
    helpers: dict[str, set[Parameter]] = defaultdict(set)
    found = -1
    while found != (found := sum(map(len, helpers.values()))):
        for function in functions:
            taken = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                for given in fields_given(call, helpers):
                    if isinstance(given, ast.Name) and given.id in taken:
                        helpers[function.name].add((given.id, taken.index(given.id)))
    return helpers


def refused_fields(trees: list[ast.Module]) -> set[str]:
    """Every literal that is refused as a field, directly or by a helper."""
    helpers = helpers_in(trees)
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    given = (field for call in calls for field in fields_given(call, helpers))
    return {field.value for field in given if isinstance(field, ast.Constant) and isinstance(field.value, str)}


def names_of(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        yield from nested(field.annotation)


def nested(kind: Any) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from names_of(kind)
    for inner in get_args(kind):
        yield from nested(inner)


def operation_fields() -> set[str]:
    """Names in paths, queries and bodies of every operation, and that of an upload's file."""
    models = [model for operation in OPERATIONS for model in (operation.body, operation.query) if model is not None]
    in_paths = {name for operation in OPERATIONS for name in parameters_of(operation.path)}
    return {FIELD} | in_paths | {name for model in models for name in names_of(model)}


def wordless(names: set[str]) -> list[str]:
    words = Catalogue.load("gateway.api")
    return sorted(name for name in names if not all(f"field:{part}" in words for part in name.split(".")))


def test_every_field_that_the_code_refuses_has_words() -> None:
    names = refused_fields(list(modules().values()))
    assert {"scope.kinds", "phone", "rectify_workdays", "term_approval_number", "Idempotency-Key"} <= names, "found"
    assert wordless(names) == []


def test_every_field_of_every_operation_has_words() -> None:
    names = operation_fields()
    assert {"done_count", "unit_id", "cursor", "electors"} <= names, "found"
    assert wordless(names) == []


def test_no_words_are_kept_for_a_field_that_nothing_has() -> None:
    places = refused_fields(list(modules().values())) | operation_fields()
    known = {part for place in places for part in place.split(".")}
    kept = json.loads((ROOT / "gateway/api/wording/fields.zh.json").read_bytes())
    assert {key.removeprefix("field:") for key in kept} - known == set()


def test_a_field_without_words_would_be_found() -> None:
    source = """
def line_of(field, raw):
    return text_of(field, raw)

def text_of(field, raw):
    raise BadRequest(field=field, problem="required")

def refuse(command):
    line_of("through_helpers", command.text)
    raise BadRequest(field="by_itself", problem="required")
"""
    found = refused_fields([ast.parse(source)])
    assert found == {"through_helpers", "by_itself"}
    assert wordless(found) == sorted(found)


@pytest.mark.parametrize(
    ("field", "language", "said"),
    [
        ("phone", "zh", "“电话号码”一项必须填写"),
        ("phone", "en", "The field “telephone number” must be filled in"),
        ("rows.2.unit_id", "zh", "“各行内容 3 · 单位”一项"),
        ("scope.kinds", "en", "“scope · kinds of units”"),
        ("rows.2.nameless", "zh", "“rows.2.nameless”一项"),
        ("0.rows", "zh", "“0.rows”一项"),
    ],
)
def test_a_field_is_said_by_its_words_and_where_it_stands(field: str, language: Language, said: str) -> None:
    assert said in Problems.load().detail("BAD_REQUEST", {"field": field, "problem": "required"}, language)
