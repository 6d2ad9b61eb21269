"""Somebody to act as, for every unit: keys for what units do themselves, secretaries' sessions for what they owe below.

All of it is made as an operator makes it: nothing here could not be done in a real district.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from infra.local.rehearsal.campaign import SAMPLE_NUMBER_MAX, SAMPLE_STEMS
from infra.local.rehearsal.rest import Caller, Refused, Rest
from infra.local.rehearsal.returns import Way, way_of

KEY_DAYS = 30
PASSWORD_BYTES = 12
ACCOUNT_UNITS = 100

Tell = Callable[[int], None]


@dataclass(slots=True)
class Unit:
    """A unit of the district as the rehearsal knows it."""

    unit_id: str
    parent_id: str
    code: str
    name: str
    kind: str
    members: int
    posts: list[str]
    children: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Cast:
    """Who acts for whom."""

    operator: Caller
    # Another of the office: what one drafted the other approves.
    second: Caller
    units: dict[str, Unit]
    keys: dict[str, Caller]
    secretaries: dict[str, Caller]

    @property
    def root(self) -> Unit:
        """The district's committee."""
        return next(unit for unit in self.units.values() if not unit.parent_id)

    @property
    def layers(self) -> int:
        """How many layers of units lie below the district's committee."""
        return _depth(self.units, self.root)

    def superior(self, unit: Unit) -> Caller:
        """Whoever answers for the units below: the secretary, else the district's operator."""
        return self.secretaries.get(unit.parent_id, self.operator)

    def own(self, unit: Unit) -> Caller:
        """Whoever passes on what the unit received."""
        return self.secretaries.get(unit.unit_id, self.operator)


def _depth(units: Mapping[str, Unit], unit: Unit) -> int:
    return max((1 + _depth(units, units[child]) for child in unit.children), default=0)


async def read_units(rest: Rest, operator: Caller) -> dict[str, Unit]:
    """The whole tree, in the order of its paths."""
    units = {}
    async for row in rest.pages("/units", operator):
        units[row["unit_id"]] = Unit(
            row["unit_id"],
            row["parent_id"],
            row["code"],
            row["name"],
            row["kind"],
            row["members"],
            [holder["post_id"] for holder in row["holders"]],
        )
    for unit in units.values():
        if unit.parent_id in units:
            units[unit.parent_id].children.append(unit.unit_id)
    return units


async def issue_codes(rest: Rest, operator: Caller, root_id: str) -> dict[str, dict[str, Any]]:
    """New secretaries' accounts by unit, with their one-time codes, for units that have none."""
    found: dict[str, dict[str, Any]] = {}
    after = ""
    while True:
        body = {"subtree_unit_id": root_id, "people_per_unit": 1, "units_max": ACCOUNT_UNITS, "after_path": after}
        page = await rest.post("/accounts/issue", operator, body, secrets.token_hex(8))
        found |= {account["unit_id"]: account for account in page["accounts"]}
        if not (after := page["next_path"]):
            return found


async def make_cast(
    rest: Rest,
    operator: Caller,
    second: Caller,
    units: dict[str, Unit],
    codes: Mapping[str, Mapping[str, Any]],
    passwords: Mapping[str, str],
    seed: int,
    tell: Tell,
) -> Cast:
    """Posts and keys for all units, sessions for the secretaries of those that have units below or use the page.

    ``passwords``: chosen for the secretaries of some units; theirs are activated too. ``tell`` hears how many of
    ``work_of(units)`` steps are done.
    """
    cast = Cast(operator, second, units, {}, {})
    run = secrets.token_hex(4)

    async def post(unit: Unit) -> None:
        if not unit.posts:
            body = {"post_name": "书记", "person_name": person(seed, unit.code), "first": True}
            made = await rest.post(f"/units/{unit.unit_id}/posts", operator, body, f"{run}-post-{unit.unit_id}")
            unit.posts.append(made["post_id"])

    async def key(unit: Unit) -> None:
        body = {"label": f"演练 {run}", "role": "unit_reporter", "days": KEY_DAYS}
        made = await rest.post(f"/units/{unit.unit_id}/keys", operator, body, f"{run}-key-{unit.unit_id}")
        cast.keys[unit.unit_id] = Caller.by_key(made["secret"])

    async def secretary(unit: Unit) -> None:
        account = codes.get(unit.unit_id)
        on_page = way_of(seed, unit.code) is Way.PAGE
        if account is None or not (unit.children or unit.unit_id in passwords or on_page):
            return
        password = passwords.get(unit.unit_id) or secrets.token_urlsafe(PASSWORD_BYTES)
        body = {"login": account["login"], "one_time_code": account["one_time_code"], "new_password": password}
        cast.secretaries[unit.unit_id] = await rest.log_in("/activation", body)

    work = [step(unit) for step in (secretary, post, key) for unit in units.values() if unit.parent_id]
    await _all(work, tell)
    return cast


def work_of(units: Collection[Unit]) -> int:
    """How many steps the making of a cast has."""
    return 3 * sum(1 for unit in units if unit.parent_id)


async def _all(work: Sequence[Awaitable[None]], tell: Tell) -> None:
    async def told(step: Awaitable[None]) -> None:
        # A unit that cannot be acted for sits still.
        with suppress(Refused):
            await step
        tell(1)

    await asyncio.gather(*(told(step) for step in work))


def person(seed: int, about: str) -> str:
    """A sample person, who cannot be taken for anybody."""
    chance = Random(f"{seed}/person/{about}")
    return f"示例{chance.choice(SAMPLE_STEMS)}{chance.randint(1, SAMPLE_NUMBER_MAX):03d}"
