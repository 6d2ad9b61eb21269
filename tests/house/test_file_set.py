"""Who has read one service has read all: same names, same order."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.chassis.binding import bind
from services.chassis.store import load_migrations
from tests.house.services import app_of, apps, folders

FILES = ("README.md", "__init__.py", "app.py", "permissions.py", "reactions.py")
PACKAGES = ("commands", "domain", "queries", "store")
FOLDERS = (*PACKAGES, "schema", "wording")
# Beside the set: what app.py hands to the functions, and what it runs beside the calls; tally counts in arrays.
ALLOWED_BESIDE = frozenset({"context.py", "context", "counting", "loops.py"})


def test_there_are_services_to_look_at() -> None:
    assert {"reporting", "identity"} <= set(folders())


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_a_service_has_the_file_set(folder: Path) -> None:
    missing = [name for name in FILES if not (folder / name).is_file()]
    missing += [name for name in FOLDERS if not (folder / name).is_dir()]
    missing += [f"{name}/__init__.py" for name in PACKAGES if not (folder / name / "__init__.py").is_file()]
    assert missing == []


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_a_service_has_nothing_beside_the_file_set(folder: Path) -> None:
    known = {*FILES, *FOLDERS, *ALLOWED_BESIDE, "__pycache__"}
    assert sorted(p.name for p in folder.iterdir() if p.name not in known) == []


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_wording_is_given_in_both_languages(folder: Path) -> None:
    chinese = {p.name.removesuffix(".zh.json") for p in (folder / "wording").glob("*.zh.json")}
    english = {p.name.removesuffix(".en.json") for p in (folder / "wording").glob("*.en.json")}
    assert chinese == english != set()


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_every_call_is_bound_to_a_function_and_a_permission(folder: Path) -> None:
    app = app_of(folder)
    bound = bind(app.descriptor, app.commands, app.queries, app.permissions)
    assert set(bound) == {m.name for m in app.descriptor.methods}


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_every_event_has_a_fold(folder: Path) -> None:
    app = app_of(folder)
    assert set(app.evolve) == set(app.events)


@pytest.mark.parametrize("folder", folders().values(), ids=folders().keys())
def test_migrations_are_numbered(folder: Path) -> None:
    assert load_migrations(folder.name, folder / "schema")


def test_app_names_are_folder_names() -> None:
    assert {name: app.name for name, app in apps().items()} == {name: name for name in apps()}
