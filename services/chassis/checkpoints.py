"""Signed checkpoints of a ledger, in the forms C2SP signed-note and tlog-checkpoint.

    <origin>            the ledger id, which is also the name of the signing key
    <size>              leaves in the tree, decimal
    <root>              base64
    <extension lines>   none or more
                        an empty line
    — <name> <base64 of key id and Ed25519 signature>      one line a signature; witnesses add theirs

Signatures of unknown keys are ignored, as the form demands; a wrong one of a trusted key refuses the note.

    NoteError
    ├── NoteMalformed         not a note at all
    ├── SignatureInvalid      a trusted key's signature does not fit the text
    ├── SignatureMissing      no trusted key signed, or not the ledger's own
    ├── KeyMalformed          a written key that is none
    └── CheckpointMalformed   a note whose text is no checkpoint
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.chassis.merkle import HASH_BYTES

NOTE_BYTES_MAX: Final = 65_536
SIGNATURE_LINES_MAX: Final = 100
_ED25519: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]+")
_NAME_BYTES_MAX: Final = 256
_UNFIT: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_SIGNATURE_LINE: Final = re.compile(r"— ([^\s+]+) (\S+)")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(Exception):
    """The base of this module's errors."""


class NoteMalformed(NoteError):
    """The bytes are not a signed note."""


class SignatureInvalid(NoteError):
    """A trusted key's signature does not fit the text: the note was altered."""


class SignatureMissing(NoteError):
    """No trusted key signed the note, or the ledger's own key did not."""


class KeyMalformed(NoteError):
    """The text is no verifier key, or the name cannot name a key."""


class CheckpointMalformed(NoteError):
    """The note's text is not a checkpoint."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key, written `name+<key id in hex>+<base64 of 0x01 and the raw key>`."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name.encode()) > _NAME_BYTES_MAX:
            raise KeyMalformed("a key's name has no spaces, no plus sign and at most 256 bytes")
        if len(self.raw) != 32:
            raise KeyMalformed("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The four bytes that signature lines carry to name the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:_KEY_ID_BYTES]

    def verify(self, text: str, signature: bytes) -> None:
        """Raises SignatureInvalid unless the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid(f"the signature of {self.name} does not fit the text") from error

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, written: str) -> "VerifierKey":
        """The inverse of str(). Raises KeyMalformed."""
        name, _, rest = written.partition("+")
        key_id, _, material = rest.partition("+")
        raw = _decode(material)
        if raw is None or raw[:1] != _ED25519:
            raise KeyMalformed("not an Ed25519 verifier key")
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise KeyMalformed("the key id does not belong to this name and key")
        return key


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A named private key. For a ledger the name is the ledger id."""

    name: str
    private: Ed25519PrivateKey

    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a ledger: `size` leaves under `root`. `origin` is the ledger id."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def to_text(self) -> str:
        """The text that is signed. Raises CheckpointMalformed on what could not be read back."""
        text = "".join(f"{line}\n" for line in (self.origin, self.size, _encode(self.root), *self.extensions))
        if Checkpoint.from_text(text) != self:
            raise CheckpointMalformed("a line of the checkpoint is not fit to be signed")
        return text

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Reads a signed text. Raises CheckpointMalformed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() != "" or "" in lines or _UNFIT.search(text):
            raise CheckpointMalformed("a checkpoint is at least three lines, none empty, the last one ended")
        origin, size, root_text, *extensions = lines
        root = _decode(root_text)
        if not _SIZE.fullmatch(size) or root is None or len(root) != HASH_BYTES:
            raise CheckpointMalformed("the second line is a size, the third a root in base64")
        return cls(origin, int(size), root, tuple(extensions))


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note's text and the trusted keys that signed it, in the note's order."""

    text: str
    signers: tuple[VerifierKey, ...]


def sign_note(text: str, keys: Sequence[SigningKey]) -> str:
    """A note over a text that ends with a line feed. Raises NoteMalformed."""
    if not text.endswith("\n") or _UNFIT.search(text):
        raise NoteMalformed("a note's text is plain lines, the last one ended")
    return text + "\n" + "".join(_signature_line(text, key) for key in keys)


def add_signature(note: str, key: SigningKey) -> str:
    """The note with one more signature, a witness's say. Raises NoteMalformed."""
    text, _ = _split(note)
    return note + _signature_line(text, key)


def open_note(note: str, trusted: Sequence[VerifierKey]) -> OpenedNote:
    """The text, once at least one trusted key's signature fits.

    Raises NoteMalformed, SignatureInvalid, SignatureMissing.
    """
    text, lines = _split(note)
    by_line = {(key.name, key.key_id): key for key in trusted}
    signers: dict[VerifierKey, None] = {}
    for line in lines:
        name, key_id, signature = _parse_signature(line)
        key = by_line.get((name, key_id))
        if key is not None:
            key.verify(text, signature)
            signers[key] = None
    if not signers:
        raise SignatureMissing("no trusted key signed this note")
    return OpenedNote(text, tuple(signers))


def sign(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The signed note; the key is the ledger's own. Raises CheckpointMalformed, KeyMalformed."""
    if key.name != checkpoint.origin:
        raise KeyMalformed(f"a checkpoint of {checkpoint.origin} is signed under that name, not {key.name}")
    return sign_note(checkpoint.to_text(), [key])


def verify(note: str, trusted: Sequence[VerifierKey]) -> tuple[Checkpoint, tuple[VerifierKey, ...]]:
    """The checkpoint and its trusted signers, of whom one is the ledger's own key.

    Raises NoteMalformed, SignatureInvalid, SignatureMissing, CheckpointMalformed.
    """
    opened = open_note(note, trusted)
    checkpoint = Checkpoint.from_text(opened.text)
    if all(key.name != checkpoint.origin for key in opened.signers):
        raise SignatureMissing(f"the checkpoint does not bear the signature of {checkpoint.origin}")
    return checkpoint, opened.signers


def _signature_line(text: str, key: SigningKey) -> str:
    signature = key.private.sign(text.encode())
    return f"— {key.name} {_encode(key.verifier().key_id + signature)}\n"


def _split(note: str) -> tuple[str, list[str]]:
    if len(note.encode(errors="surrogatepass")) > NOTE_BYTES_MAX:
        raise NoteMalformed(f"a note has at most {NOTE_BYTES_MAX} bytes")
    text, separator, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")
    if not separator or lines.pop() != "" or not lines or _UNFIT.search(note):
        raise NoteMalformed("a note is text, an empty line and signature lines")
    if len(lines) > SIGNATURE_LINES_MAX:
        raise NoteMalformed(f"a note has at most {SIGNATURE_LINES_MAX} signatures")
    return text + "\n", lines


def _parse_signature(line: str) -> tuple[str, bytes, bytes]:
    match = _SIGNATURE_LINE.fullmatch(line)
    signature = _decode(match[2]) if match else None
    if match is None or signature is None or len(signature) <= _KEY_ID_BYTES:
        raise NoteMalformed("a line below the text is not a signature")
    return match[1], signature[:_KEY_ID_BYTES], signature[_KEY_ID_BYTES:]


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(written: str) -> bytes | None:
    """Bytes of canonical base64, else None: two spellings of one signature would be two notes."""
    try:
        data = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _encode(data) == written else None
