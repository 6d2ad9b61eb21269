"""What is known of one node at one moment: small, storable, and enough to answer every question about it."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from services.kernel.transmission.counters import Counts
from services.kernel.transmission.facts import FACTS_WIDTH, Facts
from services.kernel.transmission.keys import (
    DUE_COMMON,
    MASS_E9,
    Category,
    TransmissionBroken,
    Vector,
    earned,
    key_of,
)
from services.kernel.transmission.policy import FULL_CREDIT_E6

FiguresRow = tuple[int, int, int, int, bytes]
"""(mass, own, yield_e9, reach, detail): the first four may be columns of their own."""

_WORD_BYTES = 8


@dataclass(frozen=True, slots=True)
class Figures:
    """One node's figures, local to it: neither its dispatch nor anything above weighs in.

    `mass`, `own`: M and s. `reach`: mass whose whole chain up to this node is received and named.
    `vector`: the account (`keys`), which sums to mass * 10**9. `counts`: done-counters (`counters`).
    `facts`: the unit's own record.
    """

    mass: int
    own: int
    reach: int
    vector: Vector
    counts: Counts = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    @classmethod
    def untouched(cls, mass: int, own: int) -> Figures:
        """The figures of a unit no event has touched: all of it waits for its receipt."""
        waiting = {key_of(0, Category.RECEIVE, DUE_COMMON): mass * MASS_E9} if mass else {}
        return cls(mass, own, 0, waiting)

    @property
    def yield_e9(self) -> int:
        """Y in 1e-9 units of mass."""
        return earned(self.vector)

    @property
    def loss_e9(self) -> int:
        """M - Y in 1e-9 units of mass."""
        return self.mass * MASS_E9 - self.yield_e9

    @property
    def index_e6(self) -> int | None:
        """TI in millionths of a percent (50.8 is 50_800_000), rounded down; None where nothing is obliged."""
        return self.yield_e9 * 100 * FULL_CREDIT_E6 // (self.mass * MASS_E9) if self.mass else None

    def check(self) -> Figures:
        """Itself, if the account sums to the mass and every line is positive; else TransmissionBroken."""
        total = sum(self.vector.values())
        if total != self.mass * MASS_E9 or min(self.vector.values(), default=1) <= 0:
            raise TransmissionBroken(f"an account of mass {self.mass} sums to {total} / {MASS_E9}")
        return self

    def to_row(self) -> FiguresRow:
        """Plain values to be stored."""
        numbers = [len(self.vector), *self.facts.row()]
        for pairs in (self.vector, self.counts):
            for key in sorted(pairs):
                numbers += (key, pairs[key])
        return self.mass, self.own, self.yield_e9, self.reach, struct.pack(f"<{len(numbers)}q", *numbers)

    @classmethod
    def from_row(cls, row: FiguresRow) -> Figures:
        """The figures `to_row` stored; TransmissionBroken if the row does not add up."""
        mass, own, yield_e9, reach, detail = row
        numbers = struct.unpack(f"<{len(detail) // _WORD_BYTES}q", detail)
        start = 1 + FACTS_WIDTH
        split = start + 2 * numbers[0]
        vector = dict(zip(numbers[start:split:2], numbers[start + 1 : split : 2], strict=True))
        counts = dict(zip(numbers[split::2], numbers[split + 1 :: 2], strict=True))
        figures = cls(mass, own, reach, vector, counts, Facts.from_row(numbers[1:start])).check()
        if figures.yield_e9 != yield_e9:
            raise TransmissionBroken(f"a row says {yield_e9} and its account {figures.yield_e9}")
        return figures
