"""Answers Health and Metrics for a process that is no service: it keeps no ledger and takes no commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from google.protobuf.message import DecodeError, Message
from nats.aio.msg import Msg

from huanjie.call.v1 import call_pb2
from huanjie.chassis.v1 import chassis_pb2
from services.chassis.broker import Broker
from services.chassis.refusals import UnknownMethod
from services.chassis.telemetry import metrics_text
from services.chassis.wire import Subjects, refused

HealthOf = Callable[[], Awaitable[chassis_pb2.HealthResponse]]


class StatusServer:
    """Serves ``qry.<name>.Health`` and ``qry.<name>.Metrics``."""

    def __init__(self, broker: Broker, subjects: Subjects, name: str, health: HealthOf) -> None:
        self._broker = broker
        self._subjects = subjects
        self._name = name
        self._health = health

    async def start(self) -> None:
        await self._broker.client.subscribe(self._subjects.query(self._name, "*"), cb=self._on_query)

    async def _on_query(self, message: Msg) -> None:
        method = message.subject.rsplit(".", 1)[-1]
        try:
            call_pb2.Request.FromString(message.data)
        except DecodeError:
            return
        body: Message
        if method == "Health":
            body = await self._health()
        elif method == "Metrics":
            body = chassis_pb2.MetricsResponse(text=metrics_text())
        else:
            reply = refused(UnknownMethod(method=method[:64]))
            await self._broker.client.publish(message.reply, reply.SerializeToString())
            return
        answer = call_pb2.Reply(body=body.SerializeToString())
        await self._broker.client.publish(message.reply, answer.SerializeToString())
