"""JSON made from protobuf descriptors, tags, languages: the small parts, with their laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.incoming import language_of
from gateway.api.positions import expected_version, positions_of, seen_before, shown_tag, token_of, version_tag
from gateway.api.shapes import ShapeUnknown, input_model, output_model, plain_of
from gateway.api.shapes import given as given_of
from huanjie.call.v1 import call_pb2
from huanjie.identity.v1 import identity_pb2
from huanjie.reporting.v1 import reporting_pb2 as pb
from services.chassis.refusals import BadRequest

ISSUE = input_model(pb.IssueDirectiveRequest.DESCRIPTOR, "IssueDirectiveInTest")


def test_what_goes_out_has_every_field_and_fits_its_own_model() -> None:
    unit = pb.Unit(unit_id="u", holders=[pb.PostHolder(post_id="p", acting=True)], ancestor_ids=["a"])
    plain = plain_of(pb.Unit.DESCRIPTOR)(unit)
    assert set(plain) == set(pb.Unit.DESCRIPTOR.fields_by_name)
    assert plain["holders"] == [output_model(pb.PostHolder.DESCRIPTOR).model_validate(plain["holders"][0]).model_dump()]  # type: ignore[index]
    output_model(pb.Unit.DESCRIPTOR).model_validate(plain, strict=True)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": st.text(max_size=50),
            "assisting_unit_ids": st.lists(st.text(max_size=9), max_size=4),
            "scope": st.fixed_dictionaries({}, optional={"kinds": st.lists(st.text(max_size=9), max_size=3)}),
            "plan": st.fixed_dictionaries({}, optional={"report_workdays": st.integers(0, 2**32 - 1)}),
        },
    )
)
def test_what_comes_in_arrives_in_the_message_as_it_was_said(said: dict[str, object]) -> None:
    request = pb.IssueDirectiveRequest(**given_of(ISSUE.model_validate(said)))
    plain = plain_of(pb.IssueDirectiveRequest.DESCRIPTOR)(request)
    for name, value in said.items():
        shown = plain[name]
        assert shown == value if not isinstance(value, dict) else value.items() <= shown.items()  # type: ignore[attr-defined]


def test_bytes_never_travel_as_json() -> None:
    with pytest.raises(ShapeUnknown):
        plain_of(identity_pb2.ResolvedPrincipal.DESCRIPTOR)


@given(st.integers(0, 2**63 - 1), st.binary(max_size=40))
def test_a_tag_that_was_shown_names_its_version(version: int, body: bytes) -> None:
    for tag in (version_tag(version), shown_tag(version, body), b"W/" + shown_tag(version, body)):
        assert expected_version(tag) == version
    assert seen_before(b'"x", ' + shown_tag(version, body), shown_tag(version, body))
    assert not seen_before(shown_tag(version, body + b"x"), shown_tag(version, body))


POSITIONS = st.builds(call_pb2.Position, service=st.just("s"), position=st.integers(0, 2**64 - 1))


@given(st.lists(POSITIONS, min_size=1, max_size=16))
def test_position_tokens_come_back_as_they_went(positions: list[call_pb2.Position]) -> None:
    header = b", ".join(map(token_of, positions))
    assert list(positions_of(header)) == positions


@given(st.binary(max_size=60).filter(lambda raw: b"," not in raw))
def test_no_position_token_breaks_the_reader(raw: bytes) -> None:
    try:
        positions_of(raw)
    except BadRequest as refusal:
        assert refusal.field == "Hj-Not-Before"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"), ("*", "zh"), ("fr, de", "zh"), ("en", "en"), ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("fr, en;q=0.7, zh;q=0.3", "en"), ("en;q=0", "zh"), ("en;q=x", "zh"),
        ("zh-Hant;q=0.2, en;q=0.9", "en"),
    ],
)  # fmt: skip
def test_the_readers_language_is_the_first_of_ours_that_they_prefer(header: str, language: str) -> None:
    assert language_of(header.encode()) == language
