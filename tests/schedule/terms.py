"""What milestones and facts are called in refusals, made from the shipped templates.

``python -m tests.schedule.terms`` writes services/schedule/wording/milestones.*.json; a test compares.
"""

from __future__ import annotations

import json
from typing import Literal

from services.schedule.domain.gates import atoms, key_of
from services.schedule.domain.milestones import Template
from services.schedule.domain.templates import shipped_templates
from services.schedule.queries.plan_messages import fact_words
from tests.house.services import ROOT

FOLDER = ROOT / "services" / "schedule" / "wording"
# Where several templates have a milestone of one id, the first of these names it.
FIRST = "district_congress"
LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")


def templates() -> list[Template]:
    """The district's first, then the others."""
    found = shipped_templates()
    return [found[FIRST], *(each for key, each in found.items() if key != FIRST)]


def terms(language: Literal["zh", "en"]) -> dict[str, str]:
    """Keys and texts, in the order of the templates."""
    found: dict[str, str] = {}
    place = LANGUAGES.index(language)
    for template in templates():
        found.setdefault(f"template:{template.key}", getattr(template.title, language))
        for milestone in template.milestones:
            for name in ("milestone", "predecessor"):
                found.setdefault(f"{name}:{milestone.id}", getattr(milestone.title, language))
            done = [f"done:{link.predecessor}" for link in milestone.after]
            facts = [*map(key_of, atoms(milestone.gate)), *milestone.records, *done]
            for fact in facts:
                words = fact_words(fact, template)[place]
                for name in ("missing", "fact"):
                    found.setdefault(f"{name}:{fact}", words)
                if fact.startswith("approval:"):
                    for name in ("matter", "needs"):
                        found.setdefault(f"{name}:{fact.partition(':')[2]}", words.partition("：")[2] or words)
    return found


def render(language: Literal["zh", "en"]) -> str:
    """The file's content."""
    return json.dumps(terms(language), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for each in LANGUAGES:
        (FOLDER / f"milestones.{each}.json").write_text(render(each), encoding="utf-8")
