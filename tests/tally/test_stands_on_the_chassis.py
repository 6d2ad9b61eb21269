"""Tally is held by every test that services inherit, and what it needed changed below it stands in a decision."""

from __future__ import annotations

import dataclasses

import pytest

from services.chassis.binding import CallTraits, bind
from services.tally.app import APP
from services.tally.domain.events import EVENTS
from tests.chassis import test_wording
from tests.house import test_file_set, test_golden, test_permission_matrix, test_state_diagrams
from tests.house.services import ROOT, apps, folders

DECISIONS = ROOT / "docs" / "adr"
# The decisions that changed the chassis for tally, and the files that they name.
CHANGED = {
    "0028": ("binding.py", "requests.py", "calls.py", "store.py"),
    "0042": ("binding.py", "requests.py", "writer.py"),
}


def arguments(test: object) -> list[object]:
    """What a test is parametrised with."""
    marks = getattr(test, "pytestmark", [])
    return [value for mark in marks if mark.name == "parametrize" for value in mark.args[1]]


def test_tally_is_found_as_a_service_by_its_existence_alone() -> None:
    assert apps()["tally"] is APP
    assert folders()["tally"] == ROOT / "services" / "tally"


@pytest.mark.parametrize("house", [test_file_set, test_state_diagrams], ids=["file set", "state diagrams"])
def test_each_rule_of_the_house_that_takes_a_folder_takes_tallys(house: object) -> None:
    taking = {
        name: arguments(test) for name, test in vars(house).items() if name.startswith("test_") and arguments(test)
    }
    assert taking
    for name, folder_args in taking.items():
        assert folders()["tally"] in folder_args, name


def test_every_call_of_tally_stands_in_the_matrix_of_permissions() -> None:
    calls = {("tally", method.name) for method in APP.descriptor.methods}
    taking = [test for name, test in vars(test_permission_matrix).items() if name.startswith("test_")]
    by_call = [set(given) for given in map(arguments, taking) if given and isinstance(given[0], tuple)]
    assert by_call
    assert all(calls <= given for given in by_call)


def test_every_event_of_tally_has_its_golden_entry_read_again() -> None:
    types = {type_name for service, type_name in test_golden.TYPES if service == "tally"}
    assert {name.rpartition(".")[2] for name in types} == {event.__name__ for event in EVENTS}
    assert types <= {path.stem for path in test_golden.WRITTEN}


def test_tallys_words_are_held_to_both_languages() -> None:
    assert ROOT / "services" / "tally" in test_wording.PARTS


def test_every_way_in_which_tally_runs_a_call_is_explained_by_a_decision() -> None:
    told = "\n".join(page.read_text("utf-8") for page in sorted(DECISIONS.glob("[0-9]*.md")))
    calls = bind(APP.descriptor, APP.commands, APP.queries, APP.permissions)
    marks = {"leaves_no_trace": "leaves_no_trace", "reply_is_secret": "replies_with_secret"}
    marks |= {"secret_fields": "request_holds_secret", "absence_of": "rests_on_absence_of"}
    assert set(marks) == {field.name for field in dataclasses.fields(CallTraits)}
    used = {trait for trait in marks for call in calls.values() if getattr(call.traits, trait)}
    assert used == {"leaves_no_trace", "reply_is_secret", "secret_fields"}
    assert all(marks[trait] in told for trait in used)


@pytest.mark.parametrize("number", CHANGED)
def test_what_changed_in_the_chassis_for_tally_stands_in_its_decision(number: str) -> None:
    (page,) = DECISIONS.glob(f"{number}-*.md")
    text = page.read_text("utf-8")
    assert "of the chassis changed" in text or "The chassis changed" in text
    for file in CHANGED[number]:
        assert f"`{file}`" in text
        assert (ROOT / "services" / "chassis" / file).exists()
