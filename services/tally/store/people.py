"""Names, which the ledger knows by id and salted digest only. They can be erased; figures then stand by id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.chassis.store import Reader, Transaction, text_of
from services.tally.domain.kinds import person_key

TABLES = ("person", "draft", "sealed_key", "record")


@dataclass(frozen=True, slots=True)
class Person:
    """A name within an election or a roll."""

    person_id: str
    name: str
    note: str = ""


def remember(tx: Transaction, scope: str, person: Person, salt: str) -> str:
    """Keeps a name; returns its salted digest."""
    tx.run(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)",
        (person.person_id, scope, person.name, person_key(person.name), person.note, salt),
    )
    return hashlib.sha256(f"{salt}\n{person.name}\n{person.note}".encode()).hexdigest()


def forget_scope(tx: Transaction, scope: str) -> None:
    """Erases the names of an election or roll."""
    tx.run("DELETE FROM person WHERE scope = ?", (scope,))


def find_by_name(reader: Reader, scope: str, name: str) -> Person | None:
    """The person of a name, however it is spaced."""
    row = reader.one(
        "SELECT person_id, name, note FROM person WHERE scope = ? AND name_key = ?", (scope, person_key(name))
    )
    return Person(text_of(row[0]), text_of(row[1]), text_of(row[2])) if row else None


def names_of(reader: Reader, scopes: Iterable[str]) -> Mapping[str, Person]:
    """Every name of some elections or rolls by its id."""
    wanted = list(scopes)
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(f"SELECT person_id, name, note FROM person WHERE scope IN ({marks})", wanted)
    return {text_of(row[0]): Person(text_of(row[0]), text_of(row[1]), text_of(row[2])) for row in rows}
