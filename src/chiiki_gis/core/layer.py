"""A layer: a frozen value with a frame, or with a reference to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NewType, Protocol, cast

from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

LayerId = NewType("LayerId", str)
Fid = NewType("Fid", int)


class FrameRef(Protocol):
    """Where a reference layer's table lies. Its content never changes; io implements it."""

    @property
    def content_hash(self) -> str:
        """Hash of the table's rows; two references with equal hashes hold equal frames."""

    @property
    def count(self) -> int:
        """Number of features."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Attribute columns, without fid and geometry."""

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in the project CRS; None for an empty table."""

    def get(self) -> GeoDataFrame:
        """Read the frame (index fid, project CRS). Slow: never on the UI thread."""


@dataclass(frozen=True)
class NoRows:
    """The reference of something that is only seen: no features, no columns."""

    content_hash: str = ""
    count: int = 0
    columns: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None

    def get(self) -> GeoDataFrame:
        """There is nothing to read."""
        raise LookupError("a glimpse has no rows")


@dataclass(frozen=True)
class Source:
    """Where a layer came from, as it must be named on every sheet.

    licence      the 出典 line
    imported_on  ISO day; empty where it is not known
    """

    file: str = ""
    edition: str = ""
    licence: str = ""
    epsg: int | None = None
    imported_on: str = ""

    @property
    def citation(self) -> str:
        """The 出典 line; empty when nothing is known."""
        edition = f"（{self.edition}）" if self.edition else ""
        return f"{self.licence or self.file}{edition}"


@dataclass(frozen=True, eq=False)
class Layer:
    """One row of the layer panel.

    frame      for plan roles: a GeoDataFrame, index fid (int64, unique, ascending), project CRS;
               for reference roles: a FrameRef.
    is_locked  its features cannot be picked, drawn or changed on the map
    Layers are compared with `same_layer`; a frame in a layer is never modified in place.
    """

    id: LayerId
    role: Role
    name: str
    frame: GeoDataFrame | FrameRef
    style: Style = field(default_factory=Style)
    source: Source = field(default_factory=Source)
    is_locked: bool = False

    @property
    def is_plan(self) -> bool:
        """True when the frame is held in memory and edited row by row."""
        return self.role.is_plan

    @property
    def is_raster(self) -> bool:
        """True for a picture or a height grid: a reference without rows or columns."""
        return self.role.is_raster

    @property
    def count(self) -> int:
        """Number of features, without reading a reference frame."""
        return len(self.rows) if is_frame(self.frame) else self.reference.count

    @property
    def columns(self) -> tuple[str, ...]:
        """Attribute columns, without geometry."""
        if is_frame(self.frame):
            return tuple(c for c in self.rows.columns if c != self.rows.geometry.name)
        return self.reference.columns

    @property
    def rows(self) -> GeoDataFrame:
        """The frame of a plan layer. Raises TypeError for a reference layer."""
        if not is_frame(self.frame):
            raise TypeError(f"layer {self.id} holds a reference")
        return cast("GeoDataFrame", self.frame)

    @property
    def reference(self) -> FrameRef:
        """The reference of a reference layer. Raises TypeError for a plan layer."""
        if is_frame(self.frame):
            raise TypeError(f"layer {self.id} holds a frame")
        return cast("FrameRef", self.frame)

    def get_frame(self) -> GeoDataFrame:
        """The frame, read if need be. Not for the UI thread."""
        return self.rows if is_frame(self.frame) else self.reference.get()


def is_frame(value: object) -> bool:
    """True for a GeoDataFrame, without importing geopandas."""
    return hasattr(value, "iloc")


def same_frame(left: GeoDataFrame, right: GeoDataFrame) -> bool:
    """Equal columns, index, dtypes, CRS code, values and geometries, bit by bit."""
    if list(left.columns) != list(right.columns) or not left.index.equals(right.index):
        return False
    if (left.crs and left.crs.to_epsg()) != (right.crs and right.crs.to_epsg()):
        return False
    if list(left.dtypes) != list(right.dtypes):
        return False
    geometry = left.geometry.name
    if list(left.geometry.to_wkb()) != list(right.geometry.to_wkb()):
        return False
    return bool(left.drop(columns=geometry).equals(right.drop(columns=geometry)))


def same_layer(left: Layer, right: Layer) -> bool:
    """Equal id, role, name, style, source, lock and content (by hash for references)."""
    if _face(left) != _face(right):
        return False
    if is_frame(left.frame) != is_frame(right.frame):
        return False
    if is_frame(left.frame):
        return same_frame(left.rows, right.rows)
    return left.reference.content_hash == right.reference.content_hash


def same_content(left: Layer, right: Layer) -> bool:
    """Equal but for style and lock, told without comparing rows: by identity, by hash for references."""
    if (left.id, left.role, left.name, left.source) != (right.id, right.role, right.name, right.source):
        return False
    if is_frame(left.frame) or is_frame(right.frame):
        return left.frame is right.frame
    return left.reference.content_hash == right.reference.content_hash


def _face(layer: Layer) -> tuple[object, ...]:
    return layer.id, layer.role, layer.name, layer.style, layer.source, layer.is_locked


def plan_layer_id(role: Role) -> LayerId:
    """The id of a plan role's only layer."""
    return LayerId(role.value)


def of_role(layers: Iterable[Layer], *roles: Role) -> list[Layer]:
    """The layers that play one of the roles, in document order."""
    return [layer for layer in layers if layer.role in roles]
