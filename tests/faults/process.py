"""Runs one App as a process of its own, optionally as a deliberately broken build (``--mutant``)."""

from __future__ import annotations

import argparse
import asyncio
import importlib
from pathlib import Path

import uvloop

from services.chassis.folder import DataFolder
from services.chassis.service import Site, serve
from tests.faults import mutants


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--app", required=True, help="module of an APP")
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--nats", required=True)
    parser.add_argument("--mutant", default="")
    parser.add_argument("--log-level", default="error")
    options = parser.parse_args()
    if options.mutant:
        mutants.BY_NAME[options.mutant]()
    app = importlib.import_module(options.app).APP
    site = Site(DataFolder.open(options.data), options.nats, log_level=options.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(app, site))


if __name__ == "__main__":
    main()
