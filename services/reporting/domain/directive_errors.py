"""Why a directive or an assignment is refused.

    Refusal (services.kernel.refusal)
    ├── the directive      EmptyScope · UnitNotBelowIssuer · LeadsRepeated · PlanTooShort · PlanNotRising
    │                      DeadlineInPast · DirectiveWithdrawnAlready · ParentNotAbove
    ├── the place          NotOnRoute · NotObliged · WithdrawnAbove · NothingToDispatch · AlreadyDispatched
    ├── the state          WrongState · NotDispatched · NoResponsible · NothingToConfirm · WrongReport
    │                      OwnReportVerified
    ├── the figures        CountImpossible · NothingCorrected
    ├── extensions         ExtensionNotAsked · ExtensionBackwards · ExtensionStageDone
    ├── taking back        NothingToUndo · UndoFollowed · UndoByAnother
    └── reminding          NothingOwed · SuperiorOwes · RemindedToday

Days are Shanghai days as `2026-03-16`.
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal

__all__ = [
    "AlreadyDispatched",
    "CountImpossible",
    "DeadlineInPast",
    "DirectiveWithdrawnAlready",
    "EmptyScope",
    "ExtensionBackwards",
    "ExtensionNotAsked",
    "ExtensionStageDone",
    "LeadsRepeated",
    "NoResponsible",
    "NotDispatched",
    "NotObliged",
    "NotOnRoute",
    "NothingCorrected",
    "NothingOwed",
    "NothingToConfirm",
    "NothingToDispatch",
    "NothingToUndo",
    "OwnReportVerified",
    "ParentNotAbove",
    "PlanNotRising",
    "PlanTooShort",
    "RemindedToday",
    "SuperiorOwes",
    "UndoByAnother",
    "UndoFollowed",
    "UnitNotBelowIssuer",
    "WithdrawnAbove",
    "WrongReport",
    "WrongState",
]


class EmptyScope(Refusal):
    """No active unit below the issuer is in the scope."""

    code: ClassVar[str] = "EMPTY_SCOPE"
    category: ClassVar[Category] = Category.RULE


class UnitNotBelowIssuer(Refusal):
    """A scope may only name units below the issuer."""

    code: ClassVar[str] = "UNIT_NOT_BELOW_ISSUER"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class LeadsRepeated(Refusal):
    """The lead unit and the assisting units must all be different."""

    code: ClassVar[str] = "LEADS_REPEATED"
    category: ClassVar[Category] = Category.INVALID
    unit_id: str


class PlanTooShort(Refusal):
    """The report would be due before the deepest layer can have started."""

    code: ClassVar[str] = "PLAN_TOO_SHORT"
    category: ClassVar[Category] = Category.RULE
    missing_workdays: int


class PlanNotRising(Refusal):
    """A stage would be due before the stage it rests on."""

    code: ClassVar[str] = "PLAN_NOT_RISING"
    category: ClassVar[Category] = Category.RULE
    layer: int
    stage: int


class DeadlineInPast(Refusal):
    """The named day is over."""

    code: ClassVar[str] = "DEADLINE_IN_PAST"
    category: ClassVar[Category] = Category.RULE
    day: str


class DirectiveWithdrawnAlready(Refusal):
    """The directive was withdrawn; nothing more can be done under it."""

    code: ClassVar[str] = "DIRECTIVE_WITHDRAWN"
    category: ClassVar[Category] = Category.RULE
    directive_id: str


class ParentNotAbove(Refusal):
    """A directive may only follow one that was issued above its own issuer."""

    code: ClassVar[str] = "PARENT_NOT_ABOVE"
    category: ClassVar[Category] = Category.RULE
    directive_id: str


class NotOnRoute(Refusal):
    """The directive neither obliges the unit nor passes through it."""

    code: ClassVar[str] = "NOT_ON_ROUTE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class NotObliged(Refusal):
    """The unit receives, names and passes on, but owes no report itself."""

    code: ClassVar[str] = "NOT_OBLIGED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class WithdrawnAbove(Refusal):
    """A unit above was let off, and with it everything below."""

    code: ClassVar[str] = "WITHDRAWN_ABOVE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class NothingToDispatch(Refusal):
    """Every child on the route has the assignment already, or there is none."""

    code: ClassVar[str] = "NOTHING_TO_DISPATCH"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class AlreadyDispatched(Refusal):
    """The child has the assignment already."""

    code: ClassVar[str] = "ALREADY_DISPATCHED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class WrongState(Refusal):
    """The assignment's state does not allow the action. Both are terms of the README's diagram."""

    code: ClassVar[str] = "WRONG_STATE"
    category: ClassVar[Category] = Category.RULE
    state: str
    action: str


class NotDispatched(Refusal):
    """The unit above has not passed the directive on yet."""

    code: ClassVar[str] = "NOT_DISPATCHED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class NoResponsible(Refusal):
    """The unit has no first responsible person who could be named."""

    code: ClassVar[str] = "NO_RESPONSIBLE"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class NothingToConfirm(Refusal):
    """The present report is the unit's own, or it is confirmed already."""

    code: ClassVar[str] = "NOTHING_TO_CONFIRM"
    category: ClassVar[Category] = Category.RULE


class WrongReport(Refusal):
    """The caller judged another report than the present one."""

    code: ClassVar[str] = "WRONG_REPORT"
    category: ClassVar[Category] = Category.CONFLICT
    expected: int
    actual: int


class OwnReportVerified(Refusal):
    """Who reported, or reported on behalf, may neither verify nor return that report."""

    code: ClassVar[str] = "OWN_REPORT_VERIFIED"
    category: ClassVar[Category] = Category.RULE


class CountImpossible(Refusal):
    """Counts are whole numbers with 0 <= done <= due <= limit."""

    code: ClassVar[str] = "COUNT_IMPOSSIBLE"
    category: ClassVar[Category] = Category.INVALID
    due: int
    done: int
    limit: int


class NothingCorrected(Refusal):
    """The correction says what the verified report says: nobody need verify it again."""

    code: ClassVar[str] = "NOTHING_CORRECTED"
    category: ClassVar[Category] = Category.RULE


class ExtensionNotAsked(Refusal):
    """There is no open request for an extension."""

    code: ClassVar[str] = "EXTENSION_NOT_ASKED"
    category: ClassVar[Category] = Category.RULE


class ExtensionBackwards(Refusal):
    """The new time must lie after the present one and after now."""

    code: ClassVar[str] = "EXTENSION_BACKWARDS"
    category: ClassVar[Category] = Category.RULE
    day: str


class ExtensionStageDone(Refusal):
    """The stage is done: there is nothing left to extend."""

    code: ClassVar[str] = "EXTENSION_STAGE_DONE"
    category: ClassVar[Category] = Category.RULE
    stage: int


class NothingToUndo(Refusal):
    """No such act stands on the assignment."""

    code: ClassVar[str] = "NOTHING_TO_UNDO"
    category: ClassVar[Category] = Category.RULE
    action: str


class UndoFollowed(Refusal):
    """Something came after the act and rests on it. `action` is what came first after it."""

    code: ClassVar[str] = "UNDO_FOLLOWED"
    category: ClassVar[Category] = Category.CONFLICT
    action: str


class UndoByAnother(Refusal):
    """Only who did it takes it back."""

    code: ClassVar[str] = "UNDO_BY_ANOTHER"
    category: ClassVar[Category] = Category.RULE


class NothingOwed(Refusal):
    """The unit owes nothing under the directive now."""

    code: ClassVar[str] = "NOTHING_OWED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class SuperiorOwes(Refusal):
    """The assignment waits for another unit: `unit_id` owes the next step."""

    code: ClassVar[str] = "SUPERIOR_OWES"
    category: ClassVar[Category] = Category.RULE
    unit_id: str


class RemindedToday(Refusal):
    """The unit was reminded of this directive today."""

    code: ClassVar[str] = "REMINDED_TODAY"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
