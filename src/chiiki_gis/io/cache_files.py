"""Where drawing data is kept: a cache file per content and columns, or shared memory on a full disk."""

from __future__ import annotations

import json
import logging
import mmap
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.jobs import ShapesPlace, SharedPlace
from chiiki_gis.core.style import Style
from chiiki_gis.io.array_file import CacheDamaged, Packed, shared_file
from chiiki_gis.io.cache import VERSION, Shapes, open_shapes
from chiiki_gis.io.cache_build import build_shapes, packed_shapes, write_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

log = logging.getLogger(__name__)

CACHE_BYTES = 5_000_000_000
ABANDONED_SECONDS = 86_400.0
"""A half-written file or a block of memory of this age belongs to a process that died."""
SHARED_PREFIX = "chiiki-gis-shapes-"
_HELD: dict[str, mmap.mmap] = {}
"""Windows forgets a block of memory when its last handle closes; ours stay open while this process lives."""


def cache_path(content_hash: str, style: Style, folder: Path) -> Path:
    """The file of a content drawn by certain columns and ranges with this version of the builder."""
    key = json.dumps([VERSION, content_hash, *style.drawing_key])
    return folder / f"{blake2b(key.encode(), digest_size=16).hexdigest()}.rc"


def ensure_shapes(
    frame: Callable[[], GeoDataFrame], content_hash: str, style: Style, folder: Path
) -> ShapesPlace:
    """The drawing data of a content, built where it is missing or damaged.

    frame   reads the rows; called only where they are needed
    folder  on a local disk; made when needed
    """
    path = cache_path(content_hash, style, folder)
    try:
        open_shapes(path)
    except CacheDamaged:
        is_whole = False
    else:
        is_whole = True
    if not is_whole:  # not while the error is handled: it keeps the damaged file mapped
        return _built(build_shapes(frame(), style), path)
    with suppress(OSError):  # a read-only folder keeps its dates
        os.utime(path)
    return path


def sweep(folder: Path, most_bytes: int, keep: Path) -> None:
    """Delete abandoned drafts, and what was used longest ago until a folder holds at most `most_bytes`.

    keep   a file that stays; one that Windows holds mapped stays too
    """
    now = time.time()
    for draft in _listed(folder, "*.tmp"):
        _delete_if_old(draft, now)
    files = []
    for path in _listed(folder, "*.rc"):
        with suppress(OSError):  # another process was quicker
            stat = path.stat()
            files.append((stat.st_mtime, stat.st_size, path))
    total = 0
    for _, size, path in sorted(files, reverse=True):
        total += size
        if total > most_bytes and path != keep:
            with suppress(OSError):
                path.unlink()


def release_shared() -> None:
    """Give back the memory that this process has shared. What windows have mapped stays readable to them."""
    for name, block in _HELD.items():
        block.close()
        if sys.platform != "win32":
            shared_file(SharedPlace(name, 0)).unlink(missing_ok=True)
    _HELD.clear()


def _built(shapes: Shapes, path: Path) -> ShapesPlace:
    try:
        write_shapes(shapes, path)
    except OSError:
        log.warning("the cache disk cannot be written, shapes go through shared memory", exc_info=True)
        return _shared(packed_shapes(shapes), path.stem)
    sweep(path.parent, CACHE_BYTES, path)
    return path


def _shared(content: Packed, key: str) -> SharedPlace:
    place = SharedPlace(f"{SHARED_PREFIX}{os.getpid()}-{key}", content.size)
    if place.name not in _HELD:
        block = _new_block(place)
        content.write_to(block)
        _HELD[place.name] = block
    return place


def _new_block(place: SharedPlace) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, place.size, tagname=place.name)
    file = shared_file(place)
    for left in _listed(file.parent, f"{SHARED_PREFIX}*"):
        _delete_if_old(left, time.time())
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, place.size)  # full memory is an error here, not a crash later
        return mmap.mmap(descriptor, place.size)
    finally:
        os.close(descriptor)


def _listed(folder: Path, pattern: str) -> list[Path]:
    """What a folder holds; nothing where it cannot be read: to tidy up must not fail anybody's work."""
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def _delete_if_old(path: Path, now: float) -> None:
    with suppress(OSError):  # another process was quicker, or it is another user's
        if now - path.stat().st_mtime > ABANDONED_SECONDS:
            path.unlink()
