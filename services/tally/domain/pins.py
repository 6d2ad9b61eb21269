"""What a PIN may be, and what a signature says. The key work itself is done outside the domain (context/)."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from services.tally.domain.errors import PinWeak

PIN_DIGITS_MIN: Final = 6
PIN_DIGITS_MAX: Final = 12


def check_pin(pin: str) -> None:
    """Six to twelve digits, not all the same, not in a row. Raises PinWeak."""
    digits = pin.isascii() and pin.isdigit() and PIN_DIGITS_MIN <= len(pin) <= PIN_DIGITS_MAX
    if not digits:
        raise PinWeak()
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise PinWeak()


def sheet_statement(sheet_id: str, generation: int, role: str, sheet_hash: str) -> bytes:
    """The bytes that a signature on a sheet is over."""
    return f"huanjie tally sheet v1\n{sheet_id}\n{generation}\n{role}\n{sheet_hash}\n".encode()


def record_statement(election_id: str, record_sha256: str) -> bytes:
    """The bytes that the chief scrutineer's signature is over."""
    return f"huanjie tally record v1\n{election_id}\n{record_sha256}\n".encode()
