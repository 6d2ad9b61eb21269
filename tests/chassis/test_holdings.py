"""Grants looked up once answer as grants looked up each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.chassis import tree
from services.chassis.holdings import Holdings
from services.chassis.permissions import MACHINE, OPERATOR, UNIT_SECRETARY, Where, allow, fit
from services.chassis.principals import AUDIENCE, Grant, Principal
from tests.chassis.desk import DISTRICT
from tests.reporting.office import Office


def test_holdings_agree_with_the_gatekeeper_for_every_place_and_way(tmp_path: Path) -> None:
    office = Office(tmp_path)
    root = office.establish("", "区委", "district_committee")
    parent = office.establish(root, "街道党委", "primary_committee")
    ids = [root, parent, office.establish(parent, "一支部"), office.establish(parent, "二支部")]
    ways = [allow(OPERATOR, MACHINE, where=where) for where in Where if where is not Where.OPEN]
    grants: list[tuple[Grant, ...]] = [
        (Grant(role, unit_id),) for role in (OPERATOR, UNIT_SECRETARY) for unit_id in ids
    ]
    grants += [
        (Grant(OPERATOR, ids[2]), Grant(OPERATOR, parent)),
        (Grant(MACHINE, ""),),
        (Grant(OPERATOR, "gone"),),
        (),
    ]
    with office.desk.store.snapshot() as reader:
        for held in grants:
            caller = Principal("account", DISTRICT, AUDIENCE, held, 0, 1 << 62)
            holdings = Holdings(caller)
            for unit in tree.all_active(reader):
                for way in ways:
                    found = holdings.fit([way], unit)
                    expected = fit(reader, caller, way, unit.unit_id)
                    assert (found is None) == (expected is None), (held, way, unit.name)
    office.close()


def test_the_first_way_that_fits_gives_the_grant(tmp_path: Path) -> None:
    office = Office(tmp_path)
    root = office.establish("", "区委", "district_committee")
    branch = office.establish(root, "机关支部")
    own, above = Grant(UNIT_SECRETARY, branch), Grant(OPERATOR, root)
    caller = Principal("account", DISTRICT, AUDIENCE, (above, own), 0, 1 << 62)
    ways = [allow(UNIT_SECRETARY, where=Where.OWN), allow(OPERATOR, where=Where.ABOVE)]
    with office.desk.store.snapshot() as reader:
        unit = tree.find(reader, branch)
        if unit is None:
            pytest.fail("the branch is not there")
        assert Holdings(caller).fit(ways, unit) == own
        assert Holdings(caller).fit(reversed(ways), unit) == above
    office.close()
