"""What new roads are held to, read from resources/new_roads.toml."""

from __future__ import annotations

import tomllib

from chiiki_gis import paths
from chiiki_gis.analysis.road_design import RoadDesigns, road_designs


def own_designs() -> RoadDesigns:
    """The program's designs of new roads. Raises BadInput where an entry is wrong or has no source."""
    return road_designs(tomllib.loads((paths.resources() / "new_roads.toml").read_text("utf-8")))
