"""What happens to units and to the people who answer for them. Times in microseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitEstablished:
    """A unit stands in the tree from now on; ``parent_id`` is empty only for the root."""

    unit_id: str
    parent_id: str
    code: str
    name: str
    kind: str
    members: int


@dataclass(frozen=True, slots=True)
class UnitsStaged:
    """A slice of an import, parents before children; its units count for nothing before RosterActivated."""

    import_id: str
    units: tuple[UnitEstablished, ...]


@dataclass(frozen=True, slots=True)
class RosterActivated:
    """All units of the import stand in the tree; the changes to known units follow as events of their own."""

    import_id: str
    file_sha256: str
    established: int
    changed: int


@dataclass(frozen=True, slots=True)
class RosterDiscarded:
    """What the import staged is gone."""

    import_id: str


@dataclass(frozen=True, slots=True)
class UnitRenamed:
    """The unit has another name."""

    unit_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitRecoded:
    """The unit has another code."""

    unit_id: str
    code: str


@dataclass(frozen=True, slots=True)
class UnitReclassified:
    """The unit is of another kind: a branch became a general branch."""

    unit_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class UnitMembersCounted:
    """How many members the unit has."""

    unit_id: str
    members: int


@dataclass(frozen=True, slots=True)
class UnitTransferred:
    """The unit, with all below it, stands under another parent."""

    unit_id: str
    from_parent_id: str
    to_parent_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitMerged:
    """The unit ended, and its open assignments with it; its members and children went to the other."""

    unit_id: str
    into_unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitAbolished:
    """The unit ended; it had neither children nor open assignments."""

    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class PostHolderAppointed:
    """A post of the unit has its first holder, or its holder new terms. ``first``: first responsible person."""

    unit_id: str
    post_id: str
    post_name: str
    person_id: str
    person_name: str
    acting: bool
    from_us: int
    first: bool


@dataclass(frozen=True, slots=True)
class PostHandedOver:
    """Another person holds the post; open items named to the old holder on it moved to the new one."""

    unit_id: str
    post_id: str
    from_person_id: str
    person_id: str
    person_name: str
    acting: bool
    from_us: int


UNIT_EVENTS: tuple[type, ...] = (
    UnitEstablished,
    UnitsStaged,
    RosterActivated,
    RosterDiscarded,
    UnitRenamed,
    UnitRecoded,
    UnitReclassified,
    UnitMembersCounted,
    UnitTransferred,
    UnitMerged,
    UnitAbolished,
    PostHolderAppointed,
    PostHandedOver,
)
