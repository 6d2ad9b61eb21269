"""Every number that a finding of sheets.py can have: for pages and catalogues."""

from typing import Final

FINDINGS: Final = (
    *(f"F.{number}" for number in (*range(101, 115), *range(201, 206), 207, 208)),
    *("W.301", "W.302", "W.303", "W.401", "W.402"),
)
