"""Health tells the truth, and what a running service keeps of its own: checkpoints, ticks, request ids."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from huanjie.chassis.v1 import chassis_pb2
from services.chassis import health
from services.chassis.checkpoints import SigningKey, Trusted, opened
from services.chassis.client import ServiceClient
from services.chassis.keys import ensure_key
from services.chassis.requests import KEPT_DAYS, Requests
from tests.brokers import NatsServer
from tests.chassis.desk import ADMINISTRATOR, Desk
from tests.chassis.sample import sample_pb2 as pb
from tests.chassis.sample.counters.app import APP as COUNTERS
from tests.chassis.sample.mirror import app as mirror_app
from tests.chassis.sample.mirror.app import APP as MIRROR
from tests.chassis.sample.mirror.app import POISON
from tests.chassis.scene import Scene
from tests.chassis.test_way import open_and_add
