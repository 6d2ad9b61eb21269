"""Why units, rosters and posts are not changed.

Refusal (services.kernel.refusal)
├── a unit      UnitEnded · CodeTaken · NameTaken · KindNotUnder · RootTaken · TreeTooDeep · UnitIdTaken
│               UnitUnchanged · UnitBelowItself · MergeWithItself · KindsDiffer · UnitHasChildren
│               UnitHasOpenAssignments
├── a roster    RosterNeedsSlices · TreeMovedOn · ImportEnded · NothingToActivate · ParentMissing
│               RootMissing · TreeHasCycle
└── a post      PostOccupied · FirstTaken · HolderUnchanged
"""

from __future__ import annotations

from typing import ClassVar

from services.kernel.refusal import Category, Refusal


class UnitEnded(Refusal):
    """The unit was merged or abolished (`state`) and takes no further change."""

    code: ClassVar[str] = "UNIT_ENDED"
    category: ClassVar[Category] = Category.RULE
    unit_id: str
    state: str


class CodeTaken(Refusal):
    """Another unit has this code."""

    code: ClassVar[str] = "UNIT_CODE_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    unit_code: str


class NameTaken(Refusal):
    """Another unit under the same parent has this name."""

    code: ClassVar[str] = "UNIT_NAME_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    name: str


class KindNotUnder(Refusal):
    """A unit of this kind cannot stand under one of that kind; "none" stands for the top of the tree."""

    code: ClassVar[str] = "UNIT_KIND_NOT_UNDER"
    category: ClassVar[Category] = Category.RULE
    name: str
    unit_kind: str
    parent_kind: str


class RootTaken(Refusal):
    """The tree has its root already."""

    code: ClassVar[str] = "UNIT_ROOT_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    name: str


class TreeTooDeep(Refusal):
    """The unit would stand more than `limit` levels below the root."""

    code: ClassVar[str] = "UNIT_TREE_TOO_DEEP"
    category: ClassVar[Category] = Category.RULE
    name: str
    limit: int


class UnitIdTaken(Refusal):
    """A unit of this id exists or existed; ids are never reused."""

    code: ClassVar[str] = "UNIT_ID_TAKEN"
    category: ClassVar[Category] = Category.EXISTS
    unit_id: str


class UnitUnchanged(Refusal):
    """The unit has this name, or this parent, already."""

    code: ClassVar[str] = "UNIT_UNCHANGED"
    category: ClassVar[Category] = Category.RULE
    name: str


class UnitBelowItself(Refusal):
    """The other unit lies below this one: nothing stands below itself."""

    code: ClassVar[str] = "UNIT_BELOW_ITSELF"
    category: ClassVar[Category] = Category.RULE
    name: str
    other_name: str


class MergeWithItself(Refusal):
    """Two different units are merged, or none."""

    code: ClassVar[str] = "UNIT_MERGE_WITH_ITSELF"
    category: ClassVar[Category] = Category.RULE
    name: str


class KindsDiffer(Refusal):
    """Units are merged into units of their own kind only."""

    code: ClassVar[str] = "UNIT_KINDS_DIFFER"
    category: ClassVar[Category] = Category.RULE
    unit_kind: str
    other_kind: str


class UnitHasChildren(Refusal):
    """Units below it must be transferred, merged or abolished first."""

    code: ClassVar[str] = "UNIT_HAS_CHILDREN"
    category: ClassVar[Category] = Category.RULE
    name: str
    count: int


class UnitHasOpenAssignments(Refusal):
    """Assignments of the unit are open: verify or withdraw them, or merge the unit into another."""

    code: ClassVar[str] = "UNIT_HAS_OPEN_ASSIGNMENTS"
    category: ClassVar[Category] = Category.RULE
    name: str
    count: int


class RosterNeedsSlices(Refusal):
    """The roster changes more units than one command may: stage it in slices, then activate."""

    code: ClassVar[str] = "ROSTER_NEEDS_SLICES"
    category: ClassVar[Category] = Category.TOO_LARGE
    rows: int
    limit: int


class TreeMovedOn(Refusal):
    """The tree changed since the import was planned: plan it again."""

    code: ClassVar[str] = "TREE_MOVED_ON"
    category: ClassVar[Category] = Category.CONFLICT
    planned_at: int
    changed_at: int


class ImportEnded(Refusal):
    """The import was activated or discarded (`state`)."""

    code: ClassVar[str] = "ROSTER_IMPORT_ENDED"
    category: ClassVar[Category] = Category.CONFLICT
    import_id: str
    state: str


class NothingToActivate(Refusal):
    """Nothing is staged and nothing is to change."""

    code: ClassVar[str] = "ROSTER_NOTHING_TO_ACTIVATE"
    category: ClassVar[Category] = Category.INVALID
    import_id: str


class ParentMissing(Refusal):
    """The unit's parent is neither in the tree nor staged before it in the same import."""

    code: ClassVar[str] = "UNIT_PARENT_MISSING"
    category: ClassVar[Category] = Category.RULE
    name: str
    parent_id: str


class RootMissing(Refusal):
    """No unit stands at the top of the tree."""

    code: ClassVar[str] = "UNIT_ROOT_MISSING"
    category: ClassVar[Category] = Category.RULE


class TreeHasCycle(Refusal):
    """The unit would stand, over others, below itself."""

    code: ClassVar[str] = "UNIT_TREE_HAS_CYCLE"
    category: ClassVar[Category] = Category.RULE
    name: str


class PostOccupied(Refusal):
    """Somebody else holds the post: it is handed over, so that open items go with it."""

    code: ClassVar[str] = "POST_OCCUPIED"
    category: ClassVar[Category] = Category.CONFLICT
    post_name: str


class FirstTaken(Refusal):
    """The unit has its first responsible person already, in another post."""

    code: ClassVar[str] = "POST_FIRST_TAKEN"
    category: ClassVar[Category] = Category.CONFLICT
    post_name: str


class HolderUnchanged(Refusal):
    """This person holds the post already, on the same terms."""

    code: ClassVar[str] = "POST_HOLDER_UNCHANGED"
    category: ClassVar[Category] = Category.RULE
    post_name: str
