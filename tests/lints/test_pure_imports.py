from __future__ import annotations

import pytest

from infra.tools.lints.pure_imports import check
from tests.lints.samples import lines_found

DOMAIN = "services/reporting/domain/roster/plan.py"
KERNEL = "services/kernel/workdays.py"


@pytest.mark.parametrize(
    "line",
    [
        "import apsw",
        "import services.chassis.store",
        "from services import chassis",
        "from services.chassis import ids",
        "from services.tally.domain import outcome",
        "from services.reporting.store import units",
        "from services.reporting import domain_of_another",
        "from huanjie.ledger.v1 import ledger_pb2",
        "import time",
        "import os, random",
        "from asyncio import Queue",
    ],
)
def test_an_impure_import_is_found(line: str) -> None:
    assert lines_found(check, DOMAIN, f"\n{line}") == [2]


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations",
        "import collections.abc, json",
        "from fractions import Fraction",
        "from services import kernel",
        "from services.kernel.paths import depth",
    ],
)
def test_the_standard_library_and_the_kernel_may_be_imported(line: str) -> None:
    assert lines_found(check, DOMAIN, line) == []
    assert lines_found(check, KERNEL, line) == []


def test_a_domain_may_import_itself_and_the_kernel_may_import_no_domain() -> None:
    line = "from services.reporting.domain.units import Unit"
    assert lines_found(check, DOMAIN, line) == []
    assert lines_found(check, KERNEL, line) == [1]


def test_code_with_effects_may_import_what_it_needs() -> None:
    assert lines_found(check, "services/reporting/commands/name.py", "import time, apsw") == []


def test_an_import_inside_a_function_is_found() -> None:
    assert lines_found(check, KERNEL, "def f():\n    import socket\n") == [2]
