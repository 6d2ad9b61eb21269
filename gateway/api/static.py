"""The pages: files of gateway/web/static, revalidated by ETag; hashed assets are kept for good."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.api.shell import WORKER, worker_text

REVALIDATE: Final = "no-cache"
# Under assets/ a changed file has another name.
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_HASHED: Final = "assets"


class Pages(StaticFiles):
    """A folder with an index.html, with our caching."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if path == WORKER:
            text = await asyncio.to_thread(worker_text, Path(str(self.directory)))
            response = Response(text, media_type="text/javascript")
        response.headers["cache-control"] = IMMUTABLE if path.partition("/")[0] == _HASHED else REVALIDATE
        return response
