"""The services behind the interface: their calls, their refusals, and what those say to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from huanjie.identity.v1 import identity_pb2
from huanjie.reporting.v1 import reporting_pb2
from huanjie.schedule.v1 import schedule_pb2
from huanjie.tally.v1 import tally_pb2
from services.chassis.binding import is_query

SERVICES: Final[Mapping[str, ServiceDescriptor]] = {
    "reporting": reporting_pb2.DESCRIPTOR.services_by_name["ReportingService"],
    "identity": identity_pb2.DESCRIPTOR.services_by_name["IdentityService"],
    "schedule": schedule_pb2.DESCRIPTOR.services_by_name["ScheduleService"],
    "tally": tally_pb2.DESCRIPTOR.services_by_name["TallyService"],
}
# Where the wording of refusals stands, and the packages whose import makes the refusals known by their codes.
WORDED: Final = (
    "services.chassis",
    "services.reporting",
    "services.schedule",
    "services.tally",
    "gateway.identity",
    "gateway.api",
)
REFUSING: Final = (
    "services.chassis.sheets.refusals",
    "services.reporting.domain.errors",
    "services.schedule.domain.errors",
    "services.tally.domain.errors",
    "gateway.identity.domain.errors",
)


class RpcUnknown(Exception):
    """An operation names an rpc that no service declares."""


def find_rpc(name: str) -> tuple[str, MethodDescriptor]:
    """The service and method of a name such as "reporting.SubmitReport". Raises RpcUnknown."""
    service, _, method = name.partition(".")
    descriptor = SERVICES.get(service)
    if descriptor is None or method not in descriptor.methods_by_name:
        raise RpcUnknown(name)
    return service, descriptor.methods_by_name[method]


def changes_nothing(name: str) -> bool:
    """The rpc is a query."""
    return is_query(find_rpc(name)[1])
