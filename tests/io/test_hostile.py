"""Files that mean harm or were damaged: no traceback, no hang, no write outside the user's folder.

The fuzzing tests try some hundred files. A long run of N each, from the checkout:
CHIIKI_FUZZ=N ./run test tests/io/test_hostile.py -k "damaged or any_"
"""

from __future__ import annotations

import gc
import io
import json
import os
import struct
import tempfile
import time
import warnings
import zipfile
from functools import partial
from pathlib import Path

import geopandas
import numpy
import openpyxl
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from chiiki_gis.core.document import Document, Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io import project
from chiiki_gis.io.formats import read
from chiiki_gis.io.glimpse import glimpsing
from chiiki_gis.io.imports import import_file
from chiiki_gis.io.store import memory_ref

LIMIT_S = 10.0
LONG = int(os.environ.get("CHIIKI_FUZZ", "0"))
"""So many examples for each fuzzing test; 0 for the few of every day."""


def plan() -> Document:
    return new_document(project.new_header((Municipality("20214", "茅野市"),), 6676))


def door(path: Path) -> str:
    """What came through the door: how many layers, or the three sentences of its refusal."""
    begun = time.monotonic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "Conversion of an array with ndim > 0")  # numpy 2.0, as shipped
            with glimpsing(6676, 10.0, lambda _: None) as seen:  # as the window looks on
                look = partial(read, seen=seen)
                change, _ = import_file(plan(), path, ImportOptions(), memory_ref, {}, read_file=look)
        told = str(len(change.put_layers))
    except BadInput as error:
        told = str(error)
        lines = told.split("\n")
        assert len(lines) == 3
        assert all(line.endswith("。") for line in lines)
    assert time.monotonic() - begun < LIMIT_S
    return told


def one(shape: object, values: dict[str, object] | None = None) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {k: [v] for k, v in (values or {"n": 1}).items()}, geometry=[shape], crs=6668
    )


def test_a_zip_that_declares_ten_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", "{}")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(bytes(data))
    assert "2GB" in door(path)


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_swells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chiiki_gis.io import containers

    monkeypatch.setattr(containers, "MAX_BYTES", 100_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 5_000_000)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    assert len(door(path).split("\n")) == 3


def test_a_workbook_that_swells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chiiki_gis.io import workbook

    monkeypatch.setattr(workbook, "MAX_BYTES", 100_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    assert "500MB" in door(path)


def test_a_workbook_that_is_given_up_is_closed(tmp_path: Path) -> None:
    """On Windows nobody could delete it."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types")
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(BadInput):
            read(path)
        gc.collect()
    assert [w.message for w in caught if w.category is ResourceWarning] == []


@pytest.mark.skipif(os.name == "nt", reason="making a link needs rights there")
def test_a_link_in_a_zip_becomes_no_link(tmp_path: Path) -> None:
    secret = tmp_path / "secret.geojson"
    one(Point(138, 36), {"secret": "x"}).to_file(secret)
    entry = zipfile.ZipInfo("a.geojson")
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, str(secret))
    assert len(door(tmp_path / "a.zip").split("\n")) == 3


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{"&a" + (str(n - 1) if n else "") + ";"}">' for n in range(1))
    + '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (
            "a.gml",
            "<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml'>&c;</gml:FeatureCollection>",
        ),
        ("a.kml", "<kml><Document>&c;</Document></kml>"),
        ("a.xml", "<core:CityModel xmlns:core='x'>&c;</core:CityModel>"),
        ("a.osm", "<osm>&c;</osm>"),
    ],
)
def test_an_xml_file_with_entities_is_not_opened(tmp_path: Path, name: str, body: str) -> None:
    (tmp_path / name).write_text(BOMB + body)
    assert "実体" in door(tmp_path / name)


def test_an_xml_file_cannot_bring_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "a.gml").write_text('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>')
    assert "実体" in door(tmp_path / "a.gml")


def test_an_endless_start_of_an_xml_file_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "a.gml").write_bytes(b"<?xml version='1.0'?><!--" + b"x" * 3_000_000)
    assert "XML" in door(tmp_path / "a.gml")


@pytest.mark.parametrize("ending", [".geojson", ".csv", ".xlsx", ".parquet", ".fgb"])
def test_five_thousand_columns(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"wide{ending}"
    names = [f"c{n}" for n in range(5000)]
    wide = geopandas.GeoDataFrame({name: [1] for name in names}, geometry=[Point(138, 36)], crs=6668)
    if ending == ".csv":
        path.write_text(",".join((*names, "緯度", "経度")) + "\n" + "1," * 5000 + "36,138\n", "utf-8")
    elif ending == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append([*names, "緯度", "経度"])
        sheet.append([1] * 5002)
        book.save(path)
    elif ending == ".parquet":
        wide.to_parquet(path)
    else:
        wide.to_file(path)
    assert "1,900" in door(path)


def test_zero_bytes_in_texts_do_not_get_in(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"lat,lon,name\n36,138,a\x00b\n")
    assert "NUL" in door(tmp_path / "a.csv")
    (tmp_path / "b.geojson").write_text(
        json.dumps(json.loads(one(Point(138, 36), {"name": "X"}).to_json())).replace("X", "a\\u0000b")
    )
    change, _ = import_file(plan(), tmp_path / "b.geojson", ImportOptions(), memory_ref, {})
    assert "\0" not in str(change.put_layers[0].get_frame()["name"].iloc[0])


def test_a_formula_stays_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lat,lon,name\n36,138,=cmd|' /C calc'!A0\n")
    change, _ = import_file(plan(), tmp_path / "a.csv", ImportOptions(), memory_ref, {})
    assert change.put_layers[0].get_frame()["name"].iloc[0] == "=cmd|' /C calc'!A0"


def test_a_spike_of_a_million_vertices(tmp_path: Path) -> None:
    turn = numpy.linspace(0, 2 * numpy.pi, 1_000_000)
    reach = 0.02 + 0.01 * (numpy.arange(len(turn)) % 2)
    ring = numpy.column_stack([138 + reach * numpy.cos(turn), 36 + reach * numpy.sin(turn)])
    one(Polygon(ring)).to_file(tmp_path / "spikes.fgb")
    assert door(tmp_path / "spikes.fgb") == "1"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e308])
def test_numbers_that_are_no_places(tmp_path: Path, value: float) -> None:
    shapes = [Point(138, 36), shapely.from_wkb(struct.pack("<BIdd", 1, 1, value, 36.0))]
    geopandas.GeoDataFrame({"n": [1, 2]}, geometry=shapes, crs=6668).to_file(tmp_path / "a.gpkg")
    change, notes = import_file(plan(), tmp_path / "a.gpkg", ImportOptions(), memory_ref, {})
    frame = change.put_layers[0].get_frame()
    assert frame.geometry.isna().tolist() == [False, True]
    assert any("1件" in note for note in notes)


@pytest.mark.parametrize(("at", "value"), [(4, 0xFFFFFFFF), (8, 0xFFFF), (8, 1), (10, 0), (10, 0xFFFF)])
def test_a_dbf_whose_header_lies(tmp_path: Path, at: int, value: int) -> None:
    one(Point(138, 36), {"name": "x", "n": 1}).to_file(tmp_path / "a.shp")
    data = bytearray((tmp_path / "a.dbf").read_bytes())
    size = 4 if at == 4 else 2
    data[at : at + size] = value.to_bytes(size, "little")
    (tmp_path / "a.dbf").write_bytes(bytes(data))
    assert len(door(tmp_path / "a.shp").split("\n")) == 3


def test_a_prj_that_cannot_be_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    pyogrio.write_dataframe(one(box(138, 36, 138.1, 36.1)), path)
    prj = path.with_suffix(".prj")
    prj.write_bytes(prj.read_bytes().replace(b'"', b'\x80"', 1))
    assert "開けませんでした" in door(path)


def test_reading_a_gml_file_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.gml").write_bytes(SEEDS["a.gml"]["a.gml"])
    assert door(tmp_path / "a.gml") == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["a.gml"]


@pytest.mark.parametrize("name", ["b.osm", "b.pbf", "b.geojson", "b.json", "b.shp", "b.gpkg", "b.dxf"])
def test_a_gml_file_under_another_ending_leaves_nothing_beside_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(SEEDS["a.gml"]["a.gml"])
    assert len(door(tmp_path / name).split("\n")) == 3
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_json_without_end(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 200_000)
    (tmp_path / "b.json").write_text('{"type":"FeatureCollection","features":' + "[" * 200_000)
    assert len(door(tmp_path / "a.json").split("\n")) == 3
    assert len(door(tmp_path / "b.json").split("\n")) == 3


def _written(frame: geopandas.GeoDataFrame, name: str) -> dict[str, bytes]:
    """The bytes of a frame in some format, by file name."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / name
        if name.endswith(".parquet"):
            frame.to_parquet(path)
        elif name.endswith(".csv"):
            path.write_text("緯度,経度,名称\n36,138,あ\n36.1,138.1,い\n", "cp932")
        elif name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            book.active.append(["緯度", "経度"])
            book.active.append([36, 138])
            book.save(path)
        else:
            frame.to_file(path, driver={".kml": "LIBKML", ".dxf": "DXF"}.get(path.suffix))
        return {p.name: p.read_bytes() for p in Path(folder).iterdir() if p.suffix != ".xsd"}


SEEDS = {
    name: _written(one(box(138, 36, 138.1, 36.1), {"Name": "甲", "n": 1}), name)
    for name in (
        "a.shp", "a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.kml", "a.gml", "a.csv", "a.xlsx",
    )
}  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, dict[str, bytes]]:
    """A file with bytes changed, cut away or put in, sometimes under a wrong ending or zipped."""
    name = draw(st.sampled_from(sorted(SEEDS)))
    files = dict(SEEDS[name])
    victim = draw(st.sampled_from(sorted(files)))
    data = bytearray(files[victim])
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(("set", "cut", "put", "drop")))
        if kind == "set" and data:
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            data = data[:at]
        elif kind == "put":
            data[at:at] = draw(st.binary(min_size=1, max_size=16))
        else:
            del data[at : at + 8]
    files[victim] = bytes(data)
    if draw(st.integers(0, 9)) == 0:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for inner, content in files.items():
                archive.writestr(inner, content)
        name, files = "a.zip", {"a.zip": out.getvalue()}
    elif draw(st.integers(0, 9)) == 0:
        wrong = draw(
            st.sampled_from(("b.shp", "b.json", "b.csv", "b.gpkg", "b.xml", "b.dxf", "b.osm", "b.pbf"))
        )
        files[wrong] = files[victim]
        name = wrong
    return name, files


@settings(max_examples=LONG or 150, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_damaged_files_are_told_or_read_and_write_nothing(case: tuple[str, dict[str, bytes]]) -> None:
    name, files = case
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "in"
        folder.mkdir()
        for inner, content in files.items():
            (folder / inner).write_bytes(content)
        door(folder / name)
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == files
        assert [p.name for p in Path(outer).iterdir()] == ["in"]


@settings(max_examples=LONG or 60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from((".csv", ".json", ".xml", ".gml", ".kml", ".zip", ".xlsx", ".dxf")),
    st.binary(max_size=300),
)
def test_any_bytes_under_any_ending_are_told_or_read(ending: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        path.write_bytes(content)
        door(path)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=LONG or 100)
def test_any_text_is_a_table_or_told(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text("緯度,経度,備考\n36,138," + text, "utf-8", newline="")
        assert told(path) in (0, 3)


def told(path: Path) -> int:
    """How many sentences a file was refused with."""
    try:
        read(path)
    except BadInput as error:
        return len(str(error).split("\n"))
    return 0
