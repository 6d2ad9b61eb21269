"""Writes the broker's configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from infra.nats.permissions import BrokerUser

AUTHORIZATION_SECONDS_MAX = 5
_TEMPLATE = Path(__file__).with_name("nats.conf.in")


def render(
    users: Sequence[BrokerUser],
    public_keys: Mapping[str, str],
    *,
    server_name: str,
    port: int,
    monitor_port: int,
    store_dir: Path,
) -> str:
    """The text of nats.conf; ``public_keys`` are the users' nkeys by name."""
    return Template(_TEMPLATE.read_text("utf-8")).substitute(
        server_name=json.dumps(server_name),
        port=port,
        monitor_port=monitor_port,
        store_dir=json.dumps(str(store_dir)),
        authorization=authorization(users, public_keys),
    )


def authorization(users: Sequence[BrokerUser], public_keys: Mapping[str, str]) -> str:
    """One key a process; what is not allowed to it is denied."""
    each = "\n".join(_user(user, public_keys[user.name]) for user in users)
    return f"authorization {{\n  timeout: {AUTHORIZATION_SECONDS_MAX}\n  users: [\n{each}\n  ]\n}}"


def _user(user: BrokerUser, public_key: str) -> str:
    publish, subscribe = json.dumps(user.publish), json.dumps(user.subscribe)
    return (
        f"    # {user.name}\n"
        f"    {{ nkey: {public_key}, permissions: {{\n"
        f"      publish: {{ allow: {publish} }}\n"
        f"      subscribe: {{ allow: {subscribe} }}\n"
        f"    }} }}"
    )
