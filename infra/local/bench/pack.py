"""The dispatch pack as the office gets it: over HTTP, from the click to the last byte, the first one included."""

from __future__ import annotations

import time

from infra.local.bench.overdue import Tell
from infra.local.bench.page import Result
from infra.local.bench.stage import Stage, post

PACK_SECONDS_MAX = 3.0
ROUNDS = 5
DIRECTIVES = 8


def pack_result(stage: Stage, tell: Tell) -> Result:
    """The slowest of all; each round freezes a moment of its own, so that nothing is printed from memory."""
    for number in range(DIRECTIVES):
        body = {
            "turnover": "turnover_bench", "number": f"示例{number}号", "title": "示例任务", "text": "示例",
            "issuer_unit_id": stage.root_id, "scope": {"subtree_unit_id": stage.root_id}, "urgency": "ordinary",
            "lead_unit_id": stage.root_id,
        }  # fmt: skip
        post(stage.operator, "/directives", body)
    slowest = {}
    for ending in ("pdf", "docx"):
        slowest[ending] = max(_seconds(stage, ending) for _ in range(ROUNDS))
    seen = ", ".join(f"{ending.upper()} {seconds:.2f} s" for ending, seconds in slowest.items())
    tell(f"dispatch pack: {seen}")
    return Result(
        f"dispatch pack of a district, slowest of {ROUNDS} each",
        f"< {PACK_SECONDS_MAX:.0f} s",
        seen,
        max(slowest.values()) < PACK_SECONDS_MAX,
    )


def _seconds(stage: Stage, ending: str) -> float:
    began = time.perf_counter()
    stage.operator.get(f"/dashboard/pack.{ending}", params={"unit": stage.root_id, "lang": "zh"}).raise_for_status()
    return time.perf_counter() - began
