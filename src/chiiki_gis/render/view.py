"""Where on the device which part of the map is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

Extent = tuple[float, float, float, float]
"""West, south, east, north in map metres."""

SCREEN_PX_PER_MM = 96 / 25.4


@dataclass(frozen=True)
class View:
    """A rectangle of the map on a rectangle of the device.

    west, north     map coordinates (m) of the rectangle's top-left corner
    px_per_mm       device pixels per millimetre of paper
    left_px, top_px where the rectangle lies on the device
    """

    west: float
    north: float
    metres_per_px: float
    width_px: float
    height_px: float
    px_per_mm: float = SCREEN_PX_PER_MM
    left_px: float = 0.0
    top_px: float = 0.0

    @classmethod
    def fit(
        cls, extent: Extent, width_px: float, height_px: float, px_per_mm: float = SCREEN_PX_PER_MM,
        margin: float = 0.05,
    ) -> View:  # fmt: skip
        """The view that shows a whole extent with a margin, centred. A point is shown 100 m wide."""
        west, south, east, north = extent
        wide, high = max(east - west, 100.0), max(north - south, 100.0)
        metres = max(wide / width_px, high / height_px) * (1 + 2 * margin)
        center = (west + east) / 2, (south + north) / 2
        return cls.at_scale(center, metres * px_per_mm * 1000, width_px, height_px, px_per_mm)

    @classmethod
    def at_scale(
        cls, center: tuple[float, float], scale: float, width_px: float, height_px: float,
        px_per_mm: float = SCREEN_PX_PER_MM, left_px: float = 0.0, top_px: float = 0.0,
    ) -> View:  # fmt: skip
        """The view around a point at 1:scale."""
        metres = scale / 1000 / px_per_mm
        west, north = center[0] - width_px / 2 * metres, center[1] + height_px / 2 * metres
        return cls(west, north, metres, width_px, height_px, px_per_mm, left_px, top_px)

    @property
    def scale(self) -> float:
        """The denominator of the scale on paper."""
        return self.metres_per_px * self.px_per_mm * 1000

    @property
    def extent(self) -> Extent:
        """West, south, east, north of what is shown."""
        return (
            self.west,
            self.north - self.height_px * self.metres_per_px,
            self.west + self.width_px * self.metres_per_px,
            self.north,
        )

    @property
    def center(self) -> tuple[float, float]:
        """The map point in the middle."""
        west, south, east, north = self.extent
        return (west + east) / 2, (south + north) / 2

    def to_px(self, x: float, y: float) -> tuple[float, float]:
        """Map to device."""
        return (
            self.left_px + (x - self.west) / self.metres_per_px,
            self.top_px + (self.north - y) / self.metres_per_px,
        )

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        """Device to map."""
        return (
            self.west + (px - self.left_px) * self.metres_per_px,
            self.north - (py - self.top_px) * self.metres_per_px,
        )

    def zoomed(self, factor: float, px: float, py: float) -> View:
        """Closer by a factor, with the map point under a device point staying there."""
        x, y = self.to_map(px, py)
        metres = self.metres_per_px / factor
        west, north = x - (px - self.left_px) * metres, y + (py - self.top_px) * metres
        return replace(self, west=west, north=north, metres_per_px=metres)

    def moved(self, dx_px: float, dy_px: float) -> View:
        """The map dragged by some pixels."""
        west, north = self.west - dx_px * self.metres_per_px, self.north + dy_px * self.metres_per_px
        return replace(self, west=west, north=north)

    def resized(self, width_px: float, height_px: float) -> View:
        """Another size around the same middle."""
        return View.at_scale(
            self.center, self.scale, width_px, height_px, self.px_per_mm, self.left_px, self.top_px
        )

    def with_scale(self, denominator: float) -> View:
        """Another scale around the same middle."""
        return View.at_scale(
            self.center, denominator, self.width_px, self.height_px, self.px_per_mm, self.left_px, self.top_px
        )
