"""Random elections without end, each counted in three ways: `python -m tests.tally.fuzz_counts 100000`.

Ballots are counted by the domain and with a pencil, sheets by the domain and by the program that recomputes records. A
disagreement prints its seed; add it to KEPT_SEEDS of test_counting_laws.py.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from random import Random

from tests.tally.elections import random_election
from tests.tally.test_counting_laws import agree, pencil_agrees

ELECTIONS_DEFAULT = 100_000
EVERY = 20_000


def main() -> None:
    """Ends with 1 at the first disagreement."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else ELECTIONS_DEFAULT
    first = int(os.environ.get("HUANJIE_SEED") or Random().getrandbits(32))
    print(f"{wanted} elections, seeds from {first}")
    seen: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(wanted):
        try:
            election = random_election(Random(first + number))
            for ballots in election.groups:
                pencil_agrees(election.contest, ballots)
            seen[agree(election)] += 1
        except AssertionError as error:
            print(f"the two disagree on seed {first + number}: {error}")
            raise SystemExit(1) from error
        if (number + 1) % EVERY == 0:
            print(f"{number + 1} agree after {time.monotonic() - began:.0f} s")
    print("; ".join(f"{how} {times}" for how, times in seen.most_common()))


if __name__ == "__main__":
    main()
