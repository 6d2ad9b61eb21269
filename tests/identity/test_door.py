"""One-time code, password, session."""

from __future__ import annotations

import pytest

from gateway.identity.commands.sessions import SESSION_HOURS
from gateway.identity.context.hashing import Hasher
from gateway.identity.context.tries import CODE_TRIES_MAX, LOGIN_TRIES_MAX, WINDOW_SECONDS
from gateway.identity.domain.codes import CODE_VALID_DAYS
from gateway.identity.domain.errors import (
    CodeExpired,
    CodeInvalid,
    LoginFailed,
    PasswordTooWeak,
    TooManyTries,
)
from gateway.identity.store.secrets import SESSIONS_PER_ACCOUNT_MAX
from huanjie.call.v1 import call_pb2
from huanjie.identity.v1 import identity_pb2 as pb
from services.chassis.act import CHASSIS_ACTOR, Act
from services.chassis.keys import IDENTITY_KEY, trusted_keys
from services.chassis.principals import ANONYMOUS, LIFETIME_SECONDS, Grant, Verifier
from services.chassis.refusals import AlreadyDone, Unauthenticated
from tests.chassis.desk import DISTRICT, Hands
from tests.identity.house import (
    DAY_US,
    HOUR_US,
    OPERATOR_OF_DISTRICT,
    OTHER_PASSWORD,
    PASSWORD,
    House,
)


def wrong_log_in(house: House, login: str) -> None:
    with pytest.raises(LoginFailed):
        house.log_in(login, OTHER_PASSWORD)


def test_a_code_becomes_a_password_and_a_password_a_session(house: House) -> None:
    account = house.invite("unit_s_a")
    first = house.activate(account)
    second = house.log_in(account.login)
    assert first.account_id == second.account_id == account.account_id
    assert first.session_token != second.session_token
    for session in (first, second):
        resolved = house.resolve(session.session_token)
        assert (resolved.login, resolved.csrf_token) == (account.login, session.csrf_token)
        assert house.roles(session.session_token) == {("unit_secretary", "unit_s_a")}


def test_the_principal_of_a_session_is_signed_by_identity_for_this_district(house: House, wall: Hands) -> None:
    session = house.activate(house.invite("unit_s_a"))
    resolved = house.resolve(session.session_token)
    keys = trusted_keys(house.desk.folder.keys, (IDENTITY_KEY,))
    verified = Verifier(keys, DISTRICT, wall).verify(resolved.signed_principal)
    assert verified.grants == (Grant("unit_secretary", "unit_s_a"),)
    assert (verified.account_id, verified.kind) == (session.account_id, "person")
    assert verified.expires_at_us == wall.us + LIFETIME_SECONDS * 1_000_000 == resolved.expires_at_us


def test_a_principal_never_outlives_its_session(house: House, wall: Hands) -> None:
    session = house.activate(house.invite("unit_s_a"))
    wall.us = session.until_us - 1_000_000
    assert house.resolve(session.session_token).expires_at_us == session.until_us


def test_a_session_ends_after_its_hours_and_is_swept(house: House, wall: Hands) -> None:
    session = house.activate(house.invite("unit_s_a"))
    wall.us += SESSION_HOURS * HOUR_US - 1
    house.resolve(session.session_token)
    wall.us += 1
    with pytest.raises(Unauthenticated) as refused:
        house.resolve(session.session_token)
    assert refused.value.reason == "session"
    kept = house.desk.state()["session"]
    tick(house)
    assert kept.startswith("1:")
    assert house.desk.state()["session"].startswith("0:")


def tick(house: House) -> None:
    on_tick = house.desk.app.on_tick
    assert on_tick is not None
    with house.desk.store.transaction() as tx:
        on_tick(Act(tx, house.desk.recorder, ANONYMOUS, Grant(CHASSIS_ACTOR.role, "")))


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "令牌"])
def test_an_unknown_session_is_refused(house: House, token: str) -> None:
    with pytest.raises(Unauthenticated):
        house.resolve(token)


def test_logging_out_ends_that_session_only_and_may_be_repeated(house: House) -> None:
    account = house.invite("unit_s_a")
    here, there = house.activate(account), house.log_in(account.login)
    for request_id in ("one", "one", "two"):
        house.do("LogOut", pb.LogOutRequest(session_token=here.session_token), request_id=request_id)
    with pytest.raises(Unauthenticated):
        house.resolve(here.session_token)
    house.resolve(there.session_token)


def test_the_oldest_session_ends_where_an_account_has_too_many(house: House, wall: Hands) -> None:
    tokens = [house.activate(account := house.invite("unit_s_a")).session_token]
    for _ in range(SESSIONS_PER_ACCOUNT_MAX):
        wall.us += 1
        tokens.append(house.log_in(account.login).session_token)
    with pytest.raises(Unauthenticated):
        house.resolve(tokens[0])
    for token in tokens[1:]:
        house.resolve(token)


def test_an_unknown_login_and_a_wrong_password_cost_the_same_hash_and_get_the_same_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = house.invite("unit_s_a")
    house.activate(known)
    invited = house.invite("unit_s_b")
    verified: list[str] = []
    plain = Hasher.verify

    def counting(self: Hasher, kept: str, secret: str) -> bool:
        verified.append(secret)
        return plain(self, kept, secret)

    monkeypatch.setattr(Hasher, "verify", counting)
    for login in (known.login, invited.login, "nobody-at-all"):
        with pytest.raises(LoginFailed) as refused:
            house.log_in(login, OTHER_PASSWORD)
        assert (refused.value.code, refused.value.params()) == ("LOGIN_FAILED", {})
    for login in (known.login, invited.login, "nobody-at-all"):
        with pytest.raises(CodeInvalid) as invalid:
            house.activate(pb.NewAccount(login=login, one_time_code="ABCDE-FGHJK"))
        assert invalid.value.params() == {}
    assert len(verified) == 6


def test_the_hash_of_nobody_is_a_real_hash_of_the_same_cost(house: House) -> None:
    context = house.desk.context
    for hasher in (context.passwords, context.codes):
        cost, salt_and_hash = hasher.hash("x").rsplit("$", 2)[0], hasher._nobody.rsplit("$", 2)[0]
        assert cost == salt_and_hash
        assert not hasher.verify("", "x")
        assert not hasher.verify("no hash at all", "x")


@pytest.mark.parametrize("known", [True, False])
def test_after_too_many_tries_a_login_is_refused_for_a_while_whether_it_exists_or_not(
    house: House, wall: Hands, known: bool
) -> None:
    house.operator("operator")
    login = "operator" if known else "nobody"
    for _ in range(LOGIN_TRIES_MAX):
        wrong_log_in(house, login)
    with pytest.raises(TooManyTries) as refused:
        house.log_in(login, PASSWORD)
    assert refused.value.wait_seconds == WINDOW_SECONDS
    house.operator("another")
    house.log_in("another")
    wall.us += WINDOW_SECONDS * 1_000_000
    if known:
        house.log_in(login)
    else:
        wrong_log_in(house, login)


def test_the_right_password_forgets_the_wrong_ones_before_it(house: House) -> None:
    house.operator("operator")
    for _ in range(3):
        for _ in range(LOGIN_TRIES_MAX - 1):
            wrong_log_in(house, "operator")
        house.log_in("operator")


def test_a_code_too_is_tried_only_so_often(house: House, wall: Hands) -> None:
    account = house.invite("unit_s_a")
    wrong = pb.NewAccount(login=account.login, one_time_code="ABCDE-FGHJK")
    for _ in range(CODE_TRIES_MAX):
        with pytest.raises(CodeInvalid):
            house.activate(wrong)
    with pytest.raises(TooManyTries):
        house.activate(account)
    wall.us += WINDOW_SECONDS * 1_000_000
    house.activate(account)


def test_a_refused_try_changes_nothing_in_the_store(house: House) -> None:
    account = house.invite("unit_s_a")
    before = house.desk.state()
    wrong_log_in(house, account.login)
    wrong_log_in(house, "nobody")
    with pytest.raises(CodeInvalid):
        house.activate(pb.NewAccount(login=account.login, one_time_code="ABCDE-FGHJK"))
    with pytest.raises(PasswordTooWeak):
        house.activate(account, password="short")
    assert house.desk.state() == before


def test_a_code_is_used_once(house: House) -> None:
    account = house.invite("unit_s_a")
    house.activate(account)
    assert house.desk.state()["one_time_code"].startswith("0:")
    with pytest.raises(CodeInvalid):
        house.activate(account, OTHER_PASSWORD)
    house.log_in(account.login, PASSWORD)


def test_a_code_ends_after_its_days(house: House, wall: Hands) -> None:
    early, late = house.invite("unit_s_a"), house.invite("unit_s_b")
    assert early.code_until_us == wall.us + CODE_VALID_DAYS * DAY_US
    wall.us += CODE_VALID_DAYS * DAY_US - 1
    house.activate(early)
    wall.us += 1
    with pytest.raises(CodeExpired):
        house.activate(late)
    with pytest.raises(CodeInvalid):
        house.activate(pb.NewAccount(login=late.login, one_time_code="ABCDE-FGHJK"))


def test_a_password_that_was_reset_between_verifying_and_writing_opens_nothing(house: House) -> None:
    account = house.invite("unit_s_a")
    house.activate(account)
    bound = house.desk.calls["LogIn"]
    request = pb.LogInRequest(login=account.login, password=PASSWORD)
    with house.desk.store.snapshot() as reader:
        assert bound.prepare is not None
        verified = bound.prepare(request, house.desk._ask(reader, ANONYMOUS))
    reset = pb.ResetAccountRequest(account_id=account.account_id, unit_id="unit_s_a")
    fresh = house.do("ResetAccount", reset, OPERATOR_OF_DISTRICT).account
    house.activate(fresh, PASSWORD)
    with house.desk.store.transaction() as tx, pytest.raises(LoginFailed):
        bound.function(request, Act(tx, house.desk.recorder, ANONYMOUS, None, verified))


def test_a_password_longer_than_any_is_wrong_without_being_hashed(house: House) -> None:
    house.operator("operator")
    with pytest.raises(LoginFailed):
        house.log_in("operator", "x" * 10_000)


def test_a_full_width_password_is_the_same_password(house: House) -> None:
    house.operator("operator")
    house.log_in("ＯＰＥＲＡＴＯＲ", "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　ｂａｔｔｅｒｙ")


def test_a_log_in_sent_twice_shows_its_token_once_and_keeps_nothing_of_the_password(house: House) -> None:
    house.operator("operator")
    request = pb.LogInRequest(login="operator", password=PASSWORD)
    first = house.desk.reply("LogIn", request, ANONYMOUS, "the-same")
    assert first.WhichOneof("outcome") == "body"
    again: call_pb2.Reply = house.desk.reply("LogIn", request, ANONYMOUS, "the-same")
    assert again.refused.code == AlreadyDone.code
    with house.desk.store.snapshot() as reader:
        rows = reader.all("SELECT digest, reply FROM request WHERE method IN ('LogIn', 'CreateOperator')")
    assert rows == [(b"", b"")] * 2


def test_nothing_but_the_activation_reaches_the_ledger(house: House) -> None:
    account = house.invite("unit_s_a")
    head = house.desk.recorder.ledger.head
    session = house.activate(account)
    house.log_in(account.login)
    house.do("LogOut", pb.LogOutRequest(session_token=session.session_token))
    assert [e.type.rpartition(".")[2] for e in house.desk.events(head)] == ["AccountActivated"]
