"""docs/rules.md says what the kernel's table says."""

from __future__ import annotations

from infra.tools.rules_page import PAGE, page
from services.kernel.rules import rules


def test_the_page_is_the_one_that_the_table_makes() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python -m infra.tools.rules_page"


def test_every_rule_stands_on_the_page_once_with_its_source() -> None:
    lines = page().splitlines()
    for rule in rules().values():
        found = [line for line in lines if line.startswith(f"| {rule.id} |")]
        assert len(found) == 1
        assert rule.zh in found[0] and rule.en in found[0]
        assert all(source.confidence.value in found[0] for source in rule.sources)
