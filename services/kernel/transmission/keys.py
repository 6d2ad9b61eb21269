"""Names and keys of the loss account, and the arithmetic of its sparse vectors.

A vector says where one node's whole mass stands: what was earned, and what was lost or is still open, by
layer (relative to the node), category and due class. Its values are 1e-9 units of mass and sum to exactly
mass * 10**9. A key packs layer, category and due class into one int, so that passing a vector up one layer
adds a constant.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from services.kernel.transmission.policy import FULL_CREDIT_E6

MASS_E9: Final = 1_000_000_000
"""One unit of mass, as vectors and yields count it."""

Vector = dict[int, int]


class TransmissionBroken(RuntimeError):
    """An invariant of the index does not hold: the scope and the events disagree, or the index has a fault."""


class Stage(IntEnum):
    """The six stages of an assignment (TRANSMISSION 1)."""

    DISPATCH = 1
    RECEIVE = 2
    NAME = 3
    START = 4
    REPORT = 5
    VERIFY = 6


class Category(IntEnum):
    """A line of the account. 1..5 are the stages; the verify share has two owners; EARNED is the yield
    itself.
    """

    DISPATCH = 1
    RECEIVE = 2
    NAME = 3
    START = 4
    REPORT = 5
    VERIFY_UNREPORTED = 6
    VERIFY_WAITING = 7
    EARNED = 8


class Side(IntEnum):
    """Who owns a line: the unit itself, or its superior (who dispatches and verifies)."""

    UNIT = 1
    SUPERIOR = 2


DUE_COMMON: Final = 0
"""Due at the directive's common latest time of the (layer, stage); 1..DUE_SHIFT_DAYS_MAX: that many working
days later.
"""
DUE_SHIFT_DAYS_MAX: Final = 9_999
DUE_DAY_MIN: Final = 700_000
"""From here on a due class is a date's ordinal: due at the end of that working day."""
DUE_SETTLED: Final = 0xFFFFFF
"""Nothing is due any more: earned, or done late and lost for good."""

_DUE_BITS: Final = 24
_LAYER_BITS: Final = 28
_DUE_MASK: Final = (1 << _DUE_BITS) - 1
LAYER_STEP: Final = 1 << _LAYER_BITS


def key_of(layer: int, category: Category, due_class: int) -> int:
    """Pack a line's place into one int."""
    return (layer << _LAYER_BITS) | (category << _DUE_BITS) | due_class


def layer_of(key: int) -> int:
    """The layer, counted from the node whose vector this is."""
    return key >> _LAYER_BITS


def category_of(key: int) -> Category:
    """The line's category."""
    return Category((key >> _DUE_BITS) & 15)


def due_class_of(key: int) -> int:
    """The line's due class: DUE_COMMON, a shift in working days, a day's ordinal, or DUE_SETTLED."""
    return key & _DUE_MASK


def stage_of(category: Category) -> Stage:
    """The stage a category belongs to. EARNED belongs to none: ValueError."""
    if category is Category.EARNED:
        raise ValueError("what was earned belongs to no single stage")
    return Stage(min(category, 6))


def side_of(category: Category) -> Side:
    """Who owns a line of that category (TRANSMISSION 4, Owners)."""
    return Side.SUPERIOR if category in (Category.DISPATCH, Category.VERIFY_WAITING) else Side.UNIT


def check_due_class(due_class: int) -> int:
    """The due class itself, or ValueError if it names neither a shift nor a day."""
    if 0 <= due_class <= DUE_SHIFT_DAYS_MAX or DUE_DAY_MIN <= due_class < DUE_SETTLED:
        return due_class
    raise ValueError(f"due class {due_class} is neither a shift in working days nor a day's ordinal")


def shifted(due_class: int, shift_days: int) -> int:
    """A due class as seen above an edge whose dispatch was `shift_days` late: only common times move."""
    return min(due_class + shift_days, DUE_SHIFT_DAYS_MAX) if due_class <= DUE_SHIFT_DAYS_MAX else due_class


_EARNED: Final = int(Category.EARNED)
EARNED_HERE: Final = key_of(0, Category.EARNED, DUE_SETTLED)


def is_earned(key: int) -> bool:
    """Whether the key counts what was earned rather than lost."""
    return (key >> _DUE_BITS) & 15 == _EARNED


def earned(vector: Vector) -> int:
    """The yield Y a vector carries, in 1e-9 units of mass."""
    return sum(amount for key, amount in vector.items() if is_earned(key))


def raised(vector: Vector, shift_days: int) -> Vector:
    """The vector as its parent sees it: one layer deeper, common times moved by the edge's shift."""
    if not shift_days:
        return lifted(vector, LAYER_STEP)
    above: Vector = {}
    for key, amount in vector.items():
        due = key & _DUE_MASK
        up = key - due + shifted(due, shift_days) + LAYER_STEP
        above[up] = above.get(up, 0) + amount
    return above


def add_into(vector: Vector, delta: Vector, offset: int = 0) -> None:
    """Add a change in place, each of its keys moved by `offset`; lines that become zero vanish."""
    get = vector.get
    for key, change in delta.items():
        place = key + offset
        amount = get(place, 0) + change
        if amount:
            vector[place] = amount
        elif place in vector:
            del vector[place]


def lifted(vector: Vector, offset: int) -> Vector:
    """The vector with each of its keys moved by `offset`."""
    return {key + offset: amount for key, amount in vector.items()} if offset else vector


def difference(old: Vector, new: Vector) -> Vector:
    """new - old, without zeros."""
    if not old:
        return dict(new)
    delta = {key: -amount for key, amount in old.items() if key not in new}
    for key, amount in new.items():
        change = amount - old.get(key, 0)
        if change:
            delta[key] = change
    return delta


def add_share(vector: Vector, key: int, amount: int) -> None:
    """Add one line, unless there is nothing in it."""
    if amount:
        vector[key] = vector.get(key, 0) + amount


def late_share(mass: int, credit_e6: int) -> int:
    """What a credit takes from a whole mass: (1 - q) * mass, exact in 1e-9 units."""
    return (FULL_CREDIT_E6 - credit_e6) * mass * 1000
