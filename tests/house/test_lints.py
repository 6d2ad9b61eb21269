"""The house keeps its own lints: whoever adds a service inherits them by existing."""

from __future__ import annotations

from infra.tools.lints.__main__ import ROOT, findings


def test_nothing_in_the_repository_breaks_a_lint() -> None:
    assert [str(finding) for finding in findings(ROOT)] == []
