"""A reporting service for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reporting.campaign import Campaign
from tests.reporting.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A reporting service with an empty tree; at the end its state must be what its ledger says."""
    opened = Office(tmp_path)
    yield opened
    assert opened.desk.refold_differences() == []
    opened.close()


@pytest.fixture
def campaign(office: Office) -> Campaign:
    """A small district whose units all have somebody responsible."""
    return Campaign(office)
