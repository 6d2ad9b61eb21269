"""Duty lists: how an import changes them, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.chassis import tree
from services.chassis.act import Evolve
from services.chassis.ledger import Fact
from services.chassis.scope import Scope
from services.chassis.store import Reader, Transaction, int_of, text_of
from services.chassis.tree import TreeUnit
from services.kernel.text import name_key
from services.reporting.domain.duty_events import Duty, DutyListSet


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty and whose it is; ``key`` is where a list goes on behind it."""

    unit_id: str
    key: tuple[str, int]
    duty: Duty


def _list_set(tx: Transaction, fact: Fact, event: DutyListSet) -> None:
    tx.run("DELETE FROM duty WHERE unit_id = ?", (event.unit_id,))
    tx.run_many(
        "INSERT INTO duty VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (event.unit_id, place, one.duty_id, one.post_name, one.number, one.text, json.dumps(one.directive_ids))
            for place, one in enumerate(event.duties)
        ],
    )


DUTY_EVOLVE: Mapping[type, Evolve] = {DutyListSet: _list_set}


def below(reader: Reader, path: str, after: tuple[str, int], rows_max: int) -> list[DutyRow]:
    """Of a unit and those below it, by unit id and place."""
    inside, params = Scope((path,)).where("t.path")
    rows = reader.all(
        "SELECT d.unit_id, d.place, duty_id, post_name, number, text, directive_ids FROM duty d "
        f"JOIN tree_unit t ON t.unit_id = d.unit_id WHERE {inside} AND t.state = 'active' "
        "AND (d.unit_id, d.place) > (?, ?) ORDER BY d.unit_id, d.place LIMIT ?",
        (*params, *after, rows_max),
    )
    return [
        DutyRow(
            text_of(row[0]), (text_of(row[0]), int_of(row[1])),
            Duty(
                text_of(row[2]), text_of(row[3]), text_of(row[4]), text_of(row[5]),
                tuple(json.loads(text_of(row[6]))),
            ),
        )
        for row in rows
    ]  # fmt: skip


def unit_keys(reader: Reader) -> tuple[dict[str, str], list[TreeUnit]]:
    """Units by the keys of their codes and names; "" where two share a key."""
    units = tree.all_active(reader)
    found: dict[str, str] = {}
    for unit in units:
        for key in {name_key(unit.code), name_key(unit.name)} - {""}:
            found[key] = "" if found.get(key, unit.unit_id) != unit.unit_id else unit.unit_id
    return found, units


def directive_keys(reader: Reader) -> dict[str, str]:
    """Open directives by the keys of their numbers."""
    rows = reader.all("SELECT number, directive_id FROM directive WHERE state = 'open' AND number <> ''")
    return {name_key(text_of(row[0])): text_of(row[1]) for row in rows}


def post_keys(reader: Reader) -> dict[str, frozenset[str]]:
    """The keys of the names of each unit's posts."""
    found: dict[str, set[str]] = {}
    for row in reader.all("SELECT unit_id, post_name FROM post"):
        found.setdefault(text_of(row[0]), set()).add(name_key(text_of(row[1])))
    return {unit_id: frozenset(names) for unit_id, names in found.items()}
