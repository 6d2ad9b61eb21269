"""What every test shares: one seed a run, printed and replayable, from which all chance in tests comes."""

from __future__ import annotations

import faulthandler
import hashlib
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.brokers import NatsServer

SEED_VARIABLE = "HUANJIE_SEED"
PROFILE_VARIABLE = "HUANJIE_PROFILE"
SEED_BITS = 32
UNHURRIED_SECONDS = 900

# No deadline: a slow machine is not a failing test.
settings.register_profile("full", deadline=None, print_blob=True)
settings.register_profile("fast", parent=settings.get_profile("full"), max_examples=25)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the run's seed; workers inherit it through the environment."""
    run_seed = os.environ.setdefault(SEED_VARIABLE, str(random.getrandbits(SEED_BITS)))
    if config.getoption("hypothesis_seed") is None:
        config.option.hypothesis_seed = run_seed
    settings.load_profile(os.environ.get(PROFILE_VARIABLE, "full"))
    # The image of testcontainers' reaper cannot be had without an image registry.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")


def pytest_report_header() -> str:
    return f"seed: {SEED_VARIABLE}={os.environ[SEED_VARIABLE]} (set it to replay this run)"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(pytest_report_header())


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A number for this test alone, the same in every run with the same HUANJIE_SEED, in whatever order."""
    material = f"{os.environ[SEED_VARIABLE]}/{request.node.nodeid}".encode()
    return int.from_bytes(hashlib.sha256(material).digest()[: SEED_BITS // 8])


@pytest.fixture
def unhurried() -> None:
    """For the few tests that play a whole day or campaign: more time before a run counts as hanging."""
    faulthandler.dump_traceback_later(UNHURRIED_SECONDS, exit=True, file=sys.__stderr__ or sys.stderr)


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A fresh nats-server for this test."""
    server = NatsServer(tmp_path / "nats").start()
    yield server
    server.stop()
