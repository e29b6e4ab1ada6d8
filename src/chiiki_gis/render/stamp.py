"""Very many points at once: squares written straight into the picture's pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage


def stamp_points(
    image: QImage, xy: NDArray[np.float64], codes: NDArray[np.uint32], colors: Sequence[QColor], size_px: int,
    frame: QRectF,
) -> None:  # fmt: skip
    """Write an opaque square for every point inside the frame into a 32-bit image.

    xy      device pixels (n, 2);  codes  class of every point, an index into `colors`
    """
    if image.depth() != 32:
        raise ValueError("the picture must have 32 bits a pixel")
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.bits(), "u4").reshape(height, image.bytesPerLine() // 4)
    table = np.array([_opaque(color) for color in colors], "u4")
    half = size_px // 2
    left, top = max(0, round(frame.left())), max(0, round(frame.top()))
    right, bottom = min(width, round(frame.right())), min(height, round(frame.bottom()))
    near = (xy[:, 0] > left - size_px) & (xy[:, 0] < right + size_px)
    near &= (xy[:, 1] > top - size_px) & (xy[:, 1] < bottom + size_px)
    x, y = np.floor(xy[near, 0]).astype("i8"), np.floor(xy[near, 1]).astype("i8")
    ink = table[codes[near]]
    for dy in range(-half, size_px - half):
        for dx in range(-half, size_px - half):
            seen = (x + dx >= left) & (x + dx < right) & (y + dy >= top) & (y + dy < bottom)
            pixels[y[seen] + dy, x[seen] + dx] = ink[seen]


def _opaque(color: QColor) -> int:
    alpha = color.alphaF()
    parts = (round(255 + (part - 255) * alpha) for part in (color.red(), color.green(), color.blue()))
    red, green, blue = parts
    return 0xFF000000 | red << 16 | green << 8 | blue
