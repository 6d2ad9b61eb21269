"""A vector times a credit strictly between zero and one, kept line by line as it changes (TRANSMISSION 2, floors)."""

from __future__ import annotations

from services.kernel.transmission.keys import EARNED_HERE, MASS_E9, Vector, add_into, add_share, is_earned


class Share:
    """`lines`: each line floored, and together exactly the whole mass.

    The earned lines sum to the floored yield: the node's own layer carries their remainder. What flooring took from
    the losses is carried by `carrier`, the late line that made the share necessary.
    """

    __slots__ = ("carrier", "denominator", "earned", "extra", "kept", "lines", "numerator")

    def __init__(self, vector: Vector, numerator: int, denominator: int, mass: int, late: Vector, carrier: int) -> None:
        self.numerator = numerator
        self.denominator = denominator
        self.carrier = carrier
        self.earned = self.kept = self.extra = 0
        self.lines: Vector = {}
        self.follow(vector, vector)
        add_into(self.lines, late)
        self.lines.pop(carrier, None)
        add_share(self.lines, carrier, mass * MASS_E9 - sum(self.lines.values()))

    def follow(self, vector: Vector, delta: Vector) -> Vector:
        """`vector` has just changed by `delta`: follow it, and return the change of `lines`."""
        numerator, denominator = self.numerator, self.denominator
        change: Vector = {}
        for key, moved in delta.items():
            amount = vector.get(key, 0)
            share = amount * numerator // denominator - (amount - moved) * numerator // denominator
            if share:
                change[key] = share
            if is_earned(key):
                self.earned += moved
                self.kept += share
        extra = self.earned * numerator // denominator - self.kept
        add_into(change, {EARNED_HERE: extra - self.extra})
        self.extra = extra
        add_into(change, {self.carrier: -sum(change.values())})
        add_into(self.lines, change)
        return change
