"""The language of cross-field rules: whole numbers, + - *, comparisons, and, or, not, given(field); nothing else.

Comparisons give 1 or 0; a date counts as its day's ordinal; a choice or text may only be compared with a quoted text.
Python's own parser reads it, and every node that is not named here is refused when the form is loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

EXPRESSION_CHARS_MAX: Final = 1_000
NODES_MAX: Final = 200
LITERAL_MAX: Final = 10**9

Value = int | str
# Figures by field id; what is not given is absent.
Values = Mapping[str, Value]

_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[int, int], int]]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[int, int], bool]]] = {
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
}
_GIVEN: Final = "given"


class ExpressionBroken(ValueError):
    """The text is no expression of this language, or names a field that the form does not have."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression. `needs`: the fields without which it says nothing."""

    text: str
    needs: frozenset[str]
    _root: ast.expr

    def of(self, values: Values) -> int | None:
        """Its value; None while a figure that it needs is not given."""
        return _number(self._root, values) if self.needs <= values.keys() else None


def parse(text: str, numbers: frozenset[str], texts: frozenset[str]) -> Expression:
    """Reads an expression over fields that hold numbers or texts. Raises ExpressionBroken."""
    if len(text) > EXPRESSION_CHARS_MAX:
        raise ExpressionBroken(f"longer than {EXPRESSION_CHARS_MAX} characters")
    try:
        root = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionBroken(f"{text!r}: {error}") from None
    if sum(1 for _ in ast.walk(root)) > NODES_MAX:
        raise ExpressionBroken(f"more than {NODES_MAX} parts")
    check = _Check(text, numbers, texts)
    check.number(root)
    return Expression(text, frozenset(check.needs), root)


class _Check:
    """Walks a tree once, refusing whatever the language does not have."""

    def __init__(self, text: str, numbers: frozenset[str], texts: frozenset[str]) -> None:
        self.needs: set[str] = set()
        self._text, self._numbers, self._texts = text, numbers, texts

    def number(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=int() as value) if not isinstance(value, bool) and 0 <= value <= LITERAL_MAX:
                return
            case ast.Name(id=name) if name in self._numbers:
                self.needs.add(name)
            case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
                self.number(left)
                self.number(right)
            case ast.BoolOp(values=parts):
                for part in parts:
                    self.number(part)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.number(operand)
            case ast.Compare(left, [ast.Eq() | ast.NotEq()], [ast.Constant(value=str())]):
                self._choice(left)
            case ast.Compare(left, ops, others) if all(type(op) in _COMPARISONS for op in ops):
                for part in (left, *others):
                    self.number(part)
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=field)], keywords=[]) if name == _GIVEN:
                if field not in self._numbers | self._texts:
                    raise ExpressionBroken(f"{self._text!r}: no field {field}")
            case _:
                raise ExpressionBroken(f"{self._text!r}: {ast.unparse(node)} is not in the language")

    def _choice(self, node: ast.expr) -> None:
        if not isinstance(node, ast.Name) or node.id not in self._texts:
            raise ExpressionBroken(f"{self._text!r}: only a choice or text is compared with a quoted text")
        self.needs.add(node.id)


def _number(node: ast.expr, values: Values) -> int:
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.Name(id=name):
            return int(values[name])
        case ast.BinOp(left, op, right):
            return _ARITHMETIC[type(op)](_number(left, values), _number(right, values))
        case ast.BoolOp(op=ast.And(), values=parts):
            return int(all(_number(part, values) for part in parts))
        case ast.BoolOp(values=parts):
            return int(any(_number(part, values) for part in parts))
        case ast.UnaryOp(operand=operand):
            return int(not _number(operand, values))
        case ast.Compare(ast.Name(id=name), [op], [ast.Constant(value=str() as wanted)]):
            return int((values[name] == wanted) is isinstance(op, ast.Eq))
        case ast.Compare(left, ops, others):
            return int(_compared(left, ops, others, values))
        case ast.Call(args=[ast.Name(id=field)]):
            return int(field in values)
    raise ExpressionBroken(f"{ast.unparse(node)} is not in the language")


def _compared(left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], values: Values) -> bool:
    before = _number(left, values)
    for op, other in zip(ops, others, strict=True):
        after = _number(other, values)
        if not _COMPARISONS[type(op)](before, after):
            return False
        before = after
    return True
