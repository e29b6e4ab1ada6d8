"""Files that cannot be read: three Japanese sentences, and nothing changes."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io import containers
from chiiki_gis.io.formats import read


def told(path: Path, options: ImportOptions | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        read(path, options or ImportOptions())
    lines = str(caught.value).split("\n")
    assert len(lines) == 3
    for line in lines:
        assert line.endswith("。")
        assert not re.search(r"[A-Za-z]+Error|Traceback|Exception", line)
    return str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "見つかりません" in told(tmp_path / "ない.shp")


def test_a_zip_that_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"this is no zip")
    assert "zip" in told(path)


def test_a_zip_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", '{"type": "FeatureCollection", "features": []}' * 500)
    path.write_bytes(path.read_bytes()[:-40])
    told(path)


def test_a_zip_that_climbs_out_of_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.geojson", "{}")
    assert "フォルダの外" in told(path)
    assert not (tmp_path.parent / "evil.geojson").exists()


def test_a_zip_whose_entries_do_not_decompress(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", bytes(range(256)) * 40)
    data = bytearray(path.read_bytes())
    data[45:60] = b"\xff" * 15
    path.write_bytes(bytes(data))
    told(path)


POINTS = "緯度,経度\n36.1,138.3\n"


def zipped(*entries: tuple[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def test_a_nested_zip_cannot_name_the_folder_it_unpacks_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "tmp"
    inner.mkdir()
    precious = tmp_path / "x.csv"
    precious.write_text("PRECIOUS")
    monkeypatch.setattr(tempfile, "tempdir", str(inner))
    path = tmp_path / "evil.zip"
    path.write_bytes(zipped(("...zip", zipped(("...zip", zipped(("x.csv", POINTS)))))))
    assert len(read(path).tables) == 1
    assert precious.read_text() == "PRECIOUS"
    assert {p.name for p in tmp_path.rglob("*")} == {"tmp", "x.csv", "evil.zip"}


def test_the_limit_counts_what_all_nested_zips_hold_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_BYTES", 1_000_000)
    leaf = zipped(("zeros.bin", bytes(400_000)))
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(*((f"{n}.zip", leaf) for n in range(5))))
    assert "2GB" in told(path)


def damaged(method: int) -> bytes:
    data = bytearray(zipped(("x.csv", POINTS * 3000), method=method))
    for at in range(60, min(len(data) - 120, 200)):
        data[at] ^= 0x5A
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zipped(("a", "x"), ("a/b.csv", POINTS)), "両方"),
        (zipped(("a/b.csv", POINTS), ("a", "x")), "両方"),
        (zipped(("あ" * 100 + ".csv", POINTS)), "長すぎる"),
        (damaged(zipfile.ZIP_BZIP2), "読めない"),
        (damaged(zipfile.ZIP_LZMA), "読めない"),
        (zipped(("いい.csv", POINTS)).replace("いい".encode(), b"\xff\xfe" * 3), "読めない"),
        (zipped(("x.csv", POINTS), ("in.zip", b"PK\x03\x04broken")), "読めない"),
    ],
)
def test_a_zip_that_cannot_be_unpacked(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert word in told(path)


@pytest.mark.parametrize("odd", [(".", "x"), ("in", "a plain file")])
def test_an_odd_entry_does_not_hide_the_good_ones(tmp_path: Path, odd: tuple[str, str]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped(odd, ("in.zip", zipped(("a.csv", POINTS)))))
    assert [table.name for table in read(path).tables] == ["a"]


def test_names_of_files_never_break_the_three_lines(tmp_path: Path) -> None:
    assert "a�b" in told(tmp_path / "a\nb.csv")
    assert "�" in told(tmp_path / "\udc8b\u2028.csv")


def test_a_zip_without_map_data(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    told(path)


def test_a_shapefile_without_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "p.shp"
    geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(138, 36)], crs=6668).to_file(path)
    path.with_suffix(".dbf").unlink()
    assert "p.dbf" in told(path)


@pytest.mark.parametrize("which", ["", "f_road_lod2.shx", "f_road_lod2.shp"])
@pytest.mark.real_data
def test_the_broken_shapefile_of_chino(real_data: Path, which: str) -> None:
    assert "f_road_lod2.shp" in told(real_data / "chino" / "road_layers" / "f_road_lod2" / which)


def test_a_csv_without_coordinates_or_address(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("番号,備考\n1,あ\n", "utf-8")
    assert "住所" in told(path)


def test_a_csv_with_more_cells_than_headings(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("緯度,経度\n36,138\n36,138,1,2,3\n", "utf-8")
    told(path)


def test_a_csv_that_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe\x81")
    told(path)


def test_an_empty_csv(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("", "utf-8")
    told(path)
    path.write_text("緯度,経度\n", "utf-8")
    told(path)


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.docx"])
def test_garbage_under_any_ending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"garbage" * 50)
    for end in (".shx", ".dbf"):
        path.with_suffix(end).write_bytes(b"garbage" * 50)
    told(path)


def test_a_layer_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(138, 36)], crs=6668).to_file(path, layer="点")
    assert "「点」" in told(path, ImportOptions(layer="線"))
