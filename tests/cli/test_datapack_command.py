"""`datapack build` and `datapack verify`."""

import json
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import box

from chiiki_gis.cli import run_command


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    frame = geopandas.GeoDataFrame({"YoutoName": ["商業地域"]}, geometry=[box(0, 0, 9, 9)], crs=6676)
    frame.to_file(tmp_path / "z.gpkg", layer="用途地域")
    words = ["datapack", "build", str(tmp_path / "pack"), str(tmp_path / "z.gpkg"), "--title", "町のデータ"]
    assert run_command(words) == 0
    assert "「町のデータ」に1件を入れました。" in capsys.readouterr().out
    return tmp_path / "pack"


def test_a_whole_pack_verifies(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run_command(["datapack", "verify", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["problems"], told["title"]) == (True, [], "町のデータ")
    assert [item["roles"] for item in told["items"]] == [["zoning"]]


def test_a_damaged_pack_is_exit_code_1(folder: Path, capsys: pytest.CaptureFixture[str]):
    next((folder / "data").rglob("z.gpkg")).write_bytes(b"")
    assert run_command(["datapack", "verify", str(folder)]) == 1
    assert "中身が、作られたときと違います。" in capsys.readouterr().out


def test_what_is_no_pack_is_refused_in_three_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run_command(["datapack", "verify", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("。\n") == 3
