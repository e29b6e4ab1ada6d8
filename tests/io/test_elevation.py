"""Heights of the ground for analyses, read from the files of elevation layers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest
from affine import Affine
from pictures import EPSG, imported, write_picture
from shapely.geometry import LineString, Point

from chiiki_gis.core.access_plan import NewRoadChoice, choose_new_road
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.elevation import cell_m, heights_at, heights_grid
from chiiki_gis.io.raster_ref import FileMissing
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.access import link
from chiiki_gis.tasks.new_roads import CORRIDORS
from chiiki_gis.tasks.ways import route_profile

STEP = 20.0
HOME = Affine(STEP, 0.0, -2000.0, 0.0, -STEP, 6000.0)
"""Cells of 20 m from 2 km west, 6 km north of the origin."""


def slope(path: Path, rise: float, hole: bool = False) -> Layer:
    """Ground that rises to the north by `rise` metres a metre, from 0 m at north 0."""
    north = 6000.0 - (np.arange(400) + 0.5) * STEP
    heights = np.repeat((north * rise)[:, None], 300, axis=1).astype("f4")
    if hole:
        heights[150:200] = -9999
    more = {"nodata": -9999.0} if hole else {}
    return imported(write_picture(path, heights[None], transform=HOME, **more))


def test_heights_at_places_are_those_of_their_cells(tmp_path: Path) -> None:
    layer = slope(tmp_path / "dem.tif", 0.1)
    found = heights_at([layer], EPSG, np.array([[0.0, 1000.0], [0.0, -9000.0]]))
    assert found[0] == pytest.approx(100, abs=1.1)
    assert np.isnan(found[1])
    assert cell_m([layer]) == pytest.approx(STEP)


def test_a_grid_of_heights_has_the_north_in_its_first_row(tmp_path: Path) -> None:
    layer = slope(tmp_path / "dem.tif", 0.1)
    grid = heights_grid([layer], EPSG, (0.0, 0.0, 500.0, 1000.0), 50.0)
    assert grid.shape == (20, 10)
    assert grid[0, 0] == pytest.approx(97.5, abs=0.2)
    assert grid[-1, 0] == pytest.approx(2.5, abs=0.2)


def test_what_the_file_does_not_know_stays_unknown_and_a_layer_above_fills_it(tmp_path: Path) -> None:
    holed, whole = slope(tmp_path / "a_dem.tif", 0.1, hole=True), slope(tmp_path / "b_dem.tif", 0.2)
    place = np.array([[0.0, 2500.0], [0.0, 500.0]])
    assert np.isnan(heights_at([holed], EPSG, place)).tolist() == [True, False]
    assert heights_at([whole, holed], EPSG, place) == pytest.approx([500, 50], abs=2.1)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    layer = slope(tmp_path / "dem.tif", 0.1)
    (tmp_path / "dem.tif").unlink()
    with pytest.raises(FileMissing):
        heights_at([layer], EPSG, np.array([[0.0, 0.0]]))


def hill_town(dem: Layer) -> Document:
    """A street along north 0 with an interchange; a facility 3 km up the slope, far from every road."""
    document = new_document(Header("p", (Municipality("20999", "試験市"),), EPSG))
    street = geopandas.GeoDataFrame(
        {"class": ["2"], "width_code": ["3"]}, geometry=[LineString([(0, 0), (1000, 0)])], crs=EPSG, index=[1]
    )
    gate = geopandas.GeoDataFrame(
        {"name": ["東IC"], "type": ["ic"], "open": [True]}, geometry=[Point(0, 0)], crs=EPSG, index=[1]
    )
    layers = [
        Layer(LayerId(f"{role.value}_1"), role, role.japanese, memory_ref(frame))
        for role, frame in ((Role.ROAD, street), (Role.INTERCHANGE, gate))
    ]
    document.apply(Change("資料", put_layers=(*layers, dem)))
    document.apply(add_facility(document, "coworking", Point(500, 3000)))
    document.apply(choose_new_road(document.facts, NewRoadChoice("3-30")))
    return document


def test_an_estimate_over_the_ground_comes_with_a_layer_of_where_it_may_lie(tmp_path: Path) -> None:
    document = hill_town(slope(tmp_path / "dem.tif", 0.1))
    found = link(snapshot(document), keep=memory_ref)
    (record,) = found.records
    assert record["status"] == "estimate"
    assert isinstance(record["km"], float)
    assert record["km"] > 3 * 1.2
    document.apply(found.change)
    corridors = document.layer(CORRIDORS).get_frame()
    assert corridors["status"].tolist() == ["概算"]
    assert 0 < corridors["mean_percent"].iloc[0] <= corridors["steepest_percent"].iloc[0] <= 8
    line = document.plan(Role.ACCESS_LINK).geometry.iloc[0]
    assert corridors.geometry.iloc[0].intersects(line)
    again = link(snapshot(document), keep=memory_ref)
    assert [layer.id for layer in again.change.put_layers] == [CORRIDORS]
    document.apply(choose_new_road(document.facts, None))
    last = link(snapshot(document), keep=memory_ref)
    assert last.records[0]["status"] == "refused"
    assert last.change.drop_layers == (CORRIDORS,)


def test_a_protected_area_is_gone_around(tmp_path: Path) -> None:
    document = hill_town(slope(tmp_path / "dem.tif", 0.0))
    straight = link(snapshot(document)).records[0]["km"]
    park = geopandas.GeoDataFrame(
        {"name": ["公園"]}, geometry=[Point(500, 1500).buffer(400)], crs=EPSG, index=[1]
    )
    layer = Layer(LayerId("protected_area_1"), Role.PROTECTED_AREA, "自然公園", memory_ref(park))
    document.apply(Change("公園", put_layers=(layer,)))
    found = link(snapshot(document))
    around = found.records[0]["km"]
    assert isinstance(straight, float)
    assert isinstance(around, float)
    assert straight < around < straight * 1.3
    assert "通る所は" not in str(found.records[0]["reason"])


def test_the_profile_of_a_route_tells_heights_and_where_none_are_known(tmp_path: Path) -> None:
    document = hill_town(slope(tmp_path / "dem.tif", 0.1, hole=True))
    document.apply(choose_new_road(document.facts, None))
    line = LineString([(0, 0), (0, 3200)])
    row = link(snapshot(document)).change.put[LayerId("access_link")]
    row = row.assign(status="ok", km=3.2, minutes=5.0).set_geometry([line], crs=EPSG)
    document.apply(Change("経路", put={LayerId("access_link"): row}))
    found = route_profile(snapshot(document), int(row.index[0]))
    assert found.km[-1] == pytest.approx(3.2)
    assert found.heights[0] == pytest.approx(0, abs=1.1)
    middle = [height for km, height in zip(found.km, found.heights, strict=True) if 2.1 < km < 2.9]
    assert set(middle) == {None}
    assert max(found.known) == pytest.approx(320, abs=2)
    assert found.cell_m == pytest.approx(STEP)
    assert replace(found, heights=(None,) * len(found.km)).known == ()
