"""Signed notes against the published example of the form, and against tampering of every kind."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.chassis import checkpoints
from services.chassis.checkpoints import (
    Checkpoint,
    CheckpointMalformed,
    KeyMalformed,
    NoteError,
    NoteMalformed,
    SignatureInvalid,
    SignatureMissing,
    SigningKey,
    VerifierKey,
    add_signature,
    open_note,
    sign,
    sign_note,
    verify,
)

# The example that the form's reference implementation publishes: keys, text and note.
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
EXAMPLE_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
EXAMPLE_NOTE = (
    EXAMPLE_TEXT + "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SPECIFICATION_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def key_named(name: str, seed: int = 1) -> SigningKey:
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


LEDGER = key_named("ledger_0123456789abcdef")
WITNESS = key_named("inspection.example", 2)
STRANGER = key_named("stranger", 3)
CHECKPOINT = Checkpoint(LEDGER.name, 42, bytes(range(32)))


def test_the_published_example_is_made_and_opened_byte_for_byte() -> None:
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(EXAMPLE_PRIVATE)[1:])
    key = SigningKey("PeterNeumann", private)
    assert str(key.verifier()) == EXAMPLE_KEY
    assert sign_note(EXAMPLE_TEXT, [key]) == EXAMPLE_NOTE
    assert open_note(EXAMPLE_NOTE, [VerifierKey.parse(EXAMPLE_KEY)]).text == EXAMPLE_TEXT


@pytest.mark.parametrize("written", [EXAMPLE_KEY, SPECIFICATION_KEY])
def test_published_keys_are_read_and_written_alike(written: str) -> None:
    assert str(VerifierKey.parse(written)) == written


@pytest.mark.parametrize("at", range(0, len(EXAMPLE_KEY), 3))
def test_a_mangled_key_is_refused(at: int) -> None:
    with pytest.raises(KeyMalformed):
        VerifierKey.parse(EXAMPLE_KEY[:at] + chr(ord(EXAMPLE_KEY[at]) ^ 1) + EXAMPLE_KEY[at + 1 :])
    with pytest.raises(KeyMalformed):
        VerifierKey.parse(EXAMPLE_KEY[:at])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "长" * 100])
def test_a_name_that_would_break_the_form_names_no_key(name: str) -> None:
    with pytest.raises(KeyMalformed):
        VerifierKey(name, bytes(32))


LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


@given(st.integers(0, 10**18), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_a_checkpoint_comes_back_as_it_was_signed(size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(LEDGER.name, size, root, tuple(extensions))
    note = sign(checkpoint, LEDGER)
    assert note.startswith(f"{LEDGER.name}\n{size}\n{base64.b64encode(root).decode()}\n")
    assert verify(note, [LEDGER.verifier()]) == (checkpoint, (LEDGER.verifier(),))


@given(st.data())
def test_a_note_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    note = sign(CHECKPOINT, LEDGER)
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != note[at]))
    with pytest.raises(NoteError):
        verify(note[:at] + other + note[at + 1 :], [LEDGER.verifier()])


def test_witnesses_add_signatures_and_unknown_ones_are_ignored() -> None:
    note = add_signature(add_signature(sign(CHECKPOINT, LEDGER), STRANGER), WITNESS)
    trusted = [WITNESS.verifier(), LEDGER.verifier()]
    assert verify(note, trusted) == (CHECKPOINT, (LEDGER.verifier(), WITNESS.verifier()))
    assert verify(note, [LEDGER.verifier()]) == (CHECKPOINT, (LEDGER.verifier(),))


def test_a_note_that_no_trusted_key_signed_is_refused() -> None:
    with pytest.raises(SignatureMissing):
        verify(sign(CHECKPOINT, LEDGER), [STRANGER.verifier()])
    with pytest.raises(SignatureMissing):
        verify(sign(CHECKPOINT, LEDGER), [])


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    note = sign_note(CHECKPOINT.to_text(), [WITNESS])
    with pytest.raises(SignatureMissing):
        verify(note, [LEDGER.verifier(), WITNESS.verifier()])


def test_another_key_under_the_ledger_name_does_not_count() -> None:
    impostor = key_named(LEDGER.name, 9)
    with pytest.raises(SignatureMissing):
        verify(sign(CHECKPOINT, impostor), [LEDGER.verifier()])


def test_one_wrong_signature_of_a_trusted_key_refuses_the_note() -> None:
    good = sign(CHECKPOINT, LEDGER)
    wrong_line = add_signature(sign(Checkpoint(LEDGER.name, 43, bytes(32)), LEDGER), WITNESS).splitlines(True)[-1]
    with pytest.raises(SignatureInvalid):
        verify(good + wrong_line, [LEDGER.verifier(), WITNESS.verifier()])


def test_only_the_ledgers_own_key_signs_its_checkpoint() -> None:
    with pytest.raises(KeyMalformed):
        sign(CHECKPOINT, WITNESS)


SIGNATURE = sign(CHECKPOINT, LEDGER).splitlines()[-1]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "text only\n",
        f"text\n{SIGNATURE}\n",
        f"text\n\n{SIGNATURE}",
        "text\n\nnot a signature\n",
        "text\n\n— name !!!!\n",
        "text\n\n— name AAAA\n",
        f"text\twith tab\n\n{SIGNATURE}\n",
        f"text\r\n\n{SIGNATURE}\n",
        "text\n\n" + f"{SIGNATURE}\n" * (checkpoints.SIGNATURE_LINES_MAX + 1),
        "x" * checkpoints.NOTE_BYTES_MAX + f"\n\n{SIGNATURE}\n",
        f"\ud800\n\n{SIGNATURE}\n",
    ],
)
def test_what_is_not_a_note_is_refused_as_such(note: str) -> None:
    with pytest.raises(NoteMalformed):
        open_note(note, [LEDGER.verifier()])


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "origin\n7\n",
        f"origin\n7\n{ROOT}",
        f"origin\n07\n{ROOT}\n",
        f"origin\n-7\n{ROOT}\n",
        f"origin\n７\n{ROOT}\n",
        f"origin\n7\n{ROOT[:-4]}\n",
        f"origin\n7\n{ROOT[:-2]}B=\n",
        f"origin\n7\n{ROOT}\n\nextension\n",
        f"\n7\n{ROOT}\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused_even_when_signed(text: str) -> None:
    with pytest.raises(CheckpointMalformed):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("two\nlines", 1, bytes(32)),
        Checkpoint("origin", -1, bytes(32)),
        Checkpoint("origin", 1, bytes(31)),
        Checkpoint("origin", 1, bytes(32), ("",)),
    ],
)
def test_a_checkpoint_that_could_not_be_read_back_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(CheckpointMalformed):
        checkpoint.to_text()
