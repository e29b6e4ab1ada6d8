"""道路整備 of a plan: what may be said of it, what it brings, and the files that tell of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pyogrio
import pytest
from roads import gates, roads
from shapely.geometry import Point

from chiiki_gis.__main__ import main
from chiiki_gis.core.access_plan import NewRoadChoice, choose_new_road, new_road_of
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.improvements import (
    RoadImprovement,
    drop_improvement,
    improvements_of,
    next_number,
    set_improvement,
)
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.store import memory_ref
from chiiki_gis.rules.road_works import judge_works, require_tag
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.access import Networks, link
from chiiki_gis.tasks.access_jobs import compare_reach, export_links
from chiiki_gis.tasks.improvements import effects, work_rows
from chiiki_gis.tasks.new_roads import CORRIDORS
from chiiki_gis.tasks.ways import live_way, route_profile

ROUND = [[(0, 0), (0, 4000)], [(0, 4000), (4000, 4000)], [(4000, 4000), (4000, 0)]]
"""A way of 12 km around three sides of a square: prefecture road, municipal road, municipal road."""


def layer(role: Role, frame: geopandas.GeoDataFrame) -> Layer:
    numbered = frame.set_axis(range(1, len(frame) + 1), axis=0)
    return Layer(LayerId(f"{role.value}_1"), role, role.japanese, memory_ref(numbered))


@pytest.fixture
def town() -> Document:
    document = new_document(Header("p", (Municipality("20999", "試験市"),), 6676))
    streets = roads(ROUND, **{"class": ["2", "3", "3"]}, width_code=["2", "2", "2"])
    gate = gates((0, 0)).assign(name=["東IC"])
    layers = (layer(Role.ROAD, streets), layer(Role.INTERCHANGE, gate))
    document.apply(Change("資料", put_layers=layers))
    document.apply(add_facility(document, "coworking", Point(4000, 10)))
    return document


def widened(**more: Any) -> RoadImprovement:
    return RoadImprovement(1, "拡幅", "県の計画", roads=(("road_1", 1),), width_m=7.0, **more)


BYPASS = RoadImprovement(
    2, "新道", "県の計画", line=((0.0, 0.0), (4000.0, 0.0)), road_class="2", kmh=40.0, width_m=7.0
)


def apply(document: Document, change: Change) -> Change:
    return document.apply(with_true_links(document, change))


def test_widening_a_road_makes_the_way_quicker_and_no_shorter(town: Document) -> None:
    apply(town, set_improvement(town.facts, widened()))
    (effect,) = effects(snapshot(town)).rows
    assert effect.before.km == pytest.approx(effect.after.km)
    # 4 km of 都道府県道: 30 km/h, times 0.8 below 5.5 m of width.
    assert effect.saved_minutes == pytest.approx(4 / (30 * 0.8) * 60 - 4 / 30 * 60)


def test_a_new_road_that_meets_others_shortens_the_way(town: Document) -> None:
    apply(town, set_improvement(town.facts, BYPASS))
    found = effects(snapshot(town))
    (effect,) = found.rows
    assert effect.before.km == pytest.approx(12, abs=0.1)
    assert effect.after.km == pytest.approx(4.01, abs=0.1)
    assert effect.after.road_km is not None
    assert effect.before.road_km is not None
    assert effect.after.road_km > effect.before.road_km
    assert not any("つながっていません" in note for note in found.notes)


def test_a_new_road_that_meets_nothing_is_told(town: Document) -> None:
    apply(town, set_improvement(town.facts, replace(BYPASS, line=((500.0, 900.0), (900.0, 900.0)))))
    found = effects(snapshot(town))
    assert found.rows[0].saved_minutes == pytest.approx(0)
    assert any("「新道」の端は、どの道路にもつながっていません" in note for note in found.notes)


def test_works_leave_todays_links_as_they_are_and_can_be_undone(town: Document) -> None:
    town.apply(link(snapshot(town)).change)
    undo = apply(town, set_improvement(town.facts, widened()))
    assert not town.plan(Role.ACCESS_LINK)["stale"].any()
    assert [work.name for work in improvements_of(town.facts)] == ["拡幅"]
    assert next_number(town.facts) == 2
    town.apply(undo)
    assert improvements_of(town.facts) == ()
    apply(town, set_improvement(town.facts, widened()))
    apply(town, drop_improvement(town.facts, 1))
    assert town.facts.get("access") is None


def test_works_are_as_they_were_after_saving_and_opening(town: Document, tmp_path: Path) -> None:
    apply(town, set_improvement(town.facts, widened(yen_per_m=250_000.0, cost_source="県の積算")))
    apply(town, set_improvement(town.facts, BYPASS))
    before = improvements_of(town.facts)
    facts = json.loads(json.dumps(dict(town.facts)))
    assert improvements_of(facts) == before


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (replace(widened(), name=" "), "名前"),
        (replace(widened(), roads=()), "どの道路"),
        (replace(widened(), width_m=None), "速度も幅員も"),
        (replace(widened(), width_m=-1.0), "使えません"),
        (replace(widened(), source=" "), "根拠"),
        (replace(widened(), yen_per_m=100.0), "単価"),
    ],
)
def test_works_that_say_too_little_are_refused(town: Document, work: RoadImprovement, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        set_improvement(town.facts, work)
    assert said in f"{caught.value.what}{caught.value.why}{caught.value.todo}"


def test_there_is_a_cost_only_with_the_planners_unit_cost(town: Document) -> None:
    apply(town, set_improvement(town.facts, widened()))
    assert work_rows(snapshot(town))[0][0].yen is None
    apply(town, set_improvement(town.facts, widened(yen_per_m=250_000.0, cost_source="県の積算")))
    assert work_rows(snapshot(town))[0][0].yen == pytest.approx(4000 * 250_000)


RELATED = "related_infrastructure"


@pytest.mark.parametrize(
    ("lengths", "manager", "may"),
    [
        ({"2": 4000.0}, "prefecture", True),
        ({"1": 4000.0}, "prefecture", True),
        ({"2": 4000.0}, "municipality", False),
        ({"1": 4000.0}, "state", False),
        ({"2": 4000.0}, None, False),
        ({"3": 4000.0}, "prefecture", False),
        ({"4": 4000.0}, "prefecture", False),
        ({"2": 4000.0, "3": 500.0}, "prefecture", False),
        ({}, "prefecture", False),
    ],
)
def test_only_the_prefectures_works_on_its_roads_and_national_ones_are_related_infrastructure(
    lengths: dict[str, float], manager: Any, may: bool
) -> None:
    judged = judge_works(lengths, manager)
    if may:
        require_tag(RELATED, judged)
        return
    with pytest.raises(BadInput) as caught:
        require_tag(RELATED, judged)
    assert "5条2項3号" in caught.value.todo
    assert "22条2項5号" in caught.value.todo
    require_tag("integrated_work", judged)
    require_tag(None, judged)


def test_works_whose_roads_have_gone_are_told_and_not_guessed(town: Document) -> None:
    apply(town, set_improvement(town.facts, replace(widened(), roads=(("road_1", 1), ("road_9", 4)))))
    (row,), notes = work_rows(snapshot(town))
    assert (row.lost, row.length_m) == (1, pytest.approx(4000))
    assert any("道路データにない" in note for note in notes)


def test_reach_is_compared_between_places_and_before_and_after(town: Document) -> None:
    apply(town, set_improvement(town.facts, BYPASS))
    wanted = [("東IC", False), ("東IC", True)]
    found = compare_reach(snapshot(town), wanted, [10, 30])
    before, after = found.series
    assert (before.title, after.title) == ("東IC", "東IC（整備後）")
    assert [row.minutes for row in after.rows] == [10, 30]
    assert [row.facilities for row in before.rows] == [0, 0]
    assert [row.facilities for row in after.rows] == [1, 1]


def test_links_and_works_leave_as_a_table(town: Document, tmp_path: Path) -> None:
    town.apply(link(snapshot(town)).change)
    apply(town, set_improvement(town.facts, BYPASS))
    export_links(snapshot(town), tmp_path / "links.xlsx")
    book = openpyxl.load_workbook(tmp_path / "links.xlsx")
    assert book.sheetnames == ["アクセス道路", "整備前後", "道路整備", "注記"]
    head, row = list(book["アクセス道路"].iter_rows(values_only=True))
    values = dict(zip(head, row, strict=True))
    assert values["インターチェンジ"] == "東IC"
    assert values["距離 km"] == pytest.approx(12, abs=0.1)
    assert str(values["文"]).startswith("東ICから約")
    assert "仮定値" in str(values["仮定値と根拠"])
    (effect,) = list(book["整備前後"].iter_rows(min_row=2, values_only=True))
    assert effect[2] == pytest.approx(12, abs=0.1)
    book.close()


def test_a_table_of_links_says_of_which_scenario_it_is(town: Document, tmp_path: Path) -> None:
    town.apply(copy_scenario(town, "A", "B", "駅前"))
    town.apply(link(snapshot(town, "B")).change)
    export_links(snapshot(town, "B"), tmp_path / "links.xlsx")
    book = openpyxl.load_workbook(tmp_path / "links.xlsx")
    notes = [str(row[0]) for row in book["注記"].iter_rows(values_only=True)]
    assert any("案B「駅前」" in note for note in notes)
    book.close()


def test_links_and_works_leave_as_layers(town: Document, tmp_path: Path) -> None:
    town.apply(link(snapshot(town)).change)
    apply(town, set_improvement(town.facts, BYPASS))
    export_links(snapshot(town), tmp_path / "links.gpkg")
    links = pyogrio.read_dataframe(tmp_path / "links.gpkg", layer="access_link")
    works = pyogrio.read_dataframe(tmp_path / "links.gpkg", layer="road_improvement")
    assert links["interchange"].tolist() == ["東IC"]
    assert works["name"].tolist() == ["新道"]
    assert works.geometry.iloc[0].length == pytest.approx(4000)


def test_links_never_replace_a_project_or_a_file_of_another_kind(town: Document, tmp_path: Path) -> None:
    project = tmp_path / "plan.gpkg"
    plan.save(snapshot(town), project, None)
    before = project.read_bytes()
    with pytest.raises(BadInput, match="書き出しませんでした"):
        export_links(snapshot(town), project)
    assert project.read_bytes() == before
    text = tmp_path / "memo.xlsx"
    text.write_text("memo")
    with pytest.raises(BadInput):
        export_links(snapshot(town), text)
    with pytest.raises(BadInput, match=r"\.csv"):
        export_links(snapshot(town), tmp_path / "links.csv")
    assert text.read_text() == "memo"


def test_the_way_of_a_facility_in_the_hand_is_that_of_one_put_down_there(town: Document) -> None:
    networks = Networks()
    found = live_way(snapshot(town), 1, 10.0, 3000.0, networks)
    assert found.km == pytest.approx(3.01)
    assert found.vertices[0] == (0.0, 0.0)
    assert found.vertices[-1] == (10.0, 3000.0)
    far = live_way(snapshot(town), 1, 10.0, 30_000.0, networks)
    assert far.km is None
    assert "最も近い道路まで" in far.reason
    assert networks.built == 1


def test_a_route_without_elevation_has_a_profile_of_unknown_heights(town: Document) -> None:
    town.apply(link(snapshot(town)).change)
    fid = int(town.plan(Role.ACCESS_LINK).index[0])
    found = route_profile(snapshot(town), fid)
    assert found.title.startswith("東IC → ")
    assert (found.km[0], found.km[-1]) == (0, pytest.approx(12, abs=0.1))
    assert set(found.heights) == {None}
    with pytest.raises(BadInput, match="縦断図"):
        route_profile(snapshot(town), 999)


def test_a_building_without_roads_is_estimated_only_when_the_planner_asks(town: Document) -> None:
    town.apply(add_facility(town, "exchange", Point(12_000, 0)))
    assert [r["status"] for r in link(snapshot(town)).records] == ["ok", "refused"]
    apply(town, choose_new_road(town.facts, NewRoadChoice("3-30")))
    assert new_road_of(town.facts) == NewRoadChoice("3-30")
    found = link(snapshot(town), keep=memory_ref)
    assert [r["status"] for r in found.records] == ["ok", "estimate"]
    assert "標高のデータがない" in str(found.records[1]["reason"])
    assert not any(one.id == CORRIDORS for one in found.change.put_layers)
    apply(town, choose_new_road(town.facts, None))
    assert new_road_of(town.facts) is None


def test_the_command_line_estimates_compares_and_writes(
    town: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = str(tmp_path / "plan.gpkg")
    town.apply(add_facility(town, "exchange", Point(12_000, 0)))
    town.apply(set_improvement(town.facts, BYPASS))
    plan.save(snapshot(town), Path(project), None)
    assert main(["access", project, "--new-road", "3-20", "--exception", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["links"]
    assert [link["status"] for link in told] == ["ok", "estimate"]
    assert main(["access", project, "--new-road", "none", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["links"]
    assert [link["status"] for link in told] == ["ok", "refused"]
    assert main(["access", project, "--new-road", "9-99"]) == 2
    assert "9-99" in capsys.readouterr().err
    assert main(["works", project, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["kind"] for row in found["works"]] == ["新設"]
    assert found["effects"][0]["saved_minutes"] > 0
    assert found["effects"][1]["after"]["status"] == "refused"
    assert main(["works", project]) == 0
    assert "整備後 東ICから約4.0 km" in capsys.readouterr().out
    assert main(["links", project, str(tmp_path / "links.xlsx")]) == 0
    assert (tmp_path / "links.xlsx").is_file()
    assert main(["links", project, str(tmp_path / "links.txt")]) == 2


def test_estimates_of_new_roads_are_compared_with_estimates(town: Document) -> None:
    town.apply(add_facility(town, "exchange", Point(12_000, 0)))
    apply(town, choose_new_road(town.facts, NewRoadChoice("3-30")))
    apply(town, set_improvement(town.facts, BYPASS))
    effect = effects(snapshot(town)).rows[1]
    assert (effect.before.status, effect.after.status) == ("estimate", "estimate")
    # 8 km times 1.3 from the end of the roads, which is reached over 12 km before and 4 km afterwards.
    assert effect.before.km == pytest.approx(12 + 10.4)
    assert effect.after.km == pytest.approx(4 + 10.4)
    assert effect.before.road_km is None
