"""The rules of giving against a second, naive reading of them, over random trees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.domain import grants
from gateway.identity.domain.accounts import Account
from gateway.identity.domain.errors import AccountOutOfReach, RoleOutOfReach, UnitPeopleFull
from gateway.identity.domain.grants import HeldGrant, Place
from services.chassis import permissions

PATHS = ["/", "/d/", "/d/s/", "/d/t/", "/d/s/a/", "/d/s/b/", "/d/s/a/x/"]
places = st.builds(
    Place, st.sampled_from(sorted(permissions.ROLES | {permissions.MACHINE})), st.just("unit_x"), st.sampled_from(PATHS)
)


def naive_may_give(giver: Place, place: Place) -> bool:
    above = [part for part in giver.path.split("/") if part]
    below = [part for part in place.path.split("/") if part]
    inside = below[: len(above)] == above
    if giver.role in ("machine", "operator"):
        return inside
    if giver.role == "unit_secretary":
        return inside and len(below) > len(above) and place.role in ("unit_secretary", "unit_reporter", "verifier")
    return False


@given(places, places)
def test_who_may_give_what_is_what_the_plain_reading_says(giver: Place, place: Place) -> None:
    assert grants.may_give(giver, place) == naive_may_give(giver, place)
    if naive_may_give(giver, place):
        grants.check_role(giver, place)
    else:
        with pytest.raises(RoleOutOfReach):
            grants.check_role(giver, place)


@given(places, st.lists(places, max_size=4))
def test_nobody_resets_an_account_that_holds_more_than_they_can_give(giver: Place, held: list[Place]) -> None:
    account = Account("account_x", "x", "unit_x", "active")
    if all(naive_may_give(giver, place) for place in held):
        grants.check_account(giver, account, held)
    else:
        with pytest.raises(AccountOutOfReach):
            grants.check_account(giver, account, held)


@given(
    st.frozensets(st.sampled_from(["account_a", "account_b", "account_c"]), max_size=2),
    st.sampled_from(sorted(permissions.ROLES)),
)
def test_a_unit_never_has_a_third_person(people: frozenset[str], role: str) -> None:
    full = role in ("unit_secretary", "unit_reporter") and len(people) == 2 and "account_c" not in people
    if full:
        with pytest.raises(UnitPeopleFull):
            grants.check_room("unit_x", role, people, "account_c")
    else:
        grants.check_room("unit_x", role, people, "account_c")


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_grant_is_live_before_its_end_and_without_one_always(until_us: int, now_us: int) -> None:
    grant = HeldGrant("grant_x", "account_x", "verifier", "unit_x", False, until_us)
    assert grant.live(now_us) == (until_us == 0 or now_us < until_us)


def test_the_roles_named_here_are_the_chassis_own() -> None:
    for name in ("OPERATOR", "INSPECTOR", "UNIT_SECRETARY", "UNIT_REPORTER", "VERIFIER", "MACHINE"):
        assert getattr(grants, name) == getattr(permissions, name)
