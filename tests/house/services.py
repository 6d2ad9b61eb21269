"""Finds every service by its existence: a folder with an app.py that declares an APP. Later ones inherit every test."""

from __future__ import annotations

import importlib
from pathlib import Path

from services.chassis.app import App

ROOT = Path(__file__).parents[2]
# Where services live; the chassis and the kernel are what they stand on.
HOMES = (ROOT / "services", ROOT / "gateway")
FOUNDATIONS = frozenset({"chassis", "kernel"})


def folders() -> dict[str, Path]:
    """Service name → folder: every folder under services/, and those of gateway/ that keep a ledger of their own."""
    found = {p.name: p for p in HOMES[0].iterdir() if (p / "__init__.py").exists() and p.name not in FOUNDATIONS}
    found |= {p.name: p for p in HOMES[1].iterdir() if (p / "app.py").exists() and (p / "domain").exists()}
    return dict(sorted(found.items()))


def apps() -> dict[str, App]:
    """Service name → its declaration."""
    return {name: app_of(folder) for name, folder in folders().items()}


def app_of(folder: Path) -> App:
    module = ".".join(folder.relative_to(ROOT).parts) + ".app"
    app: App = importlib.import_module(module).APP
    return app
