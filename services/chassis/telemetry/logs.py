"""Log lines: one JSON object a line on standard error, in wall time. One line a batch, not one a request.

Values under a personal key are left out and the key is named in `left_out`; a log call never fails for it.
"""

import logging
import sys
from typing import BinaryIO, Final, Literal

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from services.chassis.telemetry.personal import is_personal

Level = Literal["debug", "info", "warning", "error"]
_DEPTH_MAX: Final = 4


def configure_logging(service: str, level: Level, stream: BinaryIO | None = None) -> None:
    """Once a process, at its start. Libraries that use `logging` are heard from warning on."""
    structlog.configure(
        processors=[
            _Stamp(service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            leave_out_personal,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(stream or sys.stderr.buffer),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(
        level=max(logging.WARNING, logging.getLevelName(level.upper())), handlers=[_Bridge()], force=True
    )


def logger() -> FilteringBoundLogger:
    """The logger of this process; may be taken before `configure_logging`."""
    bound: FilteringBoundLogger = structlog.get_logger()
    return bound


def leave_out_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The structlog processor that drops values under personal keys, in nested maps too."""
    left_out: list[str] = []
    cleaned = {
        key: _clean(key, value, left_out, _DEPTH_MAX) for key, value in event.items() if not _drop(key, left_out)
    }
    if left_out:
        cleaned["left_out"] = sorted(set(left_out))
    return cleaned


def _drop(key: str, left_out: list[str]) -> bool:
    if is_personal(key):
        left_out.append(key)
        return True
    return False


def _clean(key: str, value: object, left_out: list[str], depth: int) -> object:
    if not isinstance(value, dict | list | tuple):
        return value
    if depth == 0:
        left_out.append(key)
        return None
    if isinstance(value, dict):
        return {str(k): _clean(k, v, left_out, depth - 1) for k, v in value.items() if not _drop(str(k), left_out)}
    return [_clean(key, item, left_out, depth - 1) for item in value]


class _Stamp:
    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        return event


class _Bridge(logging.Handler):
    """Turns a library's record into a line of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            log = structlog.get_logger()
            log.log(record.levelno, record.getMessage(), library=record.name, exc_info=record.exc_info)
        except Exception:
            self.handleError(record)


def _to_json(event: EventDict, **_: object) -> bytes:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS)
