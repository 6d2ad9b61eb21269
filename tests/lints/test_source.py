from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from infra.tools.lints.__main__ import ROOT, findings
from infra.tools.lints.source import Finding, Source, sources


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a breach, a generated file, a binary one and an ignored one."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    folder = tmp_path / "services" / "kernel"
    folder.mkdir(parents=True)
    (folder / "count.py").write_text("half = 0.5\n")
    (folder / "count_pb2.py").write_text("half = 0.5\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\xff")
    (folder / "ignored.py").write_text("half = 0.5\n")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    return tmp_path


def test_only_text_files_that_would_be_committed_and_are_not_generated_are_looked_at(
    repository: Path,
) -> None:
    assert [source.path for source in sources(repository)] == [".gitignore", "services/kernel/count.py"]


def test_the_runner_reports_every_breach_with_its_place(repository: Path) -> None:
    found = findings(repository)
    assert [(finding.path, finding.line, finding.rule) for finding in found] == [
        ("services/kernel/count.py", 1, "float-in-count")
    ]
    assert str(found[0]).startswith("services/kernel/count.py:1 float-in-count ")


def test_a_docstring_is_prose_and_every_other_string_is_a_literal() -> None:
    source = Source("services/x.py", "'''prose'''\ndef f():\n    'prose'\n    return g('value', f'in {x} pieces')\n")
    assert sorted(text for _, text in source.literals()) == [" pieces", "in ", "value"]


def test_findings_sort_by_place() -> None:
    early, late = Finding("a.py", 2, "z", ""), Finding("a.py", 10, "a", "")
    assert sorted([late, early]) == [early, late]


def test_every_lint_module_is_run_and_has_a_test() -> None:
    folder = ROOT / "infra" / "tools" / "lints"
    runner = (folder / "__main__.py").read_text()
    for module in sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("__")):
        assert module == "source" or f"{module}.check" in runner, f"{module} is not run"
        assert (ROOT / "tests" / "lints" / f"test_{module}.py").exists(), f"{module} has no test"
