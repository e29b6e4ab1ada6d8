"""One file of named arrays, mapped into memory when read: what render caches are made of.

A file is an 8-byte magic word, a 4-byte header length, a JSON header, and raw little-endian arrays at 64-byte
steps. It is written whole: a temporary file, flushed, then renamed. Its name holds the content's hash: new
content gets a new name, for Windows cannot replace a mapped file. A file is mapped, so it must lie on a local
disk: a share that goes away would end the program.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.jobs import ShapesPlace, SharedPlace

ALIGN = 64
HEAD_BYTES = 12
"""Magic and length of the header."""

PATIENCE_S = 2.5
"""How long a virus scanner may hold a fresh file (Windows) before it counts as one that cannot be written."""

Layout = Mapping[str, tuple[str, tuple[int, ...]]]
"""Data type (numpy's letters) and shape of every array."""


class CacheDamaged(Exception):
    """The file is missing, cut, foreign or of another version: build it anew."""


class Target(Protocol):
    """A binary file, or a block of memory that can be written like one."""

    def seek(self, position: int, /) -> object:
        """Go to a byte."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Write from there."""


@dataclass(frozen=True)
class Form:
    """A kind of array file. Files of another magic or version are refused."""

    magic: bytes
    version: int


@dataclass(frozen=True)
class Places:
    """Where everything of a file goes: the head, each array by name (letters, shape, first byte), the end."""

    head: bytes
    arrays: Mapping[str, tuple[str, tuple[int, ...], int]]
    size: int


@dataclass(frozen=True)
class Packed:
    """Arrays as the bytes of a file: the head, then each array at its place."""

    head: bytes
    arrays: tuple[tuple[int, NDArray[Any]], ...]
    size: int

    def write_to(self, file: Target) -> None:
        """Fill an empty file or block of exactly `size` bytes."""
        file.write(self.head)
        for start, array in self.arrays:
            file.seek(start)
            file.write(np.ascontiguousarray(array).reshape(-1).view("u1").data)


class Sink:
    """Where the arrays of an empty file are put part by part; what is never put stays zero."""

    def __init__(self, file: BinaryIO, places: Places) -> None:
        file.write(places.head)
        self._file = file
        self._arrays = places.arrays

    def put(self, name: str, part: NDArray[Any], at: tuple[int, ...]) -> None:
        """Put the part of an array at an index of its first axes. Raises ValueError for another shape."""
        dtype, place, shape = self._place(name, at)
        if part.shape != shape:
            raise ValueError(f"{name}{at} has the shape {shape}, not {part.shape}")
        self._file.seek(place)
        self._file.write(np.ascontiguousarray(part, dtype).tobytes())

    def get(self, name: str, at: tuple[int, ...]) -> NDArray[Any]:
        """What has been put there."""
        dtype, place, shape = self._place(name, at)
        size = int(np.prod(shape)) * dtype.itemsize
        self._file.seek(place)
        return np.frombuffer(self._file.read(size).ljust(size, b"\0"), dtype).reshape(shape)

    def _place(self, name: str, at: tuple[int, ...]) -> tuple[np.dtype[Any], int, tuple[int, ...]]:
        letters, shape, start = self._arrays[name]
        dtype = np.dtype(letters)
        if len(at) > len(shape) or any(not 0 <= i < n for i, n in zip(at, shape, strict=False)):
            raise ValueError(f"{name} of shape {shape} has no part {at}")
        before = sum(index * int(np.prod(shape[axis + 1 :])) for axis, index in enumerate(at))
        return dtype, start + before * dtype.itemsize, shape[len(at) :]


def open_arrays(place: ShapesPlace, form: Form) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Map a file or a block of shared memory: what it says of itself, and its arrays.

    Raises CacheDamaged where it is not whole.
    """
    try:
        data = _mapped(place)
        if data[:8] != form.magic:
            raise CacheDamaged(str(place))
        end = HEAD_BYTES + int.from_bytes(data[8:HEAD_BYTES], "little")
        header = json.loads(data[HEAD_BYTES:end])
        base = aligned(end)
        if header["version"] != form.version or len(data) < base + header["size"]:
            raise CacheDamaged(str(place))
        arrays = {
            name: np.frombuffer(data, dtype, int(np.prod(shape)), base + start).reshape(shape)
            for name, (dtype, shape, start) in header["arrays"].items()
        }
        return header["meta"], arrays
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CacheDamaged(str(place)) from error


def placed(form: Form, meta: Mapping[str, Any], layout: Layout) -> Places:
    """The plan of a file that holds arrays of certain types and shapes."""
    table: dict[str, tuple[str, list[int], int]] = {}
    size = 0
    for name, (letters, shape) in layout.items():
        plain = np.dtype(letters).newbyteorder("<")
        table[name] = (plain.str, list(shape), size)
        size = aligned(size + int(np.prod(shape)) * plain.itemsize)
    header = {"version": form.version, "size": size, "meta": meta, "arrays": table}
    text = json.dumps(header, ensure_ascii=False).encode()
    base = aligned(HEAD_BYTES + len(text))
    arrays = {name: (letters, tuple(shape), base + at) for name, (letters, shape, at) in table.items()}
    return Places(form.magic + len(text).to_bytes(4, "little") + text, arrays, base + size)


def packed(form: Form, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Packed:
    """The bytes of a file that holds some arrays."""
    plain = {name: np.ascontiguousarray(a, a.dtype.newbyteorder("<")) for name, a in arrays.items()}
    places = placed(form, meta, {name: (a.dtype.str, a.shape) for name, a in plain.items()})
    return Packed(places.head, tuple((places.arrays[n][2], a) for n, a in plain.items()), places.size)


@contextmanager
def whole_file(path: Path, size: int, form: Form) -> Iterator[BinaryIO]:
    """An empty file of `size` bytes to fill; it appears at its place when the block ends without an error.

    Where another process has meanwhile put a whole file there and holds it open (Windows), that file stays.
    Raises OSError on a full disk, and where a scanner holds the draft or the place for longer than 2.5 s.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.stem}-{uuid4().hex}.tmp")
    try:
        with temporary.open("x+b") as file:
            yield file
            file.truncate(size)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(temporary, path, form)
    finally:
        with suppress(OSError):  # what a scanner holds is swept away later
            temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, path: Path, form: Form) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            temporary.replace(path)
            return
        except PermissionError:
            if _is_whole(path, form):
                return
            if time.monotonic() >= until:
                raise
        time.sleep(0.05)


def _is_whole(path: Path, form: Form) -> bool:
    try:
        open_arrays(path, form)
    except CacheDamaged:
        return False
    return True


def aligned(at: int) -> int:
    """The next place in a file where an array may begin."""
    return (at + ALIGN - 1) // ALIGN * ALIGN


def _mapped(place: ShapesPlace) -> mmap.mmap:
    if isinstance(place, SharedPlace) and sys.platform == "win32":
        return mmap.mmap(-1, place.size, tagname=place.name, access=mmap.ACCESS_READ)
    with (shared_file(place) if isinstance(place, SharedPlace) else place).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def shared_file(place: SharedPlace) -> Path:
    """Where a block of shared memory is seen as a file; not on Windows, where it has only a name."""
    memory = Path("/dev/shm")
    return (memory if memory.is_dir() else Path(tempfile.gettempdir())) / place.name
