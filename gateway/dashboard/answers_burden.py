"""What the reads answer about the cost of asking. Shares are text, rounded once; None where there was nothing to count.

Nothing here is of a person, nothing is ranked: layers, cells, and entries in the order in which they were written.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.dashboard.answers import DirectiveRef, UnitRef
from gateway.dashboard.moments import Moment


@dataclass(frozen=True, slots=True)
class LayerBurden:
    """One layer below the unit; layer 0 is the unit itself. Over all open directives that reach it.

    `asked_above`: items (an obliged unit under a directive) asked by the unit and those above it; `asked_between`:
    added by units between; `inflation`: all of them for each that was asked above. `compression`: the share of its own
    time that a superior left to these units, as geometric mean over `passed` units; `granted`: what the plans grant;
    `squeezed`: less than that. `checked`: reports that a verifier decided on, at first sight; `gap`: the share not
    found true, with its 95 % bounds. `minutes`: what the coming seven days ask of all of them, by the policy.
    """

    layer: int
    units: int
    asked_above: int
    asked_between: int
    inflation: str | None
    passed: int
    compression: str | None
    granted: str | None
    squeezed: bool
    broken_down: int
    passed_through: int
    passed_through_rate: str | None
    reported: int
    empty_reports: int
    empty_rate: str | None
    returned: int
    return_rate: str | None
    checked: int
    found_true: int
    gap: str | None
    gap_low: str | None
    gap_high: str | None
    minutes: int
    minutes_each: str | None


@dataclass(frozen=True, slots=True)
class LoadCellShown:
    """So many named persons have so many open items; `items_to` 0: or more."""

    items_from: int
    items_to: int
    persons: int


@dataclass(frozen=True, slots=True)
class Load:
    """Open items by named person, as a distribution: never by name, and no cell that shows fewer than `cell_min`.

    An item is open from when it was named until it is reported, and again while it is returned. `persons` and `over`
    (persons above `items_max`) are None where they are too few to be shown.
    """

    items: int
    persons: int | None
    cells: list[LoadCellShown]
    items_max: int
    over: int | None
    heavy: bool
    cell_min: int


@dataclass(frozen=True, slots=True)
class PiledOn:
    """A directive that a unit below issued itself, beside what came from above.

    `parent`: the superior's directive that it names. `workdays_taken`: working days by which its report is due before
    the superior's; None where it names none.
    """

    directive: DirectiveRef
    issuer: UnitRef
    layer: int
    items: int
    report_due_us: int
    parent: DirectiveRef | None
    parent_due_us: int
    workdays_taken: int | None
    event_id: str


@dataclass(frozen=True, slots=True)
class Burden:
    """What the asking costs the units below one. `index` is TI over what was asked by the unit and those above it;
    `inspected`: the same with each layer's yield multiplied by the lower bound of the share that verifiers found true.
    """

    moment: Moment
    unit: UnitRef
    policy_version: str
    policy_minutes: dict[str, int]
    index: str | None
    inspected: str | None
    layers: list[LayerBurden]
    load: Load
    piled: list[PiledOn]
    piled_left_out: bool


@dataclass(frozen=True, slots=True)
class BurdenEntry:
    """An entry that a figure rests on. `value`: what it adds, in the figure's own measure."""

    layer: int
    unit: UnitRef
    directive: DirectiveRef
    type: str
    value: str
    at_us: int
    due_us: int
    event_id: str


@dataclass(frozen=True, slots=True)
class BurdenEntries:
    """The entries behind one figure, in the order in which they were written."""

    moment: Moment
    unit: UnitRef
    figure: str
    entries: list[BurdenEntry]
    entries_left_out: bool


AskingAnswer = Burden | BurdenEntries
"""Whatever stands for a moment."""
