"""The pages: files of gateway/web/static, revalidated by ETag; hashed assets are kept for good."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

REVALIDATE: Final = "no-cache"
# Under assets/ a changed file has another name.
IMMUTABLE: Final = "public, max-age=31536000, immutable"
_HASHED: Final = "assets"


class Pages(StaticFiles):
    """A folder with an index.html, with our caching."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = IMMUTABLE if path.partition("/")[0] == _HASHED else REVALIDATE
        return response
