"""Very many points at once: squares written straight into the picture's pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

BAND = 100
"""Lines of pixels written at once: greater steps would hold up the window."""


def stamp_points(
    image: QImage, blocks: Iterable[tuple[NDArray[np.float64], NDArray[np.int64]]],
    shift: tuple[float, float], colors: Sequence[QColor], size_px: int, frame: QRectF,
) -> None:  # fmt: skip
    """Write an opaque square for every point inside the frame into a 32-bit image, the highest class on top.

    blocks   some points at a time: (n, 2) device pixels before `shift`, and the class of every point, an
             index into `colors`
    """
    if image.depth() != 32:
        raise ValueError("the picture must have 32 bits a pixel")
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.bits(), "u4").reshape(height, image.bytesPerLine() // 4)
    table = np.array([0, *(_opaque(color) for color in colors)], "u4")
    left, top = max(0, round(frame.left())), max(0, round(frame.top()))
    right, bottom = min(width, round(frame.right())), min(height, round(frame.bottom()))
    if right <= left or bottom <= top:
        return
    kind = "u1" if len(colors) < 255 else "u4"
    grid = np.zeros((bottom - top + 2 * size_px, right - left + 2 * size_px), kind)
    corner = left - shift[0] - size_px, top - shift[1] - size_px
    for xy, codes in blocks:
        _mark(grid, xy, corner, codes)
    marks = _spread(grid, size_px)
    part = pixels[top:bottom, left:right]
    for line in range(0, len(marks), BAND):
        band = marks[line : line + BAND]
        np.copyto(part[line : line + BAND], table[band], where=band != 0)


def _mark(
    grid: NDArray[Any], xy: NDArray[np.float64], corner: tuple[float, float], codes: NDArray[np.int64]
) -> None:
    """Write the class of every point, plus one, into a grid of pixels; the last point in a pixel stays."""
    high, wide = grid.shape
    columns = (xy[:, 0] - corner[0]).astype("i4")  # towards zero: only in the grid's margin not the floor
    lines = (xy[:, 1] - corner[1]).astype("i4")
    near = (columns >= 0) & (columns < wide) & (lines >= 0) & (lines < high)
    if not near.all():
        columns, lines, codes = columns[near], lines[near], codes[near]
    grid[lines, columns] = codes + 1


def _spread(grid: NDArray[Any], size: int) -> NDArray[Any]:
    """Every mark made a square of `size` pixels; the margin of `size` all around goes."""
    high, wide = grid.shape[0] - 2 * size, grid.shape[1] - 2 * size
    offsets = range(-(size // 2), size - size // 2)
    across, out = np.zeros((grid.shape[0], wide), grid.dtype), np.zeros((high, wide), grid.dtype)
    for by in offsets:
        np.maximum(across, grid[:, size - by : size - by + wide], out=across)
    for by in offsets:
        np.maximum(out, across[size - by : size - by + high], out=out)
    return out


def _opaque(color: QColor) -> int:
    alpha = color.alphaF()
    parts = (round(255 + (part - 255) * alpha) for part in (color.red(), color.green(), color.blue()))
    red, green, blue = parts
    return 0xFF000000 | red << 16 | green << 8 | blue
