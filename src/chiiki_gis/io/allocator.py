"""What the C library keeps of the memory that a program has let go, where that is the GNU C library.

A helper process moves millions of small shapes. Those that are gone leave holes, and several threads leave
several heaps of them. Elsewhere, as on Windows, nothing is done.
"""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""malloc.h of the GNU C library."""
_LARGE_BYTES = 4 << 20


def keep_little() -> None:
    """Let all threads that begin from now on share one heap, and large arrays have pages of their own."""
    library = _library()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, 1)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Give pages that nothing lies on back to the system."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
