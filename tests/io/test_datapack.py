"""A data pack carries files to a computer without internet, and tells when one was damaged on the way."""

import json
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point, box

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io import datapack
from chiiki_gis.io.datapack import MANIFEST, DataPack, build_pack, damage, packs_beside_program, read_pack


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """A Shapefile of zones with the files beside it, and a GeoJSON of houses."""
    zones = geopandas.GeoDataFrame({"YoutoName": ["商業地域"]}, geometry=[box(0, 0, 9, 9)], crs=6676)
    zones.to_file(tmp_path / "用途地域.shp", encoding="CP932")
    houses = geopandas.GeoDataFrame({"name": ["空き家"]}, geometry=[Point(138.2, 36.0)], crs=6668)
    houses.to_file(tmp_path / "points.geojson", driver="GeoJSON")
    return [tmp_path / "用途地域.shp", tmp_path / "points.geojson"]


@pytest.fixture
def pack(sources: list[Path], tmp_path: Path) -> DataPack:
    return build_pack(sources, tmp_path / "茅野市パック", "")


def test_what_is_built_is_read_again_as_it_was(pack: DataPack):
    assert read_pack(pack.folder) == pack
    assert pack.title == "茅野市パック"
    assert damage(pack) == []


def test_the_files_beside_a_shapefile_come_along(pack: DataPack):
    ends = {Path(file.path).suffix for file in pack.items[0].files}
    assert ends == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    assert geopandas.read_file(pack.path_of(pack.items[0])).iloc[0]["YoutoName"] == "商業地域"


def test_what_was_recognised_is_told_without_opening_the_files(pack: DataPack):
    assert read_pack(pack.folder).items[0].roles == ("zoning",)


def test_a_changed_a_missing_and_a_foreign_file_are_each_named(pack: DataPack):
    dbf, points = pack.items[0].files[2].path, pack.items[1].files[0].path
    content = bytearray((pack.folder / dbf).read_bytes())
    content[-2] ^= 1
    (pack.folder / dbf).write_bytes(content)
    (pack.folder / points).unlink()
    (pack.folder / "data" / "置き忘れ.txt").write_text("x")
    told = damage(pack)
    assert [dbf in told[0], points in told[1], "置き忘れ.txt" in told[2]] == [True, True, True]
    assert len(told) == 3


def test_a_folder_that_holds_something_is_never_built_into(sources: list[Path], tmp_path: Path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "計画.gpkg").write_text("x")
    with pytest.raises(BadInput, match="空でないフォルダ"):
        build_pack(sources, tmp_path / "full", "")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["計画.gpkg"]


def test_a_file_that_could_not_be_imported_is_refused_before_anything_is_copied(sources, tmp_path: Path):
    (tmp_path / "note.docx").write_bytes(b"x")
    with pytest.raises(BadInput):
        build_pack([*sources, tmp_path / "note.docx"], tmp_path / "new", "")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("path", ["../計画.gpkg", "data/../../x", "/etc/x", "data\\x", "C:/x", "x.shp", ""])
def test_a_manifest_that_leads_out_of_the_pack_is_refused(pack: DataPack, path: str):
    data = json.loads((pack.folder / MANIFEST).read_text("utf-8"))
    data["items"][0]["open"] = data["items"][0]["files"][0]["path"] = path
    (pack.folder / MANIFEST).write_text(json.dumps(data))
    with pytest.raises(BadInput, match="壊れています"):
        read_pack(pack.folder)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "壊れて"), ("[]", "壊れて"), ('{"format": "other"}', "壊れて"),
     ('{"format": "chiiki-gis-datapack", "version": 2, "title": "", "made": "", "items": []}', "新しい版")],
)  # fmt: skip
def test_a_manifest_that_cannot_be_understood_is_told(pack: DataPack, text: str, why: str):
    (pack.folder / MANIFEST).write_text(text)
    with pytest.raises(BadInput, match=why):
        read_pack(pack.folder)


def test_packs_are_found_beside_the_program_and_in_the_documents(
    pack: DataPack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "program"
    (program / "壊れたパック").mkdir(parents=True)
    (program / "壊れたパック" / MANIFEST).write_text("{")
    monkeypatch.setattr(datapack.sys, "executable", str(program / "ChiikiGIS.exe"))
    monkeypatch.setenv("CHIIKI_GIS_DOCUMENTS", str(tmp_path))
    assert [found.title for found in packs_beside_program()] == ["茅野市パック"]


def test_lists_of_houses_and_plans_are_never_carried_in_a_pack(sources: list[Path], tmp_path: Path):
    houses = tmp_path / "空き家台帳.csv"
    houses.write_text("所在地,所有者,同意\n本町1,秘密太郎,なし\n", "utf-8-sig")
    with pytest.raises(BadInput, match="個人の情報"):
        build_pack([*sources, houses], tmp_path / "new", "")
    assert not (tmp_path / "new").exists()
