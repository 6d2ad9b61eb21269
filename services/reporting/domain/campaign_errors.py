"""Why something of a campaign's daily life is refused: matters, public questions, good practice, orders.

    Refusal (services.kernel.refusal)
    ├── the step       StepNotPossible · MatterAnsweredAlready · NoLevelAbove
    ├── the text       TextShowsPerson · ConsentMissing · EvidenceMissing
    ├── two persons    OwnDraftApproved · HandlerReviews
    ├── orders         StepNotOwed · OrderOpenAlready
    └── messages       DigestToNobody

`now` and `step` are terms such as "matter.waiting" and "matter.answer": the README's diagrams show them.
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "ConsentMissing",
    "DigestToNobody",
    "EvidenceMissing",
    "HandlerReviews",
    "MatterAnsweredAlready",
    "NoLevelAbove",
    "OrderOpenAlready",
    "OwnDraftApproved",
    "StepNotOwed",
    "StepNotPossible",
    "TextShowsPerson",
]


class StepNotPossible(Refusal):
    """The present state does not allow the step."""

    code: ClassVar[str] = "STEP_NOT_POSSIBLE"
    category: ClassVar[Category] = Category.RULE
    now: str
    step: str


class MatterAnsweredAlready(Refusal):
    """Somebody else answered first; a second answer would overwrite theirs."""

    code: ClassVar[str] = "MATTER_ANSWERED_ALREADY"
    category: ClassVar[Category] = Category.CONFLICT
    by_unit_id: str


class NoLevelAbove(Refusal):
    """Nobody stands above the unit: what it has, it settles itself."""

    code: ClassVar[str] = "NO_LEVEL_ABOVE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class TextShowsPerson(Refusal):
    """The text holds what leads to a person. `found` is a term such as "phone"; the text itself is not repeated."""

    code: ClassVar[str] = "TEXT_SHOWS_PERSON"
    category: ClassVar[Category] = Category.INVALID
    field: str
    found: str


class ConsentMissing(Refusal):
    """Persons can be recognised, and nobody recorded that they consent."""

    code: ClassVar[str] = "CONSENT_MISSING"
    category: ClassVar[Category] = Category.RULE


class EvidenceMissing(Refusal):
    """Nothing shows what is claimed."""

    code: ClassVar[str] = "EVIDENCE_MISSING"
    category: ClassVar[Category] = Category.RULE


class OwnDraftApproved(Refusal):
    """Who drafted the answer may not approve it: four eyes."""

    code: ClassVar[str] = "OWN_DRAFT_APPROVED"
    category: ClassVar[Category] = Category.RULE


class HandlerReviews(Refusal):
    """Who accepted or answered an order, or belongs to the unit that owes it, may neither close nor return it."""

    code: ClassVar[str] = "HANDLER_REVIEWS"
    category: ClassVar[Category] = Category.RULE


class StepNotOwed(Refusal):
    """The unit does not owe this stage of the directive now: it is done, or waits for somebody else."""

    code: ClassVar[str] = "STEP_NOT_OWED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    stage: int


class OrderOpenAlready(Refusal):
    """An order about the same is open."""

    code: ClassVar[str] = "ORDER_OPEN_ALREADY"
    category: ClassVar[Category] = Category.EXISTS
    number: str


class DigestToNobody(Refusal):
    """Nobody answers for the unit, or there is nothing to say: no message is made."""

    code: ClassVar[str] = "DIGEST_TO_NOBODY"
    category: ClassVar[Category] = Category.RULE
