"""Facts of other services that cause acts of this one. Reporting listens to nobody yet."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.app import Listen

LISTENS: Mapping[str, Listen] = {}
