"""The page for residents."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date

import pandas
import pytest

from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.palette import plan_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.web import export_html, inert_json

DAY = date(2026, 4, 1)
HOSTILE = (
    "{{7*7}}",
    "{% raw %}",
    "{{ cycler.__init__.__globals__.os.getcwd() }}",
    "</script><script>document.title='x'</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)} `x` \"'\\",
    "<!--<script>",
    "\u2028\u2029&lt;",
)


def page_of(plan, folder):
    return export_html(snapshot(plan.document), plan.verdicts, folder, stamp=DAY).files[0].read_text("utf-8")


def data_of(page):
    found = re.findall(r'<script type="application/json" id="plan-data">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def texts_of(data):
    return [row[1] for layer in data["layers"] for feature in layer["features"] for row in feature["rows"]]


@pytest.fixture(scope="module")
def page(finished, tmp_path_factory):
    return page_of(finished, tmp_path_factory.mktemp("web"))


@pytest.fixture
def hostile(plan):
    shape = plan.document.plan(Role.FACILITY).geometry.iloc[0]
    area = plan.document.plan(Role.PROMOTION_AREA).geometry.iloc[1]
    for number, text in enumerate(HOSTILE):
        plan.put(Role.FACILITY, [shape], name=[text], kind=[text], building_id=[f"h{number}"])
        plan.put(Role.PROMOTION_AREA, [area], name=[text], description=[text])
        plan.refer(Role.ZONING, text, [area], name=[text], zone_id=["UNK"])
    return plan


def test_hostile_names_come_through_as_text(hostile, tmp_path):
    shown = texts_of(data_of(page_of(hostile, tmp_path)))
    for text in HOSTILE:
        assert shown.count(text) == 5


def test_hostile_names_of_the_list_are_text_too(hostile, tmp_path):
    names = [item["name"] for one in data_of(page_of(hostile, tmp_path))["lists"] for item in one["items"]]
    assert all(names.count(text) == 2 for text in HOSTILE)


def test_hostile_names_open_no_tag_and_are_not_run_as_a_template(hostile, page, tmp_path):
    tags = re.compile(r"<\s*/?\s*(script|img|!--)", re.IGNORECASE)
    assert tags.findall(page_of(hostile, tmp_path)) == tags.findall(page)


def test_a_hostile_municipality_stays_in_its_title(bare, tmp_path):
    header = Header("test", (Municipality("20214", HOSTILE[3]),), 6676)
    bare.document = new_document(header)
    page = page_of(bare, tmp_path)
    assert "<title>&lt;/script&gt;" in page
    assert data_of(page)["title"].startswith("</script>")


def test_no_character_of_the_data_can_end_a_script():
    text = inert_json("".join(HOSTILE))
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == "".join(HOSTILE)


def test_the_page_asks_for_nothing_from_anywhere(page):
    assert not re.findall(
        r"<link|<iframe|<object|<base|@import|\bsrc\s*=\s*[\"']|url\((?!data:|#default)", page
    )
    assert "default-src 'none'" in page


def test_the_policy_names_every_script_that_may_run(page):
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    allowed = re.findall(r"'sha256-([^']+)'", page)
    assert [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts] == allowed
    assert "'unsafe-inline'" not in page.split("script-src", 1)[1].split(";")[0]


def test_the_page_is_japanese_titled_and_dated(page):
    assert '<html lang="ja">' in page
    assert "<title>湖野市　特定居住促進計画</title>" in page
    assert data_of(page)["created"] == "令和8年4月1日作成"


def test_sources_and_the_last_word_of_the_authority_stand_on_the_page(page):
    data = data_of(page)
    assert any("国土数値情報" in source for source in data["sources"])
    assert any("特定行政庁" in notice for notice in data["notices"])


def test_residents_see_the_plan_but_no_house_no_owner_and_no_floor_area(page):
    data = data_of(page)
    assert [layer["title"] for layer in data["layers"]] == [
        "市町村界",
        "用途地域",
        "特定居住重点地区",
        "特定居住促進区域",
        "アクセス道路",
        "拠点施設",
    ]
    for secret in ("湖野太郎", "本町1", "空き家台帳", "123.46", "123.456", "1500.5"):
        assert secret not in page


def test_a_facility_shows_kind_zone_and_verdict(page):
    rows = dict(data_of(page)["layers"][-1]["features"][0]["rows"])
    assert rows["種類"] == "お試し居住"
    assert rows["用途地域"] == "第一種低層住居専用地域"
    assert rows["用途規制"].endswith("（要確認）")


def test_uses_of_one_building_share_one_mark(plan, tmp_path):
    shape = plan.document.plan(Role.FACILITY).geometry.iloc[0]
    plan.put(Role.FACILITY, [shape], building_id=["b1"], name=["食堂"], kind=["convenience"])
    marks = data_of(page_of(plan, tmp_path))["layers"][-1]["features"]
    assert len(marks) == 2
    assert dict(marks[0]["rows"])["名称"] == "お試し住宅 髙・食堂"


def test_zones_keep_their_customary_colours(page):
    classes = data_of(page)["layers"][1]["classes"]
    assert [(c["label"], c["symbol"]["fill"]) for c in classes] == [
        ("第一種低層住居専用地域", "#00ff99"),
        ("商業地域", "#ff0066"),
    ]


def test_the_legend_of_links_has_words_where_some_are_estimates(plan, tmp_path):
    from dataclasses import replace

    values = snapshot(plan.document)
    links = values.rows(Role.ACCESS_LINK).dropna(subset=["km"])
    both = pandas.concat([links, links.assign(status="estimate").set_axis(links.index + 10)])
    style = plan_style(Role.ACCESS_LINK)
    layers = tuple(
        replace(x, frame=both, style=style) if x.role == Role.ACCESS_LINK else x for x in values.layers
    )
    page = export_html(replace(values, layers=layers), plan.verdicts, tmp_path, stamp=DAY).files[0]
    shown = next(x for x in data_of(page.read_text("utf-8"))["layers"] if x["title"] == "アクセス道路")
    assert {one["label"] for one in shown["classes"]} == {"概算", "アクセス道路"}


def test_other_towns_zones_are_left_out(plan, tmp_path):
    far = plan.document.plan(Role.PROMOTION_AREA).geometry.iloc[1].buffer(0)
    from shapely.affinity import translate

    plan.refer(Role.ZONING, "隣", [translate(far, 30_000, 0)], name=["工業地域"], zone_id=["I"])
    assert "工業地域" not in texts_of(data_of(page_of(plan, tmp_path)))


def test_equal_values_and_day_give_equal_bytes(plan, page, tmp_path):
    assert page_of(plan, tmp_path / "again.html") == page


def test_an_empty_plan_shows_japan(bare, tmp_path):
    assert data_of(page_of(bare, tmp_path))["bounds"] == [[24.0, 122.9], [45.6, 146.0]]


def test_areas_and_facilities_are_listed_with_the_numbers_of_comment_sheets(page):
    areas, facilities = data_of(page)["lists"]
    assert [(item["mark"], item["name"]) for item in areas["items"]] == [
        ("区域1", "第一号①髙﨑"),
        ("区域2", "北"),
    ]
    assert [item["mark"] for item in facilities["items"]] == ["施設1", "施設2"]
    south_west, north_east = areas["items"][0]["bounds"]
    assert south_west[0] < north_east[0]
    assert south_west[1] < north_east[1]
    assert "区域1" in texts_of(data_of(page))


def test_generalised_areas_move_no_further_than_said_and_the_page_says_so(plan, tmp_path):
    import geopandas
    import shapely
    from shapely.geometry import shape

    ring = shapely.Point(-29_000, 500).buffer(300, quad_segs=64)
    plan.put(Role.PROMOTION_AREA, [ring], name=["丸い区域"], number=[9])
    values = snapshot(plan.document)
    made = export_html(values, plan.verdicts, tmp_path, stamp=DAY, generalise_m=30).files[0]
    data = data_of(made.read_text("utf-8"))
    layer = next(layer for layer in data["layers"] if layer["title"] == "特定居住促進区域")
    drawn = next(f for f in layer["features"] if ["意見書に書く番号", "区域9"] in f["rows"])
    moved = geopandas.GeoSeries([shape(drawn["geometry"])], crs=6668).to_crs(6676).iloc[0]
    assert len(moved.exterior.coords) < len(ring.exterior.coords) / 4
    assert moved.hausdorff_distance(ring) < 31
    assert ["面積", f"{ring.area / 10_000:,.2f} ha"] in drawn["rows"]
    assert any("おおよその形" in notice for notice in data["notices"])


def test_a_base_picture_lies_below_the_map_as_data_of_the_page(plan, tmp_path):
    from chiiki_gis.export.web_base import BaseImage

    base = BaseImage(b"\xff\xd8\xff", ((35.9, 138.1), (36.1, 138.3)), "背景の出典")
    values = snapshot(plan.document)
    page = export_html(values, plan.verdicts, tmp_path, stamp=DAY, base=base).files[0].read_text("utf-8")
    data = data_of(page)
    assert data["base"]["image"].startswith("data:image/jpeg;base64,")
    assert data["base"]["bounds"] == [[35.9, 138.1], [36.1, 138.3]]
    assert any("背景の出典" in source for source in data["sources"])
    assert "img-src data:" in page
