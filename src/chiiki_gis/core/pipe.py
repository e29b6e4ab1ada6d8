"""Messages between the window and its helpers: four bytes of length (little endian) and a pickle."""

from __future__ import annotations

import importlib
import pickle
from typing import IO, Any

HEAVY = ("geopandas", "pandas", "shapely", "numpy")


def packed(message: tuple[Any, ...]) -> bytes:
    """A message as bytes."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(4, "little") + data


def read_message(stream: IO[bytes]) -> tuple[Any, ...] | None:
    """The next message; None at the end of the stream, also in the middle of a message."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "little")
    data = stream.read(size)
    if len(data) < size:
        return None
    for name in HEAVY:
        # Unpickling would import a part of the library first. Where another thread is just importing the
        # whole, each waits for the other, and Python then hands out half-made modules.
        if name.encode() in data:
            importlib.import_module(name)
    message: tuple[Any, ...] = pickle.loads(data)
    return message
