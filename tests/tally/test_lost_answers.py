"""An answer that got lost on its way is given again, also where the request holds a PIN, of which nothing is kept."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from google.protobuf.message import Message

from huanjie.tally.v1 import tally_pb2 as pb
from services.chassis.binding import Unbound, bind
from services.chassis.requests import digest_of
from services.chassis.writer import Call
from services.tally.app import APP
from tests.tally.hall import CHIEF, PIN, TELLERS, WATCHER, Hall, sample_names

ID = "tablet-3-request-9"
OTHER_PIN = "802916"


@pytest.fixture
def settled(hall: Hall) -> tuple[Hall, str, str]:
    """A hall, a vote, and its sheet that waits to be signed."""
    vote = hall.election(sample_names(4), 3)
    hall.vote(hall.sitting([vote]), vote, 30)
    (sheet,) = hall.groups(vote)
    hall.read_twice(sheet, hall.cells(vote, [20, 20, 20, 0], 30))
    return hall, vote, sheet


def signing(hall: Hall, sheet: str, pin: str = PIN) -> pb.SignSheetRequest:
    digest = hall.sheet(sheet).sheet_hash
    return pb.SignSheetRequest(sheet_id=sheet, role="teller", pin=pin, sheet_hash=digest)


def test_a_signature_sent_again_is_answered_the_same_and_signed_once(settled: tuple[Hall, str, str]) -> None:
    hall, _, sheet = settled
    request = signing(hall, sheet)
    first = hall.desk.reply("SignSheet", request, TELLERS[0], ID)
    before = hall.desk.state()
    again = hall.desk.reply("SignSheet", request, TELLERS[0], ID)
    assert again.repeated_request
    again.repeated_request = False
    assert again == first
    assert hall.desk.state() == before


def test_the_answer_is_only_for_who_knows_the_pin(settled: tuple[Hall, str, str]) -> None:
    hall, _, sheet = settled
    hall.desk.reply("SignSheet", signing(hall, sheet), TELLERS[0], ID)
    wrong = hall.desk.reply("SignSheet", signing(hall, sheet, OTHER_PIN), TELLERS[0], ID)
    assert wrong.refused.code == "TALLY_PIN_WRONG"


def test_a_request_of_the_same_id_and_other_content_is_refused(settled: tuple[Hall, str, str]) -> None:
    hall, _, sheet = settled
    hall.desk.reply("SignSheet", signing(hall, sheet), TELLERS[0], ID)
    other = signing(hall, sheet)
    other.role = "scrutineer"
    assert hall.desk.reply("SignSheet", other, TELLERS[0], ID).refused.code == "REQUEST_ID_REUSED"


def test_a_report_sent_again_is_answered_the_same(settled: tuple[Hall, str, str]) -> None:
    hall, vote, sheet = settled
    hall.sign(sheet)
    hall.do(pb.CloseCountRequest(election_id=vote), CHIEF)
    digest = hall.ask(pb.GetResultRequest(election_id=vote), CHIEF).record_sha256
    request = pb.ReportResultRequest(election_id=vote, pin=PIN, record_sha256=digest)
    first = hall.desk.reply("ReportResult", request, CHIEF, ID)
    again = hall.desk.reply("ReportResult", request, CHIEF, ID)
    assert (again.body, again.position) == (first.body, first.position)


def digest_in(hall: Hall, request: Message, method: str) -> bytes:
    call = Call(hall.desk.calls[method], WATCHER, ID, request.SerializeToString(), request)
    return digest_of(call)


def test_what_is_kept_of_a_request_does_not_depend_on_the_pin(settled: tuple[Hall, str, str]) -> None:
    hall, _, sheet = settled
    mine, other = signing(hall, sheet), signing(hall, sheet, OTHER_PIN)
    assert digest_in(hall, mine, "SignSheet") == digest_in(hall, other, "SignSheet")
    assert digest_in(hall, mine, "SignSheet") != hashlib.sha256(mine.SerializeToString()).digest()
    hall.desk.reply("SignSheet", mine, TELLERS[0], ID)
    kept = [row for row in _requests(hall) if ID in row]
    assert len(kept) == 1
    assert digest_in(hall, mine, "SignSheet") in kept[0]


def _requests(hall: Hall) -> list[tuple[Any, ...]]:
    with hall.desk.store.snapshot() as reader:
        return [tuple(row) for row in reader.all("SELECT * FROM request")]


def test_every_command_that_takes_a_pin_keeps_nothing_of_it(hall: Hall) -> None:
    for name, call in hall.desk.calls.items():
        pins = {field.name for field in call.request.DESCRIPTOR.fields if field.name.endswith("pin")}
        if pins:
            assert call.traits.reply_is_secret or set(call.traits.secret_fields) == pins, name


def test_a_secret_that_nothing_checks_anew_is_found_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.tally.commands import sign

    monkeypatch.delattr(sign, "prepare_sign_sheet")
    with pytest.raises(Unbound, match="SignSheet keeps its reply"):
        bind(APP.descriptor, APP.commands, APP.queries, APP.permissions)
