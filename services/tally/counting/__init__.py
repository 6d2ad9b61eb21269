"""Counts ballots by the million in arrays. It decides nothing of its own: domain.counting says what it must come to."""
