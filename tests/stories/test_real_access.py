"""Access in real towns: 鯖江市's ways of OpenStreetMap, 茅野市's centre lines, and the slopes of Mt Fuji."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pyproj
import pytest
from shapely.geometry import LineString, Point

from chiiki_gis.__main__ import main
from chiiki_gis.core.access_plan import NewRoadChoice, choose_new_road
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.raster_import import raster_layer
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.access import link
from chiiki_gis.tasks.new_roads import CORRIDORS
from chiiki_gis.tasks.ways import route_profile

pytestmark = pytest.mark.real_data

JOINTS = "expressway/n06_2025_joint_from_pmtiles.geojson"


def town(folder: Path, data: Path, code: str, boundary: str, roads: str, places: dict[str, Any]) -> str:
    """A project of a town with its roads, the interchanges around it, and facilities at (lon, lat)."""
    project = str(folder / "plan.gpkg")
    file = folder / "facilities.geojson"
    names, points = list(places), [Point(place) for place in places.values()]
    frame = geopandas.GeoDataFrame({"name": names, "kind": "coworking"}, geometry=points, crs=4326)
    frame.to_file(file, driver="GeoJSON")
    assert main(["new", project, "--municipality", code, "--boundaries", str(data / boundary)]) == 0
    assert main(["import", project, str(data / roads), "--as", "road"]) == 0
    joints = ["import", project, str(data / JOINTS), "--as", "interchange", "--margin", "20000"]
    assert main(joints) == 0
    assert main(["import", project, str(file), "--as", "facility"]) == 0
    return project


def links(project: str, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["access", project, "--json", *more]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["links"]
    return found


def test_sabae_is_linked_to_its_interchange_where_roads_lead(
    real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"駅前": (136.1885, 35.9435), "河和田": (136.259, 35.934)}
    project = town(
        tmp_path, real_data, "18207", "sabae/boundary_18207.geojson", "sabae/sabae_way.shp", places
    )
    near, far = links(project, capsys)
    assert (near["interchange"], near["status"]) == ("鯖江IC", "ok")
    assert 1.5 < near["km"] < 4
    assert (far["status"], far["km"]) == ("refused", None)
    assert "最も近い道路まで" in far["reason"]
    near, far = links(project, capsys, "--new-road", "3-30")
    assert near["status"] == "ok"
    assert far["status"] == "estimate"
    assert "標高のデータがない" in far["reason"]


def test_chinos_centre_lines_do_not_meet_and_the_refusal_says_so(
    real_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "chino/road_layers/f_road_center_line/f_road_center_line.shp"
    places = {"駅前": (138.1525, 35.9955)}
    project = town(tmp_path, real_data, "20214", "chino/boundary_20214.geojson", lines, places)
    (refused,) = links(project, capsys)
    assert (refused["interchange"], refused["status"]) == ("諏訪IC", "refused")
    assert "線どうしが離れている" in refused["reason"]
    (rough,) = links(project, capsys, "--new-road", "3-30")
    assert rough["status"] == "estimate"
    assert "線どうしが離れている" in rough["reason"]


def test_a_new_road_up_mount_fuji_keeps_its_gradient(real_data: Path) -> None:
    epsg = 6676
    place = pyproj.Transformer.from_crs(6668, epsg, always_xy=True).transform
    ends = [place(138.60, 35.34), place(138.60, 35.30)]
    heights = [
        raster_layer(real_data / "dem" / name, ImportOptions(), epsg, Quiet())[0]
        for name in ("fuji_5.tif", "fuji_6.tif")
    ]
    road = geopandas.GeoDataFrame({"class": ["2"]}, geometry=[LineString(ends)], crs=epsg, index=[1])
    gate = geopandas.GeoDataFrame(
        {"name": ["麓IC"], "type": ["ic"], "open": [True]}, geometry=[Point(ends[1])], crs=epsg, index=[1]
    )
    layers = [
        Layer(LayerId(f"{role.value}_1"), role, role.japanese, memory_ref(frame))
        for role, frame in ((Role.ROAD, road), (Role.INTERCHANGE, gate))
    ]
    document = new_document(Header("p", (Municipality("22000", "試験市"),), epsg))
    document.apply(Change("資料", put_layers=(*heights, *layers)))
    document.apply(add_facility(document, "coworking", Point(place(138.665, 35.33))))
    document.apply(choose_new_road(document.facts, NewRoadChoice("3-30")))
    found = link(snapshot(document), keep=memory_ref)
    document.apply(found.change)
    (corridor,) = document.layer(CORRIDORS).get_frame().to_dict("records")
    assert 5.9 < corridor["km"] < 15
    assert 7 < corridor["steepest_percent"] <= 8
    profile = route_profile(snapshot(document), int(document.plan(Role.ACCESS_LINK).index[0]))
    assert min(profile.known) > 300
    assert max(profile.known) - min(profile.known) > 500
