"""基盤地図情報 as 国土地理院 hands them out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import shapely

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io import project
from chiiki_gis.io.fgd import KIND_COLUMN
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import import_file
from chiiki_gis.io.store import memory_ref


def curve(places: str) -> str:
    inner = f"<gml:LineStringSegment><gml:posList>{places}</gml:posList></gml:LineStringSegment>"
    return f"<gml:Curve><gml:segments>{inner}</gml:segments></gml:Curve>"


def ring(side: str, *curves: str) -> str:
    members = "".join(f"<gml:curveMember>{c}</gml:curveMember>" for c in curves)
    return f"<gml:{side}><gml:Ring>{members}</gml:Ring></gml:{side}>"


def written(path: Path, body: str, srs: str = "jgd2011") -> Path:
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><Dataset xmlns:gml="http://www.opengis.net/gml/3.2"'
        ' xmlns="http://fgd.gsi.go.jp/spec/2008/FGD_GMLSchema" gml:id="Dataset1">'
        "<gml:description>基盤地図情報メタデータ</gml:description><gml:name>基盤地図情報</gml:name>"
        f"{body.replace('SRS', f'fguuid:{srs}.bl')}</Dataset>",
        "utf-8",
    )
    return path


BUILDING = (
    "<BldA gml:id='K1'><fid>1-b-1</fid><lfSpanFr><gml:timePosition>2020-04-01</gml:timePosition></lfSpanFr>"
    "<area><gml:Surface srsName='SRS'><gml:patches><gml:PolygonPatch>"
    + ring("exterior", curve("36.0 138.0 36.0 138.1 36.1 138.1"), curve("36.1 138.1 36.1 138.0 36.0 138.0"))
    + ring("interior", curve("36.02 138.02 36.02 138.04 36.04 138.04 36.02 138.02"))
    + "</gml:PolygonPatch></gml:patches></gml:Surface></area><type>普通建物</type></BldA>"
)
EDGE = (
    f"<RdEdg gml:id='K2'><fid>1-r-1</fid><loc>{curve('36.0 138.0 36.0 138.1')}</loc>"
    "<type>真幅道路</type></RdEdg>"
)
POINT = (
    "<ElevPt gml:id='K3'><pos><gml:Point srsName='SRS'><gml:pos>36.05 138.05</gml:pos></gml:Point></pos>"
    "<alti>812.3</alti></ElevPt>"
)


def test_areas_lines_and_points_become_tables_of_their_own_kind(tmp_path: Path) -> None:
    path = written(tmp_path / "FG-GML-533800-ALL.xml", BUILDING + EDGE + POINT)
    tables = {t.frame[KIND_COLUMN].iloc[0]: t for t in read(path).tables}
    assert list(tables) == ["建築物", "道路縁", "標高点"]
    assert [t.epsg for t in tables.values()] == [6668] * 3
    assert tables["標高点"].frame.geometry.iloc[0].equals(shapely.Point(138.05, 36.05))
    assert tables["道路縁"].frame.geometry.iloc[0].equals(shapely.LineString([(138, 36), (138.1, 36)]))


def test_a_ring_of_several_curves_is_one_and_holes_stay(tmp_path: Path) -> None:
    (table,) = read(written(tmp_path / "a.xml", BUILDING)).tables
    shape = table.frame.geometry.iloc[0]
    assert shape.bounds == (138.0, 36.0, 138.1, 36.1)
    assert len(shape.interiors) == 1
    assert shape.is_valid
    assert table.frame["lfSpanFr"].iloc[0] == "2020-04-01"
    assert table.frame["type"].iloc[0] == "普通建物"


@pytest.mark.parametrize(("srs", "epsg"), [("jgd2011", 6668), ("jgd2024", 6668), ("jgd2000", 4612)])
def test_the_datum_is_that_of_the_file_and_of_2024_only_heights_are_new(
    tmp_path: Path, srs: str, epsg: int
) -> None:
    (table,) = read(written(tmp_path / "a.xml", POINT, srs)).tables
    assert table.epsg == epsg


def test_it_comes_in_with_the_source_line_and_as_no_road_network(tmp_path: Path) -> None:
    document = new_document(project.new_header((Municipality("20214", "茅野市"),), 6676))
    change, _ = import_file(document, written(tmp_path / "a.xml", EDGE), ImportOptions(), memory_ref, {})
    (layer,) = change.put_layers
    assert layer.role.value == "reference"
    assert layer.source.licence == "「基盤地図情報」（国土地理院）を加工して作成"


@pytest.mark.parametrize(
    "body", ["<BldA><area>", POINT.replace("36.05 138.05", "36.05"), POINT.replace("36.05", "x")]
)
def test_a_damaged_file_is_told(tmp_path: Path, body: str) -> None:
    with pytest.raises(BadInput) as told:
        read(written(tmp_path / "a.xml", body))
    assert len(str(told.value).split("\n")) == 3


def test_a_zip_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    first = written(tmp_path / "FG-GML-533800-BldA-20250101-0001.xml", BUILDING)
    second = written(tmp_path / "FG-GML-533800-RdEdg-20250101-0001.xml", EDGE)
    (tmp_path / "fmdid13-0401.xml").write_text("<MD_Metadata/>")
    path = tmp_path / "FG-GML-533800-ALL-20250101.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (first, second, tmp_path / "fmdid13-0401.xml"):
            archive.write(file, file.name)
    assert [t.frame[KIND_COLUMN].iloc[0] for t in read(path).tables] == ["建築物", "道路縁"]
