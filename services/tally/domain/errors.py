"""Why an act on an election, a roll, a sitting or a sheet is refused. What a count cannot be: count_errors.py.

Refusal (services.kernel.refusal)
├── the state        VoteNotThere · SittingNotThere · SheetNotThere · VoteNotSeated · CountOver
├── two people       SamePerson · NotTheSame · FigureNotEntered · FigureNotTheSame
├── the list         RoundNotOpenable · PrimaryNotDeclared · ApprovedOrderNotHere · ApprovedOrderWrong
│                    ApprovedOrderNotTheSame
├── the roll         ElectorRepeated · ElectorGroundMissing · RollNotFrozen · RollFrozenAlready · RollTaken
│                    RollOfOtherUnit · NobodyLeftOutHere
├── the meeting      MethodNotAgreed · OfficersNotPassed · OfficerIsCandidate · OfficerTwice · OfficerNotElector
│                    OfficersMissing · NotOfficer
├── numbers          FigureNotNumber · FigureUnknown · FigureMissing · BoxesMissing · NumberNotRecounted
├── sheets           TellerTwice · NotYourReading · FieldUnknown · FieldMissing · WayMixed · DeskMovedOn
│                    DoubtfulOpen · NothingDoubtful · WarningUnexplained · SheetOfOtherElection
│                    MachineFileKnown · MachineFileBroken · GroupRepeated · SheetsOpen · WriteInUnknown
│                    ReadingsDiffer
├── signatures       NoSigningKey · PinWrong · PinWeak · PinTriesSpent · HashMoved · SignedAlready · NotSigned
│                    SubstituteMissing
└── rounds           NextRoundOpen · VoteOpenAlready
"""

from typing import ClassVar

from services.kernel.refusal import Category, Refusal
from services.tally.domain.count_errors import *  # noqa: F403


class VoteNotThere(Refusal):
    """The vote has not come to this step, or is past it."""

    code: ClassVar[str] = "TALLY_VOTE_STATE"
    category: ClassVar[Category] = Category.RULE
    vote_state: str
    act: str


class SittingNotThere(Refusal):
    """The sitting has not come to this step, or is past it."""

    code: ClassVar[str] = "TALLY_SITTING_STATE"
    category: ClassVar[Category] = Category.RULE
    sitting_state: str
    act: str


class SheetNotThere(Refusal):
    """The sheet has not come to this step, or is past it."""

    code: ClassVar[str] = "TALLY_SHEET_STATE"
    category: ClassVar[Category] = Category.RULE
    sheet_state: str
    act: str


class VoteNotSeated(Refusal):
    """No sitting holds this vote yet."""

    code: ClassVar[str] = "TALLY_VOTE_NOT_SEATED"
    category: ClassVar[Category] = Category.RULE


class SamePerson(Refusal):
    """The second of two people must be another one."""

    code: ClassVar[str] = "TALLY_SAME_PERSON"
    category: ClassVar[Category] = Category.RULE


class NotTheSame(Refusal):
    """The second entry says otherwise at this line; what the first says is not shown."""

    code: ClassVar[str] = "TALLY_NOT_THE_SAME"
    category: ClassVar[Category] = Category.CONFLICT
    line: int


class FigureNotEntered(Refusal):
    """There is no number that a second person could confirm."""

    code: ClassVar[str] = "TALLY_FIGURE_NOT_ENTERED"
    category: ClassVar[Category] = Category.RULE
    figure: str


class FigureNotTheSame(Refusal):
    """The two people counted differently; both count again. Neither number is shown."""

    code: ClassVar[str] = "TALLY_FIGURE_NOT_THE_SAME"
    category: ClassVar[Category] = Category.CONFLICT
    figure: str


class RoundNotOpenable(Refusal):
    """Revotes and votes for a shortfall are made by an outcome, never by hand."""

    code: ClassVar[str] = "TALLY_ROUND_BY_OUTCOME"
    category: ClassVar[Category] = Category.RULE
    round: str


class PrimaryNotDeclared(Refusal):
    """The vote that is named is no declared primary round of the same body and post."""

    code: ClassVar[str] = "TALLY_PRIMARY_NOT_DECLARED"
    category: ClassVar[Category] = Category.RULE


class ApprovedOrderNotHere(Refusal):
    """Only standing committees have an approved order beside the ballot's (O1, O2)."""

    code: ClassVar[str] = "TALLY_APPROVED_ORDER_NOT_HERE"
    category: ClassVar[Category] = Category.RULE
    post: str


class ApprovedOrderWrong(Refusal):
    """The approved order does not have every candidate once: `name` is missing, repeated or no candidate."""

    code: ClassVar[str] = "TALLY_APPROVED_ORDER"
    category: ClassVar[Category] = Category.INVALID
    name: str


class ApprovedOrderNotTheSame(Refusal):
    """The second person enters another order than the first; what the first says is not shown."""

    code: ClassVar[str] = "TALLY_APPROVED_ORDER_NOT_THE_SAME"
    category: ClassVar[Category] = Category.CONFLICT
    line: int


class ElectorRepeated(Refusal):
    """One name stands on the roll twice."""

    code: ClassVar[str] = "TALLY_ELECTOR_REPEATED"
    category: ClassVar[Category] = Category.INVALID
    name: str
    line: int


class ElectorGroundMissing(Refusal):
    """Who does not count needs a listed ground; who is left out, the superior's consent and the vote as well (E0)."""

    code: ClassVar[str] = "TALLY_ELECTOR_GROUND"
    category: ClassVar[Category] = Category.RULE
    name: str
    line: int


class RollNotFrozen(Refusal):
    """A sitting needs a roll that two people counted."""

    code: ClassVar[str] = "TALLY_ROLL_NOT_FROZEN"
    category: ClassVar[Category] = Category.RULE


class RollFrozenAlready(Refusal):
    """Nothing in a frozen roll changes."""

    code: ClassVar[str] = "TALLY_ROLL_FROZEN"
    category: ClassVar[Category] = Category.RULE


class RollTaken(Refusal):
    """Another sitting is held on this roll."""

    code: ClassVar[str] = "TALLY_ROLL_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    sitting_id: str


class RollOfOtherUnit(Refusal):
    """Roll, election and sitting belong to one unit."""

    code: ClassVar[str] = "TALLY_OTHER_UNIT"
    category: ClassVar[Category] = Category.RULE


class NobodyLeftOutHere(Refusal):
    """Only primary organisations may leave an elector out of the entitled number (E0)."""

    code: ClassVar[str] = "TALLY_NOBODY_LEFT_OUT"
    category: ClassVar[Category] = Category.RULE
    left_out: int


class MethodNotAgreed(Refusal):
    """Fewer than half of those entitled agreed to the election method (O7)."""

    code: ClassVar[str] = "TALLY_METHOD_NOT_AGREED"
    category: ClassVar[Category] = Category.RULE
    agree: int
    entitled: int


class OfficersNotPassed(Refusal):
    """Not more than half of those present agreed to the scrutineers."""

    code: ClassVar[str] = "TALLY_OFFICERS_NOT_PASSED"
    category: ClassVar[Category] = Category.RULE
    agree: int
    present: int


class OfficerIsCandidate(Refusal):
    """A candidate neither counts nor watches (P5, P7)."""

    code: ClassVar[str] = "TALLY_OFFICER_IS_CANDIDATE"
    category: ClassVar[Category] = Category.RULE
    name: str
    role: str


class OfficerTwice(Refusal):
    """One person is teller and scrutineer, or stands twice (P7a)."""

    code: ClassVar[str] = "TALLY_OFFICER_TWICE"
    category: ClassVar[Category] = Category.RULE
    name: str


class OfficerNotElector(Refusal):
    """A scrutineer is one of the electors (P5)."""

    code: ClassVar[str] = "TALLY_OFFICER_NOT_ELECTOR"
    category: ClassVar[Category] = Category.RULE
    name: str


class OfficersMissing(Refusal):
    """Two tellers, one scrutineer, one chief scrutineer and one chair are needed; here `role` is too few or many."""

    code: ClassVar[str] = "TALLY_OFFICERS_MISSING"
    category: ClassVar[Category] = Category.RULE
    role: str


class NotOfficer(Refusal):
    """The caller was not passed or announced for this in this sitting."""

    code: ClassVar[str] = "TALLY_NOT_OFFICER"
    category: ClassVar[Category] = Category.DENIED
    role: str


class FigureNotNumber(Refusal):
    """A number is written in digits, without sign or fraction."""

    code: ClassVar[str] = "TALLY_FIGURE_NOT_NUMBER"
    category: ClassVar[Category] = Category.INVALID
    field: str
    text: str


class FigureUnknown(Refusal):
    """No such number is counted here."""

    code: ClassVar[str] = "TALLY_FIGURE_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    field: str


class FigureMissing(Refusal):
    """A number that two people must have counted is not there yet."""

    code: ClassVar[str] = "TALLY_FIGURE_MISSING"
    category: ClassVar[Category] = Category.RULE
    figure: str


class BoxesMissing(Refusal):
    """At least one box is checked."""

    code: ClassVar[str] = "TALLY_BOXES"
    category: ClassVar[Category] = Category.INVALID


class NumberNotRecounted(Refusal):
    """Before anybody decides, two people count the number again from paper (B1)."""

    code: ClassVar[str] = "TALLY_NOT_RECOUNTED"
    category: ClassVar[Category] = Category.RULE


class TellerTwice(Refusal):
    """The second reading is another teller's."""

    code: ClassVar[str] = "TALLY_TELLER_TWICE"
    category: ClassVar[Category] = Category.RULE


class NotYourReading(Refusal):
    """Another teller has this reading in hand."""

    code: ClassVar[str] = "TALLY_NOT_YOUR_READING"
    category: ClassVar[Category] = Category.DENIED


class FieldUnknown(Refusal):
    """The sheet has no such field, or it is not among those to be read again."""

    code: ClassVar[str] = "TALLY_FIELD_UNKNOWN"
    category: ClassVar[Category] = Category.INVALID
    field: str


class FieldMissing(Refusal):
    """Every field is read, also the zeros."""

    code: ClassVar[str] = "TALLY_FIELD_MISSING"
    category: ClassVar[Category] = Category.RULE
    field: str
    missing: int


class WayMixed(Refusal):
    """A reading comes in by one way: from the sheet, ballot by ballot, or from a machine."""

    code: ClassVar[str] = "TALLY_WAY_MIXED"
    category: ClassVar[Category] = Category.RULE
    way: str


class DeskMovedOn(Refusal):
    """The desk holds another number of ballots than the request knew: perhaps it was sent twice."""

    code: ClassVar[str] = "TALLY_DESK_MOVED_ON"
    category: ClassVar[Category] = Category.CONFLICT
    expected: int
    actual: int


class DoubtfulOpen(Refusal):
    """Ballots still wait for the scrutineers."""

    code: ClassVar[str] = "TALLY_DOUBTFUL_OPEN"
    category: ClassVar[Category] = Category.RULE
    ballots: int


class NothingDoubtful(Refusal):
    """No ballot waits, or none can be taken out again."""

    code: ClassVar[str] = "TALLY_NOTHING_DOUBTFUL"
    category: ClassVar[Category] = Category.RULE


class WarningUnexplained(Refusal):
    """An unusual figure needs a written reason."""

    code: ClassVar[str] = "TALLY_WARNING_UNEXPLAINED"
    category: ClassVar[Category] = Category.RULE
    finding: str
    test: str


class SheetOfOtherElection(Refusal):
    """The sheet or file belongs to another vote."""

    code: ClassVar[str] = "TALLY_OTHER_ELECTION"
    category: ClassVar[Category] = Category.RULE
    election_id: str


class MachineFileKnown(Refusal):
    """This file was taken before."""

    code: ClassVar[str] = "TALLY_MACHINE_FILE_KNOWN"
    category: ClassVar[Category] = Category.EXISTS


class MachineFileBroken(Refusal):
    """The file is not what a counting machine gives."""

    code: ClassVar[str] = "TALLY_MACHINE_FILE"
    category: ClassVar[Category] = Category.INVALID
    line: int
    problem: str


class GroupRepeated(Refusal):
    """Two counting groups of one vote have one name."""

    code: ClassVar[str] = "TALLY_GROUP_REPEATED"
    category: ClassVar[Category] = Category.INVALID
    group: str


class SheetsOpen(Refusal):
    """Not every sheet is signed by teller and scrutineer."""

    code: ClassVar[str] = "TALLY_SHEETS_OPEN"
    category: ClassVar[Category] = Category.RULE
    sheets: int


class WriteInUnknown(Refusal):
    """Nobody of this name was written in."""

    code: ClassVar[str] = "TALLY_WRITE_IN_UNKNOWN"
    category: ClassVar[Category] = Category.NOT_FOUND
    name: str


class ReadingsDiffer(Refusal):
    """The two readings on one phone do not agree: `field` is the first of `fields`. Nothing was recorded."""

    code: ClassVar[str] = "TALLY_READINGS_DIFFER"
    category: ClassVar[Category] = Category.CONFLICT
    field: str
    fields: int


class NoSigningKey(Refusal):
    """The person has not chosen a PIN yet."""

    code: ClassVar[str] = "TALLY_NO_SIGNING_KEY"
    category: ClassVar[Category] = Category.RULE


class PinWrong(Refusal):
    """The PIN does not open the key."""

    code: ClassVar[str] = "TALLY_PIN_WRONG"
    category: ClassVar[Category] = Category.DENIED


class PinWeak(Refusal):
    """A PIN is six to twelve digits, not all the same and not in a row."""

    code: ClassVar[str] = "TALLY_PIN_WEAK"
    category: ClassVar[Category] = Category.INVALID


class PinTriesSpent(Refusal):
    """Too many wrong PINs; two people can sign in the place of one."""

    code: ClassVar[str] = "TALLY_PIN_TRIES"
    category: ClassVar[Category] = Category.THROTTLED
    wait_seconds: int


class HashMoved(Refusal):
    """What is to be signed is not what the signer saw."""

    code: ClassVar[str] = "TALLY_HASH_MOVED"
    category: ClassVar[Category] = Category.CONFLICT


class SignedAlready(Refusal):
    """Somebody signed in this role."""

    code: ClassVar[str] = "TALLY_SIGNED"
    category: ClassVar[Category] = Category.EXISTS
    role: str


class NotSigned(Refusal):
    """Nobody signed in this role."""

    code: ClassVar[str] = "TALLY_NOT_SIGNED"
    category: ClassVar[Category] = Category.RULE
    role: str


class SubstituteMissing(Refusal):
    """In the place of one, two other officers sign and say why."""

    code: ClassVar[str] = "TALLY_SUBSTITUTE"
    category: ClassVar[Category] = Category.RULE


class NextRoundOpen(Refusal):
    """A further vote that the outcome made necessary is not over."""

    code: ClassVar[str] = "TALLY_NEXT_ROUND_OPEN"
    category: ClassVar[Category] = Category.RULE
    election_id: str


class VoteOpenAlready(Refusal):
    """The same body's vote on the same post, or a further round of it, is not over."""

    code: ClassVar[str] = "TALLY_VOTE_OPEN"
    category: ClassVar[Category] = Category.EXISTS
    election_id: str
