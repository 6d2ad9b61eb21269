"""A typed client of a service, made from its descriptor: one Request out, one Reply in, over the broker."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from huanjie.call.v1 import call_pb2 as pb
from services.chassis.binding import is_query, message_class
from services.chassis.broker import Broker
from services.chassis.refusals import DeadlinePassed, ServiceUnreachable, UnknownMethod
from services.chassis.wire import Subjects, refusal_of

R = TypeVar("R", bound=Message)

CALL_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What a call returned; ``position`` is where its change stands, None for a read or an unchanged state."""

    message: R
    position: pb.Position | None
    repeated: bool


class ServiceClient:
    """Calls one service. Refusals are raised as they were decided there."""

    def __init__(self, broker: Broker, subjects: Subjects, service: str, descriptor: ServiceDescriptor) -> None:
        self._broker = broker
        self._service = service
        self._methods = {
            m.name: (
                (subjects.query if is_query(m) else subjects.command)(service, m.name),
                message_class(m.output_type),
            )
            for m in descriptor.methods
        }

    async def call(
        self,
        method: str,
        request: Message,
        response_type: type[R],
        *,
        principal: bytes = b"",
        request_id: str = "",
        timeout_seconds: float = CALL_TIMEOUT_SECONDS,
        traceparent: str = "",
        not_before: tuple[pb.Position, ...] = (),
    ) -> Answer[R]:
        """Sends one request and waits for its reply.

        An empty ``request_id`` is filled with a random one. Raises the service's refusal; ServiceUnreachable when
        nobody answers (nothing is known of the outcome: send the same request id again); DeadlinePassed when time
        ran out.
        """
        found = self._methods.get(method)
        if found is None or found[1] is not response_type:
            raise UnknownMethod(method=method)
        envelope = pb.Request(
            request_id=request_id or uuid.uuid4().hex,
            deadline_us=time.time_ns() // 1_000 + int(timeout_seconds * 1_000_000),
            principal=principal,
            body=request.SerializeToString(),
            traceparent=traceparent,
            not_before=not_before,
        )
        try:
            answered = await self._broker.requests.ask(found[0], envelope.SerializeToString(), timeout_seconds)
        except NoRespondersError:
            raise ServiceUnreachable(service=self._service) from None
        except NatsTimeoutError:
            raise DeadlinePassed() from None
        except (NatsError, OSError):
            raise ServiceUnreachable(service=self._service) from None
        reply = pb.Reply.FromString(answered)
        if reply.WhichOneof("outcome") == "refused":
            raise refusal_of(reply.refused)
        position = reply.position if reply.HasField("position") else None
        return Answer(response_type.FromString(reply.body), position, reply.repeated_request)
