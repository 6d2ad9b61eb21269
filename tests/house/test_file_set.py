"""Who has read one service has read all: same names, same order."""

from __future__ import annotations

FILES = ("README.md", "__init__.py", "app.py", "permissions.py", "reactions.py")
PACKAGES = ("commands", "domain", "queries", "store")
FOLDERS = (*PACKAGES, "schema", "wording")
# Beside the set: what app.py hands to the functions, and what it runs beside the calls.
ALLOWED_BESIDE = frozenset({"context.py", "context", "loops.py", "counting"})
