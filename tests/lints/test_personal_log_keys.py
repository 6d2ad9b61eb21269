from __future__ import annotations

import pytest

from infra.tools.lints.personal_log_keys import check
from tests.lints.samples import lines_found


@pytest.mark.parametrize(
    "call",
    [
        "log.info('named', name=unit.name)",
        "self._log.warning('refused', phone=phone)",
        "logger.bind(token=token)",
        "log.bind(service='x').info('named', holder=who)",
        "structlog.get_logger().error('failed', text=body)",
        "structlog.contextvars.bind_contextvars(user=user)",
        "request_log.info('answered', password=password)",
    ],
)
def test_a_key_that_may_hold_personal_data_is_found(call: str) -> None:
    assert lines_found(check, "gateway/api/units.py", f"\n{call}") == [2]


@pytest.mark.parametrize(
    "call",
    [
        "log.info('batch', commands=12, micros=800)",
        "log.info('named', unit_id=unit.id)",
        "render('named', name=unit.name)",
        "catalogue.log(name='x')",
    ],
)
def test_other_keys_and_other_calls_are_left_alone(call: str) -> None:
    assert lines_found(check, "gateway/api/units.py", call) == []
