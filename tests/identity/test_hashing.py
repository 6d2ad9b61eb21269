"""What is kept of a password or code: an Argon2id hash of its own salt, never weaker than the published advice."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters, profiles
from argon2.low_level import Type

from gateway.identity.context.hashing import Hasher


@pytest.fixture(scope="module")
def passwords() -> Hasher:
    return Hasher.for_passwords()


def test_a_password_is_kept_as_argon2id_at_the_cost_of_rfc_9106(passwords: Hasher) -> None:
    kept = extract_parameters(passwords.hash("correct horse battery"))
    advised = profiles.RFC_9106_LOW_MEMORY
    assert kept.type is Type.ID
    assert (kept.memory_cost, kept.time_cost) >= (advised.memory_cost, advised.time_cost)


def test_a_code_is_kept_as_argon2id_too() -> None:
    assert extract_parameters(Hasher.for_codes().hash("ABCDE-FGHJK")).type is Type.ID


def test_the_same_secret_is_kept_differently_each_time_and_known_again(passwords: Hasher) -> None:
    one, other = passwords.hash("correct horse battery"), passwords.hash("correct horse battery")
    assert one != other
    assert passwords.verify(one, "correct horse battery") and passwords.verify(other, "correct horse battery")
    assert not passwords.verify(one, "staple-of-another-sort")


@pytest.mark.parametrize("kept", ["", "not a hash", "$argon2id$v=19$"])
def test_what_is_no_hash_is_nobodys(passwords: Hasher, kept: str) -> None:
    assert not passwords.verify(kept, "")
