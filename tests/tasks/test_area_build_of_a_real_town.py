"""Areas made of the districts, lots and zones of a real town."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from chiiki_gis.core.area_parts import Pick
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.area_build import build_area, describe_area

pytestmark = pytest.mark.real_data
TOWN, ZONE, LOT = LayerId("town"), LayerId("zoning"), LayerId("lot")
FILES = {
    TOWN: (Role.TOWN, "f_district/f_district.shp", "disname"),
    ZONE: (Role.ZONING, "judgement_layers/use_districts/use_districts.shp", "youto"),
    LOT: (Role.LOT, "f_lot_number/f_lot_number.shp", "chiban"),
}


@pytest.fixture(scope="module")
def values(real_data: Path) -> Snapshot:
    made = new_document(Header("a", (Municipality("20214", "茅野市"),), 6676))
    layers = []
    for layer_id, (role, file, name) in FILES.items():
        frame = geopandas.read_file(real_data / "chino" / file, encoding="CP932").to_crs(6676)
        frame["name"] = frame[name]
        frame.index = frame.index.astype("int64").rename("fid") + 1
        layers.append(Layer(layer_id, role, role.japanese, memory_ref(frame)))
    made.apply(Change("取り込み", put_layers=tuple(layers)))
    return snapshot(made)


def frame(values: Snapshot, role: Role) -> geopandas.GeoDataFrame:
    return values.of(role)[0].get_frame()


def test_all_districts_together_have_no_slivers_between_them(values: Snapshot) -> None:
    fids = [int(fid) for fid in frame(values, Role.TOWN).index]
    built = build_area(values, [Pick(TOWN, fid) for fid in fids])
    rings = [ring for part in shapely.get_parts(built.shape) for ring in part.interiors]
    assert all(shapely.Polygon(ring).area > 1.0 for ring in rings)
    assert {unit.extent for unit in built.parts.units} == {"whole"}
    assert built.parts.sentence.endswith("の全域")
    assert built.shape.area == pytest.approx(frame(values, Role.TOWN).union_all().area, rel=1e-6)


def test_the_outline_of_one_district_is_that_of_the_file(values: Snapshot) -> None:
    shape = shapely.force_2d(frame(values, Role.TOWN).geometry.loc[5])
    assert build_area(values, (Pick(TOWN, 5),)).shape.equals(shape)


def test_a_district_without_a_lot_is_told_so_and_told_anew_when_it_is_cut(values: Snapshot) -> None:
    towns, lots = frame(values, Role.TOWN), frame(values, Role.LOT)
    district = towns.index[towns.geometry.contains(lots.geometry.loc[1].representative_point())][0]
    built = build_area(values, (Pick(TOWN, int(district)), Pick(LOT, 1, True)))
    name, lot = towns["name"].loc[district], lots["chiban"].loc[1]
    assert built.parts.sentence == f"{name}の全域（{lot}番の土地の区域を除く。）"
    west, south, east, north = built.shape.bounds
    half = shapely.intersection(built.shape, shapely.box(west, south, (west + east) / 2, north))
    assert describe_area(values, half, built.parts).parts.sentence.startswith(f"{name}の一部")
