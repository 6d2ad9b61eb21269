"""From one milestone's latest day to the latest day of every layer and stage below: what its directive asks of whom.

The time from the launch to the day by which everything is verified is divided by a policy in thousandths. The dates are
common to all units of a layer, so a unit's own are found from its path alone, in as many steps as the tree is deep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.kernel.paths import segments
from services.kernel.workdays import WorkCalendar
from services.schedule.domain.plan_errors import WindowBelowLayers

DISPATCH, RECEIVE, NAME, START, REPORT, VERIFY = range(1, 7)
STAGES: Final = (DISPATCH, RECEIVE, NAME, START, REPORT, VERIFY)
PERMILLE: Final = 1_000
LAYERS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Shares:
    """How the working days of a window are divided. Thousandths of the whole, policy of the district.

    `passing`: for all layers together to pass on, receive and name; `layers`: how that is divided among them, in any
    unit, the topmost first, layers past the list like its last; `starting`: for the first step after the last layer has
    named; `verifying`: for the superior at the end. The rest is for the work itself.
    """

    passing_permille: int = 300
    starting_permille: int = 100
    verifying_permille: int = 150
    layers: tuple[int, ...] = (1,)

    def __post_init__(self) -> None:
        parts = (self.passing_permille, self.starting_permille, self.verifying_permille)
        if min(parts) < 0 or sum(parts) > PERMILLE or not self.layers or min(self.layers) < 1:
            raise ValueError("shares are thousandths of one whole, and each layer has one")


@dataclass(frozen=True, slots=True)
class StageDay:
    """The latest day of one stage of one layer below the issuer (1 is the first)."""

    layer: int
    stage: int
    latest: date


@dataclass(frozen=True, slots=True)
class Cascade:
    """`rows[layer - 1][stage - 1]`: common latest days. Layers below the last row use the last row."""

    milestone: str
    launch: date
    rows: tuple[tuple[date, ...], ...]

    def latest(self, layer: int, stage: int) -> date:
        """The common latest day of a stage for the units of a layer >= 1."""
        return self.rows[min(layer, len(self.rows)) - 1][stage - 1]

    def days(self) -> tuple[StageDay, ...]:
        """Every layer and stage, as a directive's plan takes them."""
        return tuple(
            StageDay(layer, stage, day)
            for layer, row in enumerate(self.rows, start=1)
            for stage, day in zip(STAGES, row, strict=True)
        )


def needed_workdays(layers: int) -> int:
    """The least window: a day for each layer to pass on, one to do the work, one to verify it."""
    return layers + 2


def cascade(
    milestone: str, launch: date, done_by: date, layers: int, shares: Shares, calendar: WorkCalendar
) -> Cascade:
    """The latest days of every layer and stage between the launch and the day by which all is verified.

    Raises WindowBelowLayers when there are too few working days, or none, for so many layers.
    """
    if not 1 <= layers <= LAYERS_MAX:
        raise ValueError(f"layers are counted from 1 to {LAYERS_MAX}")
    window = calendar.workdays_between(launch, done_by)
    if window < needed_workdays(layers):
        raise WindowBelowLayers(
            milestone=milestone, window_workdays=max(0, window), needed_workdays=needed_workdays(layers)
        )
    passing = max(layers, window * shares.passing_permille // PERMILLE)
    # Small windows: verifying leaves each layer a day to pass on, and passing on gives way before the day of work does.
    verifying = min(max(1, window * shares.verifying_permille // PERMILLE), window - layers - 1)
    passing = min(passing, window - verifying - 1)
    starting = min(window * shares.starting_permille // PERMILLE, window - verifying - passing)

    def on(workdays: int) -> date:
        return calendar.add_workdays(launch, workdays) if workdays else launch

    rows = []
    begin = 0
    for layer in range(1, layers + 1):
        end = _through(layer, layers, passing, shares.layers)
        # Passed on at once, received by the middle, named by the end of the layer's share.
        dispatch = begin if layer == 1 else min(begin + 1, end)
        receive = max(dispatch, (begin + end + 1) // 2)
        rows.append((dispatch, receive, end, passing + starting, window - verifying, window))
        begin = end
    return Cascade(milestone, launch, tuple(tuple(map(on, row)) for row in rows))


def _through(layer: int, layers: int, passing: int, weights: tuple[int, ...]) -> int:
    """Working days after which the first `layer` layers have passed the work on; each has at least one."""
    weight = [weights[min(each, len(weights)) - 1] for each in range(1, layers + 1)]
    spare = passing - layers
    return layer + spare * sum(weight[:layer]) // sum(weight)


@dataclass(frozen=True, slots=True)
class UnitDays:
    """One unit's latest days for one milestone's directive, by stage; `layer` 0: the issuer or not below it."""

    layer: int
    latest: tuple[date, ...]


def unit_days(
    of: Cascade, issuer_unit_id: str, path: str, extended: Mapping[str, Mapping[int, date]] | None = None
) -> UnitDays:
    """The latest days in force for the unit at a path.

    `extended`: unit id → stage → a later day that was granted to that unit alone. O(depth of the path): nothing is
    kept per unit, and how many units there are does not matter.
    """
    ids = segments(path)
    layer = len(ids) - 1 - ids.index(issuer_unit_id) if issuer_unit_id in ids else 0
    if not layer:
        return UnitDays(0, ())
    own = (extended or {}).get(ids[-1], {})
    return UnitDays(layer, tuple(own.get(stage, of.latest(layer, stage)) for stage in STAGES))
