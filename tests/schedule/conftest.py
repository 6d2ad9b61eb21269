"""A schedule service for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.schedule.bureau import Bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """A schedule service with a small district; at the end its state must be what its ledger says."""
    opened = Bureau(tmp_path)
    yield opened
    assert opened.desk.refold_differences() == []
    opened.close()
