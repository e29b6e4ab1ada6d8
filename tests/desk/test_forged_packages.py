"""A package is proven before it is read: whatever is wrong with it is told, and the desk stays as it was."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from chiiki_gis.__main__ import main
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import submission
from chiiki_gis.tasks import plan

Parts = dict[str, bytes]


@pytest.fixture
def project(new_desk, tmp_path):
    path = tmp_path / "受け付け.gpkg"
    plan.save(snapshot(new_desk()), path, None)
    return path


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path: Path, parts: Parts) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def sealed(path: Path, parts: Parts, **manifest: object) -> Path:
    """A package whose manifest and sums are true again: only what was changed in it is wrong."""
    told = json.loads(parts["manifest.json"])
    files = {n: c for n, c in parts.items() if n not in ("manifest.json", "SHA256SUMS.txt")}
    told["files"] = [
        {"path": n, "bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in files.items()
    ]
    told |= manifest
    sums = "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in files.items())
    whole = {"manifest.json": json.dumps(told).encode(), "SHA256SUMS.txt": sums.encode(), **files}
    return write(path, whole)


def refused(project: Path, package: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The three sentences of a refusal, after which the project has the same bytes as before."""
    before = project.read_bytes()
    assert main(["merge", str(project), str(package)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert len(lines) == 3, told.err
    assert all(line.endswith("。") for line in lines)
    assert project.read_bytes() == before
    return lines[1]


def test_a_changed_file_is_named(project, packages, tmp_path, capsys):
    parts = parts_of(packages.east)
    changed = parts["README.txt"].replace("茅野市".encode(), "岡谷市".encode())
    assert changed != parts["README.txt"]
    why = refused(project, write(tmp_path / "x.zip", parts | {"README.txt": changed}), capsys)
    assert "「README.txt」のSHA-256" in why


@pytest.mark.parametrize("name", ["../外.txt", "a/../../外.txt", "/etc/外.txt", "C:/外.txt", "..\\外.txt"])
def test_a_way_out_of_the_folder_is_refused(project, packages, tmp_path, capsys, name):
    package = sealed(tmp_path / "x.zip", parts_of(packages.east) | {name: b"x"})
    assert "フォルダの外を指す項目" in refused(project, package, capsys)


def test_ten_gigabytes_are_refused_before_they_are_unpacked(project, packages, tmp_path, capsys, monkeypatch):
    package = sealed(tmp_path / "x.zip", parts_of(packages.east) | {"geojson/大.geojson": b"0" * 5_000})
    infolist = zipfile.ZipFile.infolist

    def lying(self):
        for entry in infolist(self):
            if entry.filename.endswith("大.geojson"):
                entry.file_size = 10_000_000_000
        return infolist(self)

    monkeypatch.setattr(zipfile.ZipFile, "infolist", lying)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: pytest.fail("something was read"))
    assert "10.0 GB" in refused(project, package, capsys)


def test_a_bomb_is_refused_by_what_it_declares(project, packages, tmp_path, capsys, monkeypatch):
    package = sealed(tmp_path / "x.zip", parts_of(packages.east) | {"a.bin": b"\0" * 30_000_000})
    assert package.stat().st_size < 2_000_000
    monkeypatch.setattr(submission, "MOST_BYTES", 20_000_000)
    assert "を超えます" in refused(project, package, capsys)


def test_a_symbolic_link_is_refused(project, packages, tmp_path, capsys):
    parts = parts_of(packages.east)
    package = sealed(tmp_path / "x.zip", parts)
    entry = zipfile.ZipInfo("csv/リンク")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "リンクなどの項目「csv/リンク」" in refused(project, package, capsys)


def test_an_entry_that_stands_there_twice_is_refused(project, packages, tmp_path, capsys):
    package = sealed(tmp_path / "x.zip", parts_of(packages.east))
    with zipfile.ZipFile(package, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("README.txt", "別の内容")
    assert "二つ入っています" in refused(project, package, capsys)


def test_names_that_differ_by_case_only_are_refused(project, packages, tmp_path, capsys):
    package = sealed(tmp_path / "x.zip", parts_of(packages.east) | {"readme.TXT": b"x"})
    assert "二つ入っています" in refused(project, package, capsys)


def test_a_package_without_a_manifest_is_none(project, packages, tmp_path, capsys):
    parts = parts_of(packages.east)
    del parts["manifest.json"]
    assert "「manifest.json」がなく" in refused(project, write(tmp_path / "x.zip", parts), capsys)


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"format": "other"}'])
def test_a_manifest_that_is_none_is_refused(project, packages, tmp_path, capsys, raw):
    refused(project, write(tmp_path / "x.zip", parts_of(packages.east) | {"manifest.json": raw}), capsys)


def test_a_file_that_the_manifest_does_not_name_is_refused(project, packages, tmp_path, capsys):
    parts = parts_of(packages.east) | {"geopackage/もう一つ.gpkg": b"x"}
    assert "載っていないファイル" in refused(project, write(tmp_path / "x.zip", parts), capsys)


def test_a_file_that_is_missing_is_named(project, packages, tmp_path, capsys):
    parts = parts_of(packages.east)
    del parts["csv/facility.csv"]
    assert "入っていません" in refused(project, write(tmp_path / "x.zip", parts), capsys)


def test_sums_that_differ_from_the_manifest_are_refused(project, packages, tmp_path, capsys):
    parts = parts_of(packages.east) | {"SHA256SUMS.txt": b"0" * 64 + b"  README.txt\n"}
    assert "SHA256SUMS.txt" in refused(project, write(tmp_path / "x.zip", parts), capsys)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"version": 2}, "新しい版"),
        ({"schema": "2"}, "新しい版"),
        ({"version": "1"}, "版が分かりません"),
        ({"version": True}, "版が分かりません"),
        ({"schema": None}, "版が分かりません"),
        ({"format": "other-submission"}, "様式で書かれています"),
        ({"format": ["chiiki-gis-submission"]}, "様式で書かれています"),
        ({"epsg": 3857}, "形の違う値"),
        ({"epsg": "x"}, "形の違う値"),
        ({"made": "いつか"}, "形の違う値"),
        ({"open_errors": -1}, "形の違う値"),
        ({"municipalities": []}, "形の違う値"),
        ({"municipalities": [{"code": "99999", "name": "x"}]}, "形の違う値"),
        ({"municipalities": [{"code": "18207", "name": "鯖江市"}]}, "長野県の市町村ではありません"),
        ({"municipalities": [{"code": "20", "name": "長野県"}]}, "都道府県の一式"),
        ({"format": "chiiki-gis-support-proposal"}, "市町村に出すもの"),
    ],
)
def test_a_manifest_that_is_not_for_this_desk_is_refused(project, packages, tmp_path, capsys, told, why):
    package = sealed(tmp_path / "x.zip", parts_of(packages.east), **told)
    assert why in refused(project, package, capsys)


def altered(parts: Parts, folder: Path, *statements: str) -> Parts:
    path = folder / "altered.gpkg"
    path.write_bytes(parts["geopackage/submission.gpkg"])
    connection = sqlite3.connect(path)
    for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):  # what its triggers ask for
        connection.create_function(name, 1, lambda _shape: 1)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return parts | {"geopackage/submission.gpkg": path.read_bytes()}


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ('ALTER TABLE facility ADD COLUMN "所有者" TEXT', "様式と違います"),
        ("ALTER TABLE promotion_area RENAME COLUMN name TO title", "様式と違います"),
        ("DELETE FROM gpkg_contents WHERE table_name = 'priority_district'", "様式と違います"),
        ("UPDATE gpkg_geometry_columns SET srs_id = 4326 WHERE table_name = 'site'", "座標系"),
    ],
)
def test_a_foreign_schema_is_refused(project, packages, tmp_path, capsys, statement, why):
    parts = altered(parts_of(packages.east), tmp_path, statement)
    assert why in refused(project, sealed(tmp_path / "x.zip", parts), capsys)


def test_a_number_that_no_facility_can_have_is_refused(project, packages, tmp_path, capsys):
    parts = altered(parts_of(packages.east), tmp_path, "UPDATE facility SET top_storey = 9999 WHERE fid = 1")
    assert "使えない値" in refused(project, sealed(tmp_path / "x.zip", parts), capsys)


@pytest.mark.parametrize("raw", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 4_000])
def test_tables_that_are_no_geopackage_are_refused(project, packages, tmp_path, capsys, raw):
    parts = parts_of(packages.east) | {"geopackage/submission.gpkg": raw}
    refused(project, sealed(tmp_path / "x.zip", parts), capsys)


@pytest.mark.parametrize("make", [lambda p: p.write_bytes(b"no zip"), lambda _p: None, lambda p: p.mkdir()])
def test_what_is_no_zip_is_refused(project, tmp_path, capsys, make: Callable[[Path], object]):
    make(tmp_path / "x.zip")
    refused(project, tmp_path / "x.zip", capsys)


def test_a_cut_off_archive_is_refused(project, packages, tmp_path, capsys):
    raw = packages.east.read_bytes()
    (tmp_path / "x.zip").write_bytes(raw[: len(raw) // 2])
    refused(project, tmp_path / "x.zip", capsys)
    start = len(raw) // 3
    (tmp_path / "x.zip").write_bytes(raw[:start] + bytes(400) + raw[start + 400 :])
    refused(project, tmp_path / "x.zip", capsys)


def test_one_forged_package_keeps_the_others_out_too(project, packages, tmp_path, capsys):
    before = project.read_bytes()
    forged = write(tmp_path / "x.zip", parts_of(packages.west) | {"README.txt": b"x"})
    assert main(["merge", str(project), str(packages.east), str(forged)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert project.read_bytes() == before


def test_two_different_packages_of_one_town_are_refused(project, packages, tmp_path, capsys):
    before = project.read_bytes()
    other = sealed(tmp_path / "x.zip", parts_of(packages.east), made="2026-05-01")
    assert main(["merge", str(project), str(packages.east), str(other)]) == 2
    assert "内容が違います" in capsys.readouterr().err
    assert project.read_bytes() == before


def test_a_plan_of_a_town_takes_no_packages(packages, tmp_path, capsys):
    from chiiki_gis.core.document import Header, Municipality, new_document

    path = tmp_path / "計画.gpkg"
    plan.save(snapshot(new_document(Header("t", (Municipality("20214", "茅野市"),), 6676))), path, None)
    assert "都道府県の受け付けのものではありません" in refused(path, packages.east, capsys)
