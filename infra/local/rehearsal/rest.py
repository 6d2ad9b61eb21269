"""The public interface, spoken as browsers and units' own systems speak it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpx

TRIES_MAX: Final = 8
WAIT_SECONDS: Final = 0.5
WAIT_SECONDS_MAX: Final = 10.0
TIMEOUT_SECONDS: Final = 20.0
CONNECTIONS_MAX: Final = 24
PAGE_ROWS: Final = 200
# The same request is sent again: nothing is known of it, or it was not taken.
_AGAIN: Final = frozenset({429, 502, 503, 504})


class Refused(Exception):
    """The platform said no; ``code`` says why."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


class PlatformGone(Exception):
    """The platform does not answer any more."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, or a session with its token against forged requests."""

    headers: Mapping[str, str]

    @classmethod
    def by_key(cls, secret: str) -> Caller:
        return cls({"Authorization": f"Bearer {secret}"})


NOBODY: Final = Caller({})


class Rest:
    """Calls under /api/v1; what is not taken for the moment is sent again under the same key."""

    def __init__(self, base: str, connections: int = CONNECTIONS_MAX) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        # Cookies are kept by their callers: many people share this client.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.AsyncClient(
            base_url=f"{base}/api/v1", timeout=TIMEOUT_SECONDS, limits=limits, cookies=no_cookies
        )
        self._gate = asyncio.Semaphore(connections)
        self.done = 0
        self.refused: Counter[str] = Counter()

    async def close(self) -> None:
        await self._client.aclose()

    async def log_in(self, path: str, body: Mapping[str, str]) -> Caller:
        """Opens a session by /session or /activation."""
        answer = await self._send("POST", path, NOBODY, body, "")
        token = answer.cookies["hj_session"]
        return Caller({"Cookie": f"hj_session={token}", "X-CSRF-Token": str(answer.json()["csrf_token"])})

    async def post(self, path: str, caller: Caller, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A change under an idempotency key. Raises Refused, PlatformGone."""
        answer = await self._send("POST", path, caller, body, key)
        self.done += 1
        return dict(answer.json()) if answer.content else {}

    async def upload(self, path: str, caller: Caller, content: bytes, name: str) -> dict[str, Any]:
        """A file in the form field that uploads have. Raises Refused."""
        answer = await self._send("POST", path, caller, None, "", files={"file": (name, content)})
        self.done += 1
        return dict(answer.json())

    async def get(self, path: str, caller: Caller, **asked: str | int) -> dict[str, Any]:
        """A read. Raises Refused, PlatformGone."""
        return dict((await self._send("GET", path, caller, None, "", asked)).json())

    async def fetch(self, path: str, caller: Caller, **asked: str | int) -> bytes:
        """A file. Raises Refused, PlatformGone."""
        return (await self._send("GET", path, caller, None, "", asked)).content

    async def pages(self, path: str, caller: Caller) -> AsyncIterator[dict[str, Any]]:
        """Every row of a list."""
        cursor = ""
        while True:
            page = await self.get(path, caller, cursor=cursor, limit=PAGE_ROWS)
            for row in page["items"]:
                yield row
            if not (cursor := page["next_cursor"]):
                return

    async def _send(
        self,
        method: str,
        path: str,
        caller: Caller,
        body: Mapping[str, Any] | None,
        key: str,
        asked: Mapping[str, str | int] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        headers = dict(caller.headers) | ({"Idempotency-Key": key} if key else {})
        wait = WAIT_SECONDS
        for _ in range(TRIES_MAX):
            try:
                async with self._gate:
                    answer = await self._client.request(
                        method, path, json=body, params=asked, headers=headers, files=files
                    )
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code not in _AGAIN:
                return self._checked(answer)
            seconds = float(answer.headers.get("retry-after", wait)) if answer is not None else wait
            await asyncio.sleep(min(seconds, WAIT_SECONDS_MAX))
            wait = min(wait * 2, WAIT_SECONDS_MAX)
        raise PlatformGone(path)

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        code = str(problem.get("code", answer.status_code))
        self.refused[code] += 1
        raise Refused(answer.status_code, code, str(problem.get("detail", "")))
