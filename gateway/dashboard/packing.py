"""How counts by layer are kept in a column: plain little-endian numbers."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from gateway.dashboard.tree import Layers
from services.kernel.transmission import ScopeLayer

_WORD_BYTES = 4
_FIELDS = 3


def pack_scope(layers: Sequence[ScopeLayer]) -> bytes:
    """A scope's layers: three numbers each."""
    numbers = [number for layer in layers for number in layer]
    return struct.pack(f"<{len(numbers)}I", *numbers)


def unpack_scope(packed: bytes) -> tuple[ScopeLayer, ...]:
    """What `pack_scope` made."""
    numbers = struct.unpack(f"<{len(packed) // _WORD_BYTES}I", packed)
    return tuple(ScopeLayer(*numbers[at : at + _FIELDS]) for at in range(0, len(numbers), _FIELDS))


def pack_layers(layers: Layers) -> bytes:
    """A unit's counts: for each layer how many cells, then each cell and its count."""
    numbers: list[int] = []
    for layer in layers:
        numbers.append(len(layer))
        for cell in sorted(layer):
            numbers += (cell, layer[cell])
    return struct.pack(f"<{len(numbers)}I", *numbers)


def unpack_layers(packed: bytes) -> list[dict[int, int]]:
    """What `pack_layers` made."""
    numbers = struct.unpack(f"<{len(packed) // _WORD_BYTES}I", packed)
    layers: list[dict[int, int]] = []
    at = 0
    while at < len(numbers):
        end = at + 1 + 2 * numbers[at]
        layers.append(dict(zip(numbers[at + 1 : end : 2], numbers[at + 2 : end : 2], strict=True)))
        at = end
    return layers
