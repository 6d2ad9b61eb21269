"""Why a file is not kept as evidence, or a report with or without evidence is refused.

    Refusal (services.kernel.refusal)
    ├── the file           EvidenceTypeRefused · EvidenceUnreadable · EvidencePixelsTooMany · EvidenceNotCleaned
    │                      EvidenceFull
    └── the report         EvidenceNotAsked · EvidenceRequired

`found` names what the file is by its content, whatever it is called: a term of `evidence_files.FOUND_TERMS`.
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "EvidenceFull",
    "EvidenceNotAsked",
    "EvidenceNotCleaned",
    "EvidencePixelsTooMany",
    "EvidenceRequired",
    "EvidenceTypeRefused",
    "EvidenceUnreadable",
]


class EvidenceTypeRefused(Refusal):
    """Only photographs and plain PDF documents are taken."""

    code: ClassVar[str] = "EVIDENCE_TYPE_REFUSED"
    category: ClassVar[Category] = Category.INVALID
    found: str


class EvidenceUnreadable(Refusal):
    """The file begins as what it says it is, and cannot be read to its end."""

    code: ClassVar[str] = "EVIDENCE_UNREADABLE"
    category: ClassVar[Category] = Category.INVALID


class EvidencePixelsTooMany(Refusal):
    """The picture would be larger in memory than any photograph is."""

    code: ClassVar[str] = "EVIDENCE_PIXELS_TOO_MANY"
    category: ClassVar[Category] = Category.TOO_LARGE
    limit_pixels: int


class EvidenceNotCleaned(Refusal):
    """The picture holds more than the picture: it did not come through the interface, which takes that out."""

    code: ClassVar[str] = "EVIDENCE_NOT_CLEANED"
    category: ClassVar[Category] = Category.INVALID


class EvidenceFull(Refusal):
    """As many files are kept for the unit as one unit may have."""

    code: ClassVar[str] = "EVIDENCE_FULL"
    category: ClassVar[Category] = Category.RULE
    files_max: int


class EvidenceNotAsked(Refusal):
    """Neither the directive nor a return asked for files: none are collected without a reason. Source: RULES 8."""

    code: ClassVar[str] = "EVIDENCE_NOT_ASKED"
    category: ClassVar[Category] = Category.RULE


class EvidenceRequired(Refusal):
    """The directive asks for evidence of what is reported as done; `reason` is its issuer's."""

    code: ClassVar[str] = "EVIDENCE_REQUIRED"
    category: ClassVar[Category] = Category.RULE
    reason: str
