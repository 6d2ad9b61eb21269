"""What is kept of a photograph is the photograph."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gateway.api.pictures import SIDE_PIXELS_MAX, cleaned
from services.kernel.refusal import Refusal
from services.reporting.domain.evidence_files import WHOLE_PIXELS_MAX, check_kept
from tests.evidence_files import DEVICE, PLACE, REFUSED, drawing, huge_png, pdf, photograph, scan, webp

SAMPLES = {"photograph": photograph(), "scan": scan(), "palette": scan("P"), "grey": scan("L"), "webp": webp()}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("name", SAMPLES)
def test_neither_place_nor_device_nor_comment_is_kept(name: str) -> None:
    assert any(told in SAMPLES[name] for told in (PLACE, DEVICE))
    kept = cleaned(SAMPLES[name])
    picture = opened(kept)
    assert not picture.getexif() and PLACE not in kept and DEVICE not in kept
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "transparency"}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_picture_is_the_one_that_was_sent(name: str) -> None:
    before, after = opened(SAMPLES[name]).convert("RGB"), opened(cleaned(SAMPLES[name])).convert("RGB")
    assert before.size == after.size
    for x, y in ((5, 40), (60, 5), (20, 10)):
        found, expected = after.getpixel((x, y)), before.getpixel((x, y))
        assert isinstance(found, tuple) and isinstance(expected, tuple)
        assert all(abs(one - other) < 40 for one, other in zip(found, expected, strict=True))


def test_a_photograph_taken_sideways_is_kept_upright() -> None:
    assert opened(cleaned(photograph(64, 48, orientation=6))).size == (48, 64)


def test_a_large_photograph_is_made_smaller() -> None:
    picture = opened(cleaned(photograph(5_200, 1_300)))
    assert max(picture.size) <= SIDE_PIXELS_MAX and picture.width == 4 * picture.height


def test_a_drawing_that_shines_through_stays_so() -> None:
    assert opened(cleaned(scan("RGBA"))).mode == "RGBA"


def test_cleaning_twice_changes_no_kind_and_leaves_no_more() -> None:
    for content in SAMPLES.values():
        kept = cleaned(content)
        assert check_kept(kept) is check_kept(cleaned(kept))


def test_a_document_is_kept_as_it_is() -> None:
    assert cleaned(pdf()) == pdf()


def test_a_picture_larger_than_any_photograph_is_refused_before_it_is_unpacked() -> None:
    for bomb in (huge_png(5_000), huge_png(9_000, 1), huge_png(14_000, 1), huge_png(60_000, 1)):
        with pytest.raises(Refusal) as caught:
            cleaned(bomb)
        assert caught.value.params() == {"limit_pixels": WHOLE_PIXELS_MAX}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_hostile_is_refused(name: str) -> None:
    content, found = REFUSED[name]
    with pytest.raises(Refusal) as caught:
        cleaned(content)
    assert caught.value.params() == {"found": found}


@pytest.mark.parametrize("kind", ["photograph", "scan", "webp"])
def test_half_a_picture_is_refused(kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        cleaned(SAMPLES[kind][: len(SAMPLES[kind]) // 2])
    assert caught.value.code == "EVIDENCE_UNREADABLE"


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    hidden = b"<script>alert(1)</script>PK\x03\x04"
    for name in ("photograph", "scan"):
        assert hidden not in cleaned(SAMPLES[name] + hidden)


def test_a_document_that_unpacks_to_a_flood_is_refused() -> None:
    flood = pdf(packed=bytes(129 * 1024 * 1024))
    assert len(flood) < 1024 * 1024
    with pytest.raises(Refusal) as caught:
        cleaned(flood)
    assert caught.value.code == "EVIDENCE_UNREADABLE"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@given(
    st.sampled_from([*SAMPLES.values(), pdf()]),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8),
    st.binary(max_size=20),
)
def test_whatever_is_sent_is_kept_sound_or_refused_by_a_name(
    sample: bytes, flips: list[tuple[float, int]], tail: bytes
) -> None:
    changed = bytearray(sample)
    for place, value in flips:
        changed[int(place * len(changed))] = value
    try:
        kept = cleaned(bytes(changed) + tail)
    except Refusal as refusal:
        assert refusal.code.startswith("EVIDENCE_")
    else:
        check_kept(kept)
        assert kept.startswith(b"%PDF-") or (PLACE not in kept and DEVICE not in kept)


def test_the_sample_is_a_picture_of_two_colours() -> None:
    assert len(drawing().getcolors(10) or ()) == 2
