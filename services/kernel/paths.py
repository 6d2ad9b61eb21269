"""Materialised tree paths: `/a/b/c/`, one segment a unit id, the root of all paths `/`.

The closing slash makes "is below" a prefix test, and a subtree one range of a sorted index.
"""

from __future__ import annotations

from functools import lru_cache

SEPARATOR = "/"
ROOT = SEPARATOR
_AFTER_SEPARATOR = chr(ord(SEPARATOR) + 1)
# One decision takes the same few paths apart several times.
_TAKEN_APART_PATHS_MAX = 4_096


class PathInvalid(ValueError):
    """Not a path, or not a segment of one."""


def _checked(path: str) -> str:
    if not path.startswith(SEPARATOR) or not path.endswith(SEPARATOR) or SEPARATOR * 2 in path:
        raise PathInvalid(f"{path!r} is not of the form /a/b/")
    return path


def join(path: str, segment: str) -> str:
    """The path of a unit directly below `path`."""
    if not segment or SEPARATOR in segment:
        raise PathInvalid(f"{segment!r} cannot be a segment")
    return f"{_checked(path)}{segment}{SEPARATOR}"


@lru_cache(maxsize=_TAKEN_APART_PATHS_MAX)
def segments(path: str) -> tuple[str, ...]:
    """The unit ids on the path, topmost first."""
    return tuple(_checked(path).split(SEPARATOR)[1:-1])


def depth(path: str) -> int:
    """How many segments the path has; 0 for the root."""
    return _checked(path).count(SEPARATOR) - 1


def parent(path: str) -> str:
    """The path directly above. PathInvalid for the root, which has none."""
    if _checked(path) == ROOT:
        raise PathInvalid("the root has no parent")
    return path[: path.rindex(SEPARATOR, 0, -1) + 1]


def ancestors(path: str) -> tuple[str, ...]:
    """Every path properly above, the root first."""
    ids = segments(path)
    return tuple(ROOT + "".join(unit + SEPARATOR for unit in ids[:count]) for count in range(len(ids)))


def contains(ancestor_path: str, path: str) -> bool:
    """Whether `path` is `ancestor_path` or lies below it."""
    return _checked(path).startswith(_checked(ancestor_path))


def prefix_range(path: str) -> tuple[str, str]:
    """(low, high): exactly the paths p with low <= p < high are `path` and what is below it (code-point
    order).
    """
    return _checked(path), path[:-1] + _AFTER_SEPARATOR
