"""Many towns' packages in one prefecture's project: what comes, what differs, what stays."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import geopandas
import pytest
from shapely.geometry import Point, box
from two_towns import DAY, east, west

from chiiki_gis.__main__ import main
from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import drop_features, set_values
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.layer import Fid, LayerId, Source, same_layer
from chiiki_gis.core.merging import accepted
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.submission import towns_by_fid
from chiiki_gis.io.project import open_project
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import leaving, plan
from chiiki_gis.tasks.desk import desk_report
from chiiki_gis.tasks.merge import compare

AREA, FACILITY, SITE, LINK = (
    LayerId(r.value) for r in (Role.PROMOTION_AREA, Role.FACILITY, Role.SITE, Role.ACCESS_LINK)
)
AGREED = {"substitutes": {"𠮷": "吉"}}


def merge(document: Any, *paths: Any) -> Any:
    """All rows of packages taken over; the comparison they came from."""
    found = compare(snapshot(document), paths, memory_ref)
    document.apply(accepted(found))
    return found


@pytest.fixture
def document(new_desk, packages):
    """A desk that has both packages."""
    made = new_desk()
    merge(made, packages.east, packages.west)
    return made


def listed(found: Any) -> list[tuple[str, str, str]]:
    return [(row.difference, row.role.value, row.name) for row in found.rows]


def test_every_row_comes_with_its_values_and_knows_its_town(document):
    areas = document.plan(Role.PROMOTION_AREA)
    assert list(areas["name"]) == ["第一号①髙﨑", "𠮷野", "湖南"]
    assert json.loads(areas["parts"].iloc[0]) == ["本町"]
    towns = towns_by_fid(document.facts, Role.PROMOTION_AREA)
    assert [towns[fid].name for fid in areas.index] == ["茅野市", "茅野市", "諏訪市"]
    own = east().document.plan(Role.PROMOTION_AREA)
    for old, new in zip(own.geometry, areas.geometry[:2], strict=True):
        assert old.hausdorff_distance(new) <= 0.001


def test_buildings_of_two_towns_stay_apart_and_links_and_sites_follow_them(document):
    facilities = document.plan(Role.FACILITY)
    assert list(facilities["building_id"]) == ["20214-b1", "20214-fid-2", "20206-b1"]
    assert facilities["site_fid"].iloc[0] == document.plan(Role.SITE).index[0]
    assert list(document.plan(Role.ACCESS_LINK)["building_id"]) == ["20214-b1", "20214-fid-2"]


def test_the_same_package_twice_changes_nothing(document, packages):
    for paths in ((packages.east,), (packages.east, packages.west), (packages.west, packages.west)):
        found = compare(snapshot(document), paths, memory_ref)
        assert found.rows == ()
        assert accepted(found).is_empty


def test_one_undo_takes_everything_back(new_desk, packages):
    made = new_desk()
    before = made.layers
    undo = made.apply(accepted(compare(snapshot(made), [packages.east], memory_ref)))
    assert len(made.layers) > len(before)
    made.apply(undo)
    assert [layer.id for layer in made.layers] == [layer.id for layer in before]
    assert all(same_layer(a, b) for a, b in zip(made.layers, before, strict=True))
    assert made.facts == {}


def test_a_package_in_another_zone_is_moved_into_the_zone_of_the_prefecture(new_desk, packages, tmp_path):
    other = east(6675).pack(tmp_path, **AGREED)
    made = new_desk()
    found = merge(made, other)
    assert any("第VII系" in note for note in found.notes)
    rows = made.plan(Role.PROMOTION_AREA)
    assert rows.crs.to_epsg() == 6676
    assert rows.geometry.iloc[0].hausdorff_distance(box(50, 50, 1000, 1000)) <= 0.001
    line = desk_report(snapshot(made)).towns[0]
    true = east(6675).document.plan(Role.PROMOTION_AREA).area.sum()
    assert line.areas_m2 == pytest.approx(true, abs=0.5)
    assert abs(rows.area.sum() - true) > 10  # the zones measure differently, and the town's own counts


@pytest.fixture
def second(tmp_path):
    """The east's next package: an area reshaped, one gone, a name changed, a facility added."""
    town = east()
    document = town.document
    area = document.plan(Role.PROMOTION_AREA).loc[[1]].set_geometry([box(50, 50, 1010, 1000)], crs=6676)
    document.apply(Change("直す", put={AREA: area}))
    document.apply(drop_features(AREA, [Fid(2)]))
    document.apply(set_values(document, FACILITY, Fid(1), {"name": "共同事務所（改）"}, "直す"))
    town.put(Role.FACILITY, [Point(600, 600)], building_id=["b9"], name=["新しい店"], item=[4])
    return town.pack(tmp_path / "second")


def test_the_next_package_is_told_row_by_row(document, second):
    found = compare(snapshot(document), [second], memory_ref)
    assert listed(found) == [
        ("changed", "promotion_area", "第一号①髙﨑"),
        ("removed", "promotion_area", "𠮷野"),
        ("changed", "facility", "共同事務所（改）"),
        ("added", "facility", "新しい店"),
    ]
    assert found.rows[0].detail == "形（9,500.0 m²）"
    assert found.rows[2].detail == "名称"
    fids = set(document.plan(Role.PROMOTION_AREA).index)
    document.apply(accepted(found))
    assert list(document.plan(Role.PROMOTION_AREA)["name"]) == ["第一号①髙﨑", "湖南"]
    assert set(document.plan(Role.PROMOTION_AREA).index) < fids
    assert list(document.plan(Role.FACILITY)["name"]) == [
        "共同事務所（改）", "交流館", "お試し住宅", "新しい店",
    ]  # fmt: skip
    assert accepted(compare(snapshot(document), [second], memory_ref)).is_empty


def test_a_row_that_is_not_accepted_is_offered_again(document, second):
    found = compare(snapshot(document), [second], memory_ref)
    document.apply(accepted(found, {0, 3}))
    assert "𠮷野" in set(document.plan(Role.PROMOTION_AREA)["name"])
    again = compare(snapshot(document), [second], memory_ref)
    assert listed(again) == [
        ("removed", "promotion_area", "𠮷野"), ("changed", "facility", "共同事務所（改）"),
    ]  # fmt: skip


def test_what_the_desk_has_mended_stays_until_the_town_changes_it(document, packages, second):
    fid = Fid(int(document.plan(Role.FACILITY).index[0]))
    document.apply(set_values(document, FACILITY, fid, {"note": "県で確認"}, "直す"))
    assert accepted(compare(snapshot(document), [packages.east], memory_ref)).is_empty
    found = compare(snapshot(document), [second], memory_ref)
    assert [row.is_edited for row in found.rows] == [False, False, True, False]
    assert any("県で直した地物が1件" in note for note in found.notes)


def test_a_row_deleted_at_the_desk_comes_back_only_where_the_town_has_changed_it(document, packages, second):
    area = document.plan(Role.PROMOTION_AREA)
    document.apply(drop_features(AREA, [Fid(int(fid)) for fid in area.index[:2]]))
    assert accepted(compare(snapshot(document), [packages.east], memory_ref)).is_empty
    found = compare(snapshot(document), [second], memory_ref)
    assert [row.is_there for row in found.rows[:2]] == [False, False]
    document.apply(accepted(found))
    assert list(document.plan(Role.PROMOTION_AREA)["name"]) == ["第一号①髙﨑", "湖南"]


def test_a_link_does_not_come_without_its_facility_nor_a_site_that_was_declined(new_desk, packages):
    made = new_desk()
    found = compare(snapshot(made), [packages.east], memory_ref)
    names = {n for n, row in enumerate(found.rows) if row.name not in ("共同事務所", "旧校舎")}
    made.apply(accepted(found, names))
    assert list(made.plan(Role.ACCESS_LINK)["building_id"]) == ["20214-fid-2"]
    rest = compare(snapshot(made), [packages.east], memory_ref)
    assert {row.name for row in rest.rows} == {"共同事務所", "旧校舎", "諏訪"}
    made.apply(accepted(rest, {n for n, row in enumerate(rest.rows) if row.role != Role.SITE}))
    assert made.plan(Role.FACILITY)["site_fid"].isna().all()
    assert len(made.plan(Role.ACCESS_LINK)) == 2


def test_a_plan_made_anew_replaces_all_rows_of_its_town_and_no_others(document, tmp_path):
    town = east()
    town.document.header = replace(town.document.header, uuid="another")
    found = merge(document, town.pack(tmp_path, **AGREED))
    assert any("前と違う計画のファイル" in note for note in found.notes)
    assert list(document.plan(Role.PROMOTION_AREA)["name"]) == ["湖南", "第一号①髙﨑", "𠮷野"]
    assert len(towns_by_fid(document.facts, Role.PROMOTION_AREA)) == 3
    assert accepted(compare(snapshot(document), [town.pack(tmp_path, **AGREED)], memory_ref)).is_empty


def test_zones_of_all_towns_lie_in_one_layer_which_a_new_package_renews(document, tmp_path):
    (zoning,) = document.references(Role.ZONING)
    assert list(zoning.get_frame()["town"]) == ["20214"]
    town = west()
    town.refer(Role.ZONING, [box(-900, 100, -100, 900)], name=["商業地域"], zone_id=["C"])
    merge(document, town.pack(tmp_path))
    (zoning,) = document.references(Role.ZONING)
    assert list(zoning.get_frame()["town"]) == ["20206", "20214"]
    checked = plan.check(snapshot(document))
    assert {v.facility: v.zone for v in checked.verdicts}["共同事務所"] == "第一種低層住居専用地域"


def test_sheets_of_the_desk_name_the_sources_of_the_towns(new_desk, tmp_path):
    town = east()
    zoning = town.document.references(Role.ZONING)[0]
    cited = replace(zoning, source=Source("A29.zip", "令和元年度", "国土数値情報（用途地域）"))
    town.document.apply(Change("出典", put_layers=(cited,)))
    made = new_desk()
    merge(made, town.pack(tmp_path, **AGREED))
    (layer,) = made.references(Role.ZONING)
    assert layer.source.citation == "国土数値情報（用途地域）（令和元年度）"
    assert accepted(compare(snapshot(made), [tmp_path / "提出一式.zip"], memory_ref)).is_empty


def test_open_errors_and_an_older_package_are_told(document, tmp_path):
    town = east()
    town.put(Role.PROMOTION_AREA, [box(5000, 5000, 5100, 5100)], name=["外"], number=[3])
    old = town.pack(tmp_path, **AGREED, stamp=DAY.replace(year=2025))
    notes = compare(snapshot(document), [old], memory_ref).notes
    assert any("検査のエラーを1件残して提出しています（理由：協議用）" in note for note in notes)
    assert any("より古い令和7年4月1日作成" in note for note in notes)


def test_overlaps_gaps_and_what_lies_outside_are_measured_and_placed(document):
    report = desk_report(snapshot(document))
    told = {(b.kind, b.role.value, b.names): b for b in report.borders}
    overlap = told["overlap", "priority_district", ("ちの地区", "境の地区")]
    assert overlap.area_m2 == pytest.approx(3_000)
    assert overlap.bounds == pytest.approx((0, 0, 30, 100))
    gap = told["gap", "priority_district", ("ちの地区", "湖南地区")]
    assert gap.area_m2 == pytest.approx(15_000, rel=0.01)
    assert gap.bounds == pytest.approx((-10, 500, 0, 2000), abs=11)
    outside = told["outside_priority", "promotion_area", ("湖南",)]
    assert outside.area_m2 == pytest.approx(50_000)
    beyond = told["outside_town", "priority_district", ("境の地区",)]
    assert (beyond.area_m2, beyond.towns) == (pytest.approx(3_000), ("諏訪市",))
    assert len(report.borders) == 4


def test_towns_are_summed_up_and_those_that_wait_are_named(document):
    report = desk_report(snapshot(document))
    first, second = report.towns
    assert (first.name, second.name, report.waiting) == ("諏訪市", "茅野市", ("原村",))
    assert (second.districts, second.areas, second.facilities, second.links) == (1, 2, 2, 1)
    assert second.districts_m2 == pytest.approx(4e6)
    assert second.permits == 1  # an office in 第一種低層住居専用地域


def test_links_that_run_through_several_towns_are_told_with_their_km(document):
    (link,) = desk_report(snapshot(document)).links
    assert (link.town, link.facility, link.interchange) == ("茅野市", "共同事務所", "諏訪")
    assert dict(link.through) == pytest.approx({"茅野市": 0.2, "諏訪市": 3.0}, rel=1e-3)


def test_the_prefecture_hands_over_its_own_set_in_every_format(document, tmp_path):
    import zipfile

    import pyogrio

    options = ExportOptions(reason="協議", stamp=DAY, substitutes={"𠮷": "吉"})
    path = leaving.export(snapshot(document), "package", tmp_path, options=options).files[0]
    with zipfile.ZipFile(path) as archive:
        assert "市町村一覧.xlsx" in archive.namelist()
        (tmp_path / "p.gpkg").write_bytes(archive.read("geopackage/submission.gpkg"))
        text = archive.read("csv/promotion_area.csv").decode("utf-8-sig")
    areas = pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="promotion_area")
    assert list(areas["town_code"]) == ["20214", "20214", "20206"]
    assert list(areas["town_name"]) == ["茅野市", "茅野市", "諏訪市"]
    assert "提出した市町村" in text.splitlines()[0]


def test_what_the_desk_remembers_is_in_its_file_and_never_leaves(document, tmp_path):
    path = tmp_path / "受け付け.gpkg"
    plan.save(snapshot(document), path, None)
    again = open_project(path).snapshot
    assert towns_by_fid(again.facts, Role.FACILITY) == towns_by_fid(document.facts, Role.FACILITY)


def test_stopping_leaves_nothing_done(new_desk, packages):
    from chiiki_gis.core.errors import Cancelled

    class Stopped(Quiet):
        def step(self, done: int, _total: int, _note: str = "") -> None:
            if done == 3:
                raise Cancelled

    made = new_desk()
    with pytest.raises(Cancelled):
        compare(snapshot(made), [packages.east], memory_ref, Stopped())
    assert all(made.plan(role).empty for role in PLAN_ROLES)


def test_the_command_line_merges_tells_and_repeats(new_desk, packages, tmp_path, capsys):
    path = tmp_path / "受け付け.gpkg"
    plan.save(snapshot(new_desk()), path, None)
    words = [str(path), str(packages.east), str(packages.west), "--xlsx", str(tmp_path / "一覧.xlsx")]
    assert main(["merge", *words]) == 0
    told = capsys.readouterr()
    assert "茅野市：追加：拠点施設「共同事務所」" in told.out
    assert "またがる道路：諏訪－共同事務所" in told.out
    assert (tmp_path / "一覧.xlsx").is_file()
    saved = path.read_bytes()
    assert main(["merge", *words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["changed"] is False
    assert answer["differences"] == []
    assert [town["code"] for town in answer["towns"]] == ["20206", "20214"]
    assert {b["kind"] for b in answer["borders"]} == {"overlap", "gap", "outside_priority", "outside_town"}
    assert path.read_bytes() == saved


def test_spoilt_memory_of_a_town_is_passed_over(document):
    facts = dict(document.facts)
    facts["received"] = {"20214": {"rows": 3}, "20206": facts["received"]["20206"]}
    values = replace(snapshot(document), facts=facts)
    assert {t.name for t in towns_by_fid(values.facts, Role.PROMOTION_AREA).values()} == {"諏訪市"}
    assert [t.name for t in desk_report(values).towns] == ["諏訪市"]


def test_areas_of_one_town_that_touch_have_no_gap_and_corners_are_none():
    from chiiki_gis.analysis.town_borders import gaps, overlaps

    shapes = [box(0, 0, 100, 100), box(100, 0, 200, 50), box(105, 50, 200, 100)]
    frame = geopandas.GeoDataFrame(geometry=shapes, crs=6676)
    assert overlaps(frame, ["a", "b", "b"]) == []
    found = gaps(frame, ["a", "b", "b"])
    assert [(piece.first, piece.second) for piece in found] == [(0, 2)]
    assert found[0].area_m2 == pytest.approx(250, rel=0.05)
    assert gaps(frame, ["a", "a", "a"]) == []
