"""pyproject.toml, the locks and docs/dependencies.md say the same."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from infra.tools.lints.__main__ import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
BUILD = [Requirement(text) for text in PROJECT["dependency-groups"]["build"]]
DEV = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"] if isinstance(text, str)]
LOCKS = {
    "requirements.lock": RUNTIME,
    "requirements-build.lock": BUILD,
    "requirements-dev.lock": [*RUNTIME, *BUILD, *DEV],
}


def pins(lock: str) -> dict[tuple[str, str], Version]:
    """(name, where it is installed) → version: older Pythons may need an older release."""
    found = re.findall(r"^([a-z0-9.-]+)==(\S+)([^\\\n]*)", (ROOT / lock).read_text(), re.MULTILINE)
    return {(name, where): Version(version) for name, version, where in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_dependency_asked_for(lock: str) -> None:
    pinned = pins(lock)
    for requirement in LOCKS[lock]:
        versions = [v for (name, _), v in pinned.items() if name == canonicalize_name(requirement.name)]
        assert versions and all(requirement.specifier.contains(v) for v in versions), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock))
    assert [block.partition(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_development_lock_holds_the_same_versions_as_the_others() -> None:
    everything = pins("requirements-dev.lock")
    assert pins("requirements.lock").items() <= everything.items()
    assert pins("requirements-build.lock").items() <= everything.items()


def test_every_dependency_has_its_line_in_the_docs_and_every_line_its_dependency() -> None:
    told = set(re.findall(r"^- `([^`]+)`", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE))
    assert told == {requirement.name for requirement in LOCKS["requirements-dev.lock"]}
