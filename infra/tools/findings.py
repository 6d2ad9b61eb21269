"""Write docs/tally-findings.md from the catalogue: `python -m infra.tools.findings`. A test compares the two."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.chassis.wording import Catalogue
from services.tally.domain.finding_numbers import FINDINGS

PAGE: Final = Path(__file__).parents[2] / "docs" / "tally-findings.md"
_HEAD: Final = """# Findings of a count

F.xxx cannot be and is put right from paper; W.xxx can be and asks for a written explanation, which is printed.
F.1xx and W.3xx are of one sheet, F.2xx and W.4xx of a sitting and its groups together. Written by
`python -m infra.tools.findings` from `services/tally/wording`.

| number | finding | the teller reads | the scrutineer reads |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page."""
    words = Catalogue.load("services.tally")
    rows = []
    for number in FINDINGS:
        keys = (f"finding:{number}", f"{number}.teller", f"{number}.scrutineer")
        cells = (f"{words.render(key, {}, 'zh')} · {words.render(key, {}, 'en')}" for key in keys)
        rows.append(f"| {number} | {' | '.join(cells)} |")
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
