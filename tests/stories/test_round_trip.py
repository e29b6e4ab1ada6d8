"""A plan that leaves and is read again is the same plan: every vertex, every value, every look."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.jobs import ExportOptions, ImportOptions
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.merging import accepted
from chiiki_gis.core.role import COLUMNS, PLAN_ROLES, Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.style import NOTHING, Category, Style, Symbol
from chiiki_gis.export.dictionary import FIELDS
from chiiki_gis.io.plan_values import SHORT_NAMES
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import leaving
from chiiki_gis.tasks.merge import compare
from chiiki_gis.tasks.plan import import_into

DAY = date(2026, 4, 1)
NAMES = ["第一号①髙﨑", "𠮷野é〜−", "=1+1", None, "「改行」", "あ" * 60]
LONGEST = "あ" * 127
AGREED = {"𠮷": "吉", "é": "e", "〜": "～", "−": "－"}
NEVER_LEAVES = {"vacant_house_fid", "details"}
OPTIONS = ExportOptions(reason="試験", stamp=DAY, substitutes=AGREED)


def put(document: Document, role: Role, shapes: list[Any], **columns: list[Any]) -> None:
    first = document.next_fid(plan_layer_id(role))
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=6676)
    rows = conform(frame.set_axis(range(first, first + len(frame)), axis=0), role)
    document.apply(Change("入力", put={plan_layer_id(role): rows}))


def town(uuid: str = "round-trip") -> Document:
    return new_document(Header(uuid, (Municipality("20999", "試験市"),), 6676))


@pytest.fixture(scope="module")
def hard() -> Document:
    """Hard names, 255 bytes, nothing, 10^12 m², a hole, two parts, flags, and a link without a line."""
    document = town()
    put(
        document,
        Role.PRIORITY_DISTRICT,
        [box(-500_000, -500_000, 500_000, 500_000)],
        name=["広い"],
        number=[1],
    )
    ring = Polygon(box(0, 0, 99.123456789, 90).exterior, [box(10, 10, 20, 20).exterior])
    shapes = [
        MultiPolygon([ring, box(200, 0, 250, 50)]),
        *(box(300 * n, 0, 300 * n + 90, 90) for n in range(1, 6)),
    ]
    put(
        document,
        Role.PROMOTION_AREA,
        shapes,
        name=NAMES,
        number=[1, 2, None, 4, 5, 6],
        description=[LONGEST, None, "", "x", "〜", "−"],
        parts=[json.dumps(["本町"], ensure_ascii=False), *[None] * 5],
        note=["令和8年4月1日", "2026-04-01", None, None, "0", "00123"],
    )
    put(document, Role.SITE, [box(0, 0, 30, 30), box(50, 50, 60, 60)], name=["旧校舎", None])
    put(
        document,
        Role.FACILITY,
        [Point(10.123456789, 10), box(50, 50, 60, 60), Point(500, 20)],
        building_id=["b1", "b2", "b3"],
        number=[1, 2, None],
        name=["髙﨑①", "𠮷野", "丙"],
        kind=["coworking", "lodging", None],
        use_class=["office", "hotel", None],
        use_floor_m2=[1_234_567.89, 0.0, None],
        total_floor_m2=[2_000_000.5, None, 0.01],
        top_storey=[0, None, 60],
        works=["new", "change_of_use", None],
        item=[3, 4, None],
        site_fid=[1, 2, None],
        note=["＝", None, "備考"],
    )
    put(
        document,
        Role.ACCESS_LINK,
        [LineString([(0, 0), (0.001, 5), (1e5, 7)]), None],
        building_id=["b1", "b2"],
        interchange=["諏訪湖", "𠮷野"],
        rank=[1, 1],
        km=[4.333, None],
        minutes=[7.25, None],
        status=["ok", "refused"],
        tag=["一体事業", None],
        carried_out_by=["municipality", None],
        assumed=[json.dumps(["速度は仮定値です"] * 12, ensure_ascii=False), None],
        stale=[False, None],
        reason=[None, "道" * 150],
    )
    return document


def written(document: Document, kind: str, folder: Path) -> Path:
    leaving.export(snapshot(document), kind, folder, options=OPTIONS)
    return folder


def read_again(files: dict[Role, list[tuple[Path, str | None]]]) -> Document:
    """A new plan from files, a role at a time."""
    from chiiki_gis.core.links import with_true_links

    document = town("again")
    for role in (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.SITE, Role.FACILITY, Role.ACCESS_LINK):
        for path, layer in files[role]:
            options = ImportOptions(role=role, layer=layer)
            change, _ = import_into(document, path, options, memory_ref)
            document.apply(with_true_links(document, change))
    return document


def plain(value: Any) -> Any:
    import pandas

    return None if value is None or value is pandas.NA or value != value or value == "" else value


def compared(
    old: Document, new: Document, lost: set[str] = frozenset(), agreed: dict[str, str] | None = None
):
    """Every row, in the order of its key: values equal, shapes within a millimetre."""
    for role in PLAN_ROLES:
        key = "building_id" if role in (Role.FACILITY, Role.ACCESS_LINK) else None
        one, two = old.plan(role), new.plan(role)
        if key:
            one, two = one.sort_values(key), two.sort_values(key)
        assert len(one) == len(two), role
        for column in COLUMNS[role]:
            if column.name in NEVER_LEAVES | lost:
                continue
            before = [plain(value) for value in one[column.name]]
            for character, other in (agreed or {}).items():
                before = [v.replace(character, other) if isinstance(v, str) else v for v in before]
            assert [plain(value) for value in two[column.name]] == before, (role, column.name)
        for before, after in zip(one.geometry, two.geometry, strict=True):
            assert (before is None) == (after is None)
            assert before is None or before.hausdorff_distance(after) <= 0.001, role


@pytest.fixture(scope="module")
def gpkg(hard, tmp_path_factory) -> Path:
    return written(hard, "gpkg", tmp_path_factory.mktemp("gpkg")) / "submission.gpkg"


@pytest.fixture(scope="module")
def shapefiles(hard, tmp_path_factory) -> Path:
    return written(hard, "shapefile", tmp_path_factory.mktemp("shapefile"))


@pytest.fixture(scope="module")
def from_gpkg(gpkg) -> Document:
    return read_again({role: [(gpkg, role.value)] for role in PLAN_ROLES})


def test_a_geopackage_gives_the_plan_back(hard, from_gpkg):
    compared(hard, from_gpkg)


def test_shapefiles_give_it_back_but_for_agreed_characters_and_the_column_they_have_no_room_for(
    hard, shapefiles
):
    found = {role: [(shapefiles / f"{role.value}.shp", None)] for role in PLAN_ROLES}
    found[Role.FACILITY] = [(shapefiles / f"facility_{kind}.shp", None) for kind in ("point", "polygon")]
    compared(hard, read_again(found), lost={"parts"}, agreed=AGREED)


def test_a_package_gives_it_back_at_the_desk(hard, tmp_path):
    written(hard, "package", tmp_path)
    desk = new_document(Header("desk", (Municipality("20", "長野県"),), 6676))
    desk.apply(accepted(compare(snapshot(desk), [tmp_path / "提出一式.zip"], memory_ref)))
    for document in (desk,):  # the desk keeps buildings of towns apart
        for role in (Role.FACILITY, Role.ACCESS_LINK):
            rows = document.plan(role)
            own = rows.assign(building_id=[str(one).removeprefix("20999-") for one in rows["building_id"]])
            document.apply(Change("比べる", put={plan_layer_id(role): own}))
    compared(hard, desk)


def test_what_was_read_again_leaves_with_the_same_looks(hard, gpkg, from_gpkg, tmp_path):
    def looks(path: Path) -> list[tuple[str, str, str]]:
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT f_table_name, styleName, styleQML FROM layer_styles ORDER BY 1, 2"
            return [row for row in connection.execute(query) if row[0] in set(PLAN_ROLES)]

    again = written(from_gpkg, "gpkg", tmp_path) / "submission.gpkg"
    assert looks(again) == looks(gpkg)
    assert len(looks(gpkg)) == len(PLAN_ROLES) + 1


OWN = Style(
    Symbol("#12ab9f", "#aa0011", 1.3, "dash", "cross", "triangle", 4.4), "name",
    (
        Category("𠮷野é〜−", "はん例<&>", Symbol(None, "#00ff00", 0.7)),
        Category("x", "しまう", NOTHING, False),
    ),
    "note", 3.3, "#445566", 0.35, False, shows_others=False,
)  # fmt: skip
BY_NUMBER = Style(
    class_column="use_floor_m2",
    categories=(Category("0", "小", Symbol()), Category("1", "大", Symbol("#000000"))),
    breaks=(0.0, 100.5, 5000.0),
)
PLAIN = replace(OWN, class_column=None, categories=(), label_column="name", shows_others=True)
LOOKS = {Role.PROMOTION_AREA: OWN, Role.SITE: PLAIN, Role.FACILITY: BY_NUMBER}
BAD_COLOR = '{"role": "site", "style": {"symbol": {"fill": "url(x)"}, "categories": []}}'


def looked(document: Document) -> dict[Role, Style]:
    return {role: document.layer(plan_layer_id(role)).style for role in PLAN_ROLES}


def in_own_looks(document: Document) -> Document:
    layers = [replace(document.layer(plan_layer_id(role)), style=style) for role, style in LOOKS.items()]
    document.apply(Change("見た目", put_layers=tuple(layers)))
    return document


@pytest.fixture
def dressed() -> Document:
    """Every kind of look, and sites whose numbers have a gap."""
    document = in_own_looks(town())
    put(document, Role.SITE, [box(9 * n, 0, 9 * n + 5, 5) for n in range(3)], name=["甲", "乙", "丙"])
    document.apply(Change("消す", drop={plan_layer_id(Role.SITE): (1,)}))
    put(document, Role.FACILITY, [Point(20, 2)], name=["館"], building_id=["b1"], site_fid=[3])
    put(document, Role.PROMOTION_AREA, [box(0, 0, 99, 99)], name=["区域"], number=[1])
    return document


def taken_in(path: Path, into: Document) -> list[str]:
    """A whole file as one change, with its notes; undone and done again on the way."""
    rows, looks = {role: len(into.plan(role)) for role in PLAN_ROLES}, looked(into)
    change, notes = import_into(into, path, ImportOptions(), memory_ref)
    back = into.apply(change)
    again = into.apply(back)
    assert {role: len(into.plan(role)) for role in PLAN_ROLES} == rows
    assert looked(into) == looks
    into.apply(again)
    return notes


def test_a_planners_own_looks_come_back_and_facilities_stay_on_their_sites(dressed, tmp_path):
    file = written(dressed, "gpkg", tmp_path) / "submission.gpkg"
    again = town("again")
    taken_in(file, again)
    assert looked(again) == looked(dressed)
    (site,) = again.plan(Role.FACILITY)["site_fid"]
    assert again.plan(Role.SITE).loc[site, "name"] == "丙"


def test_a_package_taken_in_by_a_town_gives_the_plan_and_its_looks_once(dressed, tmp_path):
    written(dressed, "package", tmp_path)
    again = town("again")
    notes = taken_in(tmp_path / "提出一式.zip", again)
    assert looked(again) == looked(dressed)
    assert {role: len(again.plan(role)) for role in PLAN_ROLES} == {
        role: len(dressed.plan(role)) for role in PLAN_ROLES
    }
    assert any("計画のデータ（geopackage/submission.gpkg）だけを読みました" in note for note in notes)


def test_a_plan_that_has_rows_or_looks_of_its_own_keeps_its_looks_and_says_so(dressed, tmp_path):
    file = written(dressed, "gpkg", tmp_path) / "submission.gpkg"
    again = town("again")
    put(again, Role.PROMOTION_AREA, [box(0, 0, 9, 9)], name=["前から"])
    before = looked(again)[Role.PROMOTION_AREA]
    notes = taken_in(file, again)
    assert looked(again)[Role.PROMOTION_AREA] == before
    assert looked(again)[Role.SITE] == LOOKS[Role.SITE]
    assert "特定居住促進区域の見た目は、いまの計画のものを残しました。" in notes


def test_a_look_changed_in_qgis_is_told_and_ours_comes_back(dressed, tmp_path):
    file = written(dressed, "gpkg", tmp_path) / "submission.gpkg"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE layer_styles SET styleQML = '<qgis/>' WHERE f_table_name = 'site'")
    again = town("again")
    notes = taken_in(file, again)
    assert [note.split("：")[0] for note in notes if "QGISで変えた見た目" in note] == ["「site」"]
    assert looked(again) == looked(dressed)


@pytest.mark.parametrize("spoilt", ["{}", "[1]", "x", BAD_COLOR])
def test_a_spoilt_look_is_passed_over(dressed, tmp_path, spoilt):
    file = written(dressed, "gpkg", tmp_path) / "submission.gpkg"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE gpkg_metadata SET metadata = ? WHERE metadata LIKE '%style%'", [spoilt])
    again = town("again")
    change, _ = import_into(again, file, ImportOptions(role=Role.SITE, layer="site"), memory_ref)
    again.apply(change)
    assert looked(again) == looked(town())
    assert len(again.plan(Role.SITE)) == 2


def test_looks_that_all_towns_share_come_to_an_empty_desk(dressed, tmp_path):
    written(dressed, "package", tmp_path)
    desk = new_document(Header("desk", (Municipality("20", "長野県"),), 6676))
    back = desk.apply(accepted(compare(snapshot(desk), [tmp_path / "提出一式.zip"], memory_ref)))
    assert looked(desk) == looked(dressed)
    desk.apply(back)
    assert looked(desk) == looked(town())
    shown = replace(desk.layer(plan_layer_id(Role.SITE)), style=BY_NUMBER)
    desk.apply(Change("県の見た目", put_layers=(shown,)))
    found = compare(snapshot(desk), [tmp_path / "提出一式.zip"], memory_ref)
    desk.apply(accepted(found))
    assert looked(desk)[Role.SITE] == BY_NUMBER
    assert any("敷地の見た目は、市町村のものではなく" in note for note in found.notes)


def test_every_short_name_of_a_shapefile_is_understood_at_the_door():
    for role in PLAN_ROLES:
        for field in FIELDS[role]:
            column = next((c for c in COLUMNS[role] if c.name == field.name), None)
            if column is not None and field.short and field.short != column.japanese:
                assert SHORT_NAMES[field.short] == field.name


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="ogrinfo is not installed")
def test_another_gdal_opens_every_file_of_the_package(hard, tmp_path):
    written(hard, "package", tmp_path)
    inside = f"/vsizip/{tmp_path / '提出一式.zip'}"
    files = [f"{inside}/geopackage/submission.gpkg", f"{inside}/kml/plan.kml"]
    files += [
        f"{inside}/shapefile/{name}.shp" for name in ("promotion_area", "facility_point", "access_link")
    ]
    files += [f"{inside}/geojson/{name}.geojson" for name in ("promotion_area", "facility", "access_link")]
    for file in files:
        done = subprocess.run(["ogrinfo", "-ro", "-al", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr
        assert "Feature Count" in done.stdout


def test_pyshp_reads_every_shapefile(shapefiles):
    shapefile = pytest.importorskip("shapefile", reason="pyshp is not installed")
    with shapefile.Reader(str(shapefiles / "promotion_area"), encoding="cp932") as reader:
        assert reader.record(0)["名称"] == NAMES[0]
