"""What anyone may know before signing in: whose platform this is, and what time it is there."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel
from starlette.types import ASGIApp

from gateway.api.answers import answer_json
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from services.chassis.clock import security_now_us


class Site(BaseModel):
    """The district and its clock. In a rehearsal, business time runs `speed` times as fast as wall time."""

    district_code: str
    district_name: str
    # "real" or "rehearsal", for good.
    kind: str
    business_now_us: int
    wall_now_us: int
    speed: int


async def get_site(incoming: Incoming) -> ASGIApp:
    """The same for everyone."""
    folder = incoming.api.folder
    content = {
        "district_code": folder.identity.district_code,
        "district_name": folder.identity.district_name,
        "kind": folder.clock.kind,
        "business_now_us": folder.business_clock().now_us(),
        "wall_now_us": security_now_us(),
        "speed": folder.clock.speed,
    }
    return answer_json(content)


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("get_site", "GET", "/site", "session", "Whose platform this is, and its clock", get_site, answer=Site),
)
