"""Marks of small counting groups are not shown: of few ballots somebody could tell who gave which. Nor by subtraction.

Totals of a whole vote are always announced. `record` merges what may not be shown apart, so that it can be public.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# A group with fewer ballots is not shown apart.
GROUP_BALLOTS_MIN: Final = 10


def hidden_groups(ballots: Sequence[int]) -> frozenset[int]:
    """Which groups (by index) are not shown apart, given their ballots.

    If what is hidden were fewer than GROUP_BALLOTS_MIN ballots, the total less the groups shown would tell them: so
    the smallest of the others is hidden too. One hidden group alone is told by subtraction whatever its size.
    """
    hidden = {index for index, votes in enumerate(ballots) if votes < GROUP_BALLOTS_MIN}
    others = sorted((index for index in range(len(ballots)) if index not in hidden), key=lambda index: ballots[index])
    if not hidden:
        return frozenset()
    while others and (len(hidden) < 2 or sum(ballots[index] for index in hidden) < GROUP_BALLOTS_MIN):
        hidden.add(others.pop(0))
    return frozenset(hidden)
