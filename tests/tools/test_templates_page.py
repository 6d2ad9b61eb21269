"""docs/templates.md says what the shipped templates say."""

from __future__ import annotations

from infra.tools.templates_page import PAGE, page
from services.schedule.domain.templates import shipped_templates


def test_the_page_is_the_one_that_the_templates_make() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python -m infra.tools.templates_page"


def test_every_step_of_every_template_stands_on_the_page_with_its_confidence() -> None:
    lines = [line for line in page().splitlines() if line.startswith("| ")]
    for template in shipped_templates().values():
        for number, milestone in enumerate(template.milestones, start=1):
            wanted = f"| {number} | {milestone.title.zh}<br>"
            found = [line for line in lines if line.startswith(wanted) and f"`{milestone.id}`" in line]
            assert found, milestone.id
            assert all(line.endswith(f"{milestone.citation.confidence.value} |") for line in found)
