"""Ballots counted as with a pencil: read each aloud, make strokes on paper. Shares no code with domain."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any


def pencil_count(ballots: Iterable[Mapping[str, Any]], seats: int, revote: bool) -> dict[str, Any]:
    """Ballots: {"marks": "○×-?…", "written": […], "spoilt": bool}. Written names count beside × only.

    The result is comparable to a sheet: votes, valid, invalid, marks per place, and written names by what they sound
    like.
    """
    paper: dict[str, Any] = {"votes": 0, "valid": 0, "invalid": 0, "places": [], "written": {}}
    for ballot in ballots:
        paper["votes"] += 1
        named = ballot["marks"].count("○") + len(ballot["written"])
        if ballot["spoilt"] or named > seats:
            paper["invalid"] += 1
            continue
        paper["valid"] += 1
        for place, mark in enumerate(ballot["marks"]):
            while len(paper["places"]) <= place:
                paper["places"].append({"○": 0, "×": 0, "-": 0, "?": 0})
            paper["places"][place][mark] += 1
        if "×" in ballot["marks"] and not revote:
            for name in ballot["written"]:
                sound = _sound(name)
                paper["written"][sound] = paper["written"].get(sound, 0) + 1
    return paper


def _sound(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).lower()
    return "".join("·" if each in "·•・.。" else each for each in text if not each.isspace())
