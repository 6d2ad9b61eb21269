"""The transmission index: how much of what was asked has arrived and been done, and where the rest is
(TRANSMISSION).

`DirectiveIndex` takes events in and keeps every unit's `Figures`; `account`, `layer_table`, `plan_value_e9`
and `blockers` read them. Everything is whole numbers or fractions; time comes in as an argument.
"""

from services.kernel.transmission.counters import (
    Counter,
    counter_key,
    latency_mean,
    latency_quantile,
)
from services.kernel.transmission.dues import Clockwork, Deadlines
from services.kernel.transmission.events import (
    Dispatched,
    DueMoved,
    Event,
    Joined,
    Merged,
    Moved,
    Restored,
    Returned,
    ScopeChanged,
    StageDone,
    StageUndone,
    Withdrawn,
)
from services.kernel.transmission.explain import (
    ExplanationTooLarge,
    FigureSource,
    Line,
    Standing,
    blockers,
    lines,
    standing,
)
from services.kernel.transmission.facts import Facts
from services.kernel.transmission.figures import Figures, FiguresRow
from services.kernel.transmission.index import DirectiveIndex
from services.kernel.transmission.keys import DUE_COMMON, MASS_E9, Category, Side, Stage, TransmissionBroken
from services.kernel.transmission.policy import DEFAULT_POLICY, FULL_CREDIT_E6, Policy, PolicyInvalid, credit
from services.kernel.transmission.reading import (
    Account,
    AccountLine,
    LayerRow,
    account,
    attenuation_millibits,
    layer_table,
    overall,
    percent,
    plan_value_e9,
    schedule_lag_minutes,
)
from services.kernel.transmission.scope import Scope, ScopeLayer, TableScope, Unit

__all__ = [
    "DEFAULT_POLICY",
    "DUE_COMMON",
    "FULL_CREDIT_E6",
    "MASS_E9",
    "Account",
    "AccountLine",
    "Category",
    "Clockwork",
    "Counter",
    "Deadlines",
    "DirectiveIndex",
    "Dispatched",
    "DueMoved",
    "Event",
    "ExplanationTooLarge",
    "Facts",
    "FigureSource",
    "Figures",
    "FiguresRow",
    "Joined",
    "LayerRow",
    "Line",
    "Merged",
    "Moved",
    "Policy",
    "PolicyInvalid",
    "Restored",
    "Returned",
    "Scope",
    "ScopeChanged",
    "ScopeLayer",
    "Side",
    "Stage",
    "StageDone",
    "StageUndone",
    "Standing",
    "TableScope",
    "TransmissionBroken",
    "Unit",
    "Withdrawn",
    "account",
    "attenuation_millibits",
    "blockers",
    "counter_key",
    "credit",
    "latency_mean",
    "latency_quantile",
    "layer_table",
    "lines",
    "overall",
    "percent",
    "plan_value_e9",
    "schedule_lag_minutes",
    "standing",
]
