"""What work off the UI thread is given: the document's values at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chiiki_gis.core.document import Document, Header
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.frames import rows_of
from chiiki_gis.core.layer import Layer, LayerId, of_role, plan_layer_id
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Layers, facts and header; read only, and it can be pickled."""

    header: Header
    layers: tuple[Layer, ...]
    facts: Mapping[str, FactValue]
    next_fid: Mapping[LayerId, int] = field(default_factory=dict)
    scenario: str = "A"

    @property
    def epsg(self) -> int:
        """The project CRS."""
        return self.header.epsg

    def of(self, *roles: Role) -> list[Layer]:
        """The layers of some roles, bottom to top."""
        return of_role(self.layers, *roles)

    def rows(self, role: Role) -> GeoDataFrame:
        """The rows of a plan role in the current scenario."""
        layer = next(x for x in self.layers if x.id == plan_layer_id(role))
        return rows_of(layer.rows, self.scenario)

    def frame(self, role: Role) -> GeoDataFrame | None:
        """All frames of a reference role in one (reads them); None where the project has no such layer.

        The index is new; column `layer_id` names the layer and `layer_fid` the feature.
        """
        import geopandas
        import pandas

        frames = []
        for layer in self.of(role):
            frame = layer.get_frame()
            frames.append(frame.assign(layer_id=str(layer.id), layer_fid=frame.index))
        if not frames:
            return None
        joined = pandas.concat(frames, ignore_index=True)
        return geopandas.GeoDataFrame(joined, geometry="geometry", crs=self.epsg)


def snapshot(document: Document, scenario: str = "A") -> Snapshot:
    """The document's values now; later changes do not touch them."""
    return Snapshot(document.header, document.layers, document.facts, document.next_fids(), scenario)
