"""What follows from a session's token."""

from __future__ import annotations

import hashlib


def csrf_of(session_token: str) -> str:
    """The token that unsafe requests of a page carry in a header: it says nothing about the session's own."""
    return hashlib.sha256(b"huanjie csrf\x00" + session_token.encode()).hexdigest()
