"""Unscaled done-counters and honest latency (TRANSMISSION 5-7): plain counts, by layer relative to the
node.
"""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction
from typing import Final

from services.kernel.transmission.keys import Stage


class Counter(IntEnum):
    """What is counted. Each unit count is at most the route (or obliged) units of its layer in the scope."""

    DISPATCHED = 1
    DISPATCHED_ON_TIME = 2
    DISPATCHED_MASS = 3
    RECEIVED = 4
    RECEIVED_ON_TIME = 5
    NAMED = 6
    NAMED_ON_TIME = 7
    STARTED = 8
    STARTED_ON_TIME = 9
    REPORTED = 10
    REPORTED_ON_TIME = 11
    VERIFIED = 12
    VERIFIED_ON_TIME = 13
    RETURNED = 14
    BROKEN_DOWN = 15
    PASSED_THROUGH = 16


BUCKET_COUNT: Final = 16
"""Log2 buckets: bucket b holds 2**b <= minutes < 2**(b+1); below one minute in 0, past 45 days in the last.
"""

_COUNTER_BITS: Final = 10
COUNTER_STEP: Final = 1 << _COUNTER_BITS
_COUNTER_MASK: Final = COUNTER_STEP - 1
_LATENCY_BASE: Final = 64
_STAGE_STRIDE: Final = 32
_MINUTES_SUM: Final = 16
"""Within a stage's stride: sixteen buckets, then the sum of minutes."""

Counts = dict[int, int]


def counter_key(layer: int, counter: Counter) -> int:
    """Where a counter of a layer is kept."""
    return (layer << _COUNTER_BITS) | counter


def bucket_of(minutes: int) -> int:
    """The log2 bucket of an elapsed time."""
    bucket = minutes.bit_length() - 1
    if bucket < 0:
        return 0
    return bucket if bucket < BUCKET_COUNT else BUCKET_COUNT - 1


def bucket_key(layer: int, stage: Stage, bucket: int) -> int:
    """Where a latency bucket of a (layer, stage) is kept."""
    return (layer << _COUNTER_BITS) | (_LATENCY_BASE + stage * _STAGE_STRIDE + bucket)


def minutes_key(layer: int, stage: Stage) -> int:
    """Where the sum of elapsed minutes of a (layer, stage) is kept."""
    return bucket_key(layer, stage, _MINUTES_SUM)


def counter_layer(key: int) -> int:
    """The layer of a counter's key."""
    return key >> _COUNTER_BITS


def latency_quantile(counts: Counts, layer: int, stage: Stage, scope_units: int, quantile: Fraction) -> int | None:
    """Minutes within which that share of **all** units in scope had done the stage (a bucket's upper bound).

    None when the share is not reached yet: show "> elapsed" (TRANSMISSION 7).
    """
    done = 0
    for bucket in range(BUCKET_COUNT):
        done += counts.get(bucket_key(layer, stage, bucket), 0)
        if done and done >= quantile * scope_units:
            return 1 << (bucket + 1)
    return None


def latency_mean(counts: Counts, layer: int, stage: Stage) -> Fraction | None:
    """Mean elapsed minutes of the units that did the stage and told when; None if none did."""
    known = sum(counts.get(bucket_key(layer, stage, bucket), 0) for bucket in range(BUCKET_COUNT))
    return Fraction(counts.get(minutes_key(layer, stage), 0), known) if known else None
