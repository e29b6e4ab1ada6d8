"""Very many points at once: squares written straight into the picture's pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage


def stamp_points(
    image: QImage, xy: NDArray[np.float64], shift: tuple[float, float], codes: NDArray[np.uint32],
    colors: Sequence[QColor], size_px: int, frame: QRectF,
) -> None:  # fmt: skip
    """Write an opaque square for every point inside the frame into a 32-bit image, the highest class on top.

    xy      (n, 2), device pixels before `shift`;  codes  class of every point, an index into `colors`
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
    cells = _cells(xy, (left - shift[0], top - shift[1]), (right - left, bottom - top), codes, size_px)
    marks = _spread(cells, size_px)
    np.copyto(pixels[top:bottom, left:right], table[marks], where=marks != 0)


def _cells(
    xy: NDArray[np.float64], corner: tuple[float, float], size: tuple[int, int], codes: NDArray[np.uint32],
    margin: int,
) -> NDArray[np.uint32]:  # fmt: skip
    """A grid of pixels with a margin all around: the class of the last point in each, plus one; 0 without."""
    wide, high = size[0] + 2 * margin, size[1] + 2 * margin
    columns = (xy[:, 0] - (corner[0] - margin)).astype("i4")  # towards zero: only in the margin not the floor
    lines = (xy[:, 1] - (corner[1] - margin)).astype("i4")
    near = (columns >= 0) & (columns < wide) & (lines >= 0) & (lines < high)
    if not near.all():
        columns, lines, codes = columns[near], lines[near], codes[near]
    grid = np.zeros(high * wide, "u1" if int(codes.max(initial=0)) < 255 else "u4")
    grid[lines * wide + columns] = codes + 1
    return grid.reshape(high, wide)


def _spread(grid: NDArray[np.uint32], size: int) -> NDArray[np.uint32]:
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
