"""A tally service for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tally.hall import Hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """At the end its state must be what its ledger says."""
    opened = Hall(tmp_path)
    yield opened
    assert opened.desk.refold_differences() == []
    opened.desk.close()
