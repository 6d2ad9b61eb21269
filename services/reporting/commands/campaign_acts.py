"""What acts on matters, orders and the like have in common: who may, judged by the unit that the thing belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

from services.chassis import routes, tree
from services.chassis.act import Act
from services.chassis.permissions import Allow, fit
from services.chassis.refusals import BadRequest, NotFound, PermissionDenied, StaleVersion
from services.chassis.tree import TreeUnit
from services.reporting.domain.assignments import EVIDENCE_MAX

_SHA256: Final = re.compile(r"[0-9a-f]{64}")

E = TypeVar("E", bound=StrEnum)


def acts_for(act: Act, ways: Iterable[Allow], unit_id: str, action: str, route_id: str = routes.UNIT_TREE) -> str:
    """The unit for which the caller acts, by the first way that fits; the entry names that grant.

    Raises PermissionDenied.
    """
    for way in ways:
        grant = fit(act.tx, act.principal, way, unit_id, route_id)
        if grant is not None:
            act.grant = grant
            return grant.unit_id
    raise PermissionDenied(action=action)


def active_unit(act: Act, unit_id: str) -> TreeUnit:
    """Raises NotFound, also for a unit that has ended."""
    unit = tree.find(act.tx, unit_id)
    if unit is None or not unit.active:
        raise NotFound(kind="unit", id=unit_id)
    return unit


def check_seen(expected: int, actual: int) -> None:
    """Raises StaleVersion when it changed since the caller saw it; 0 does not check."""
    if expected not in (0, actual):
        raise StaleVersion(expected=expected, actual=actual)


def term_of(field: str, raw: str, terms: type[E]) -> E:
    """A term of a fixed list. Raises BadRequest."""
    try:
        return terms(raw)
    except ValueError:
        raise BadRequest(field=field, problem="out_of_range" if raw else "required") from None


def evidence_of(digests: Iterable[str]) -> tuple[str, ...]:
    """The names of evidence files. Raises BadRequest."""
    named = tuple(dict.fromkeys(digests))
    if len(named) > EVIDENCE_MAX:
        raise BadRequest(field="evidence", problem="too_many")
    if not all(_SHA256.fullmatch(digest) for digest in named):
        raise BadRequest(field="evidence", problem="malformed")
    return named
