"""What a Shapefile claims of its text gives way to its bytes only where they leave no doubt."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point

from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io.formats import read

NAMES = ["長野県", "茅野市宮川", "諏訪市①髙﨑", "富士見町"]


def shapefile(folder: Path, encoding: str, cpg: str | None, language: int = 0) -> Path:
    frame = geopandas.GeoDataFrame({"名称": NAMES}, geometry=[Point(138, 36)] * 4, crs=6668)
    path = folder / "a.shp"
    frame.to_file(path, encoding=encoding)
    (folder / "a.cpg").unlink(missing_ok=True)
    if cpg is not None:
        (folder / "a.cpg").write_text(cpg)
    data = bytearray((folder / "a.dbf").read_bytes())
    data[29] = language
    (folder / "a.dbf").write_bytes(bytes(data))
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "evidence"),
    [
        ("cp932", None, 0, "内容（「長野県」と読める）"),
        ("cp932", "Shift_JIS", 0, ".cpg"),
        ("cp932", "UTF-8", 0, "食い違う"),
        ("utf-8", "Shift_JIS", 0, "食い違う"),
        ("utf-8", None, 0x13, "食い違う"),
        ("utf-8", None, 0, "内容（「長野県」と読める）"),
        ("utf-8", "UTF-8", 0, ".cpg"),
    ],
)
def test_the_text_comes_out_right_and_the_reason_is_told(
    tmp_path: Path, encoding: str, cpg: str | None, language: int, evidence: str
) -> None:
    table = read(shapefile(tmp_path, encoding, cpg, language)).tables[0]
    assert list(table.frame["名称"]) == NAMES
    assert evidence in table.encoding_evidence
    assert bool(table.notes) == ("食い違う" in evidence)


def test_what_the_user_says_is_never_overruled(tmp_path: Path) -> None:
    table = read(shapefile(tmp_path, "utf-8", "UTF-8"), ImportOptions(encoding="CP932")).tables[0]
    assert (table.encoding, table.encoding_evidence) == ("CP932", "指定")
