"""区間: works on a part of a road, chosen by places on it, and what they bring."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas
import openpyxl
import pytest
import shapely
from roads import gates, roads
from shapely.geometry import LineString, Point

from chiiki_gis.__main__ import main
from chiiki_gis.analysis.improved_roads import works_lines
from chiiki_gis.analysis.road_parts import between
from chiiki_gis.core.access_plan import RoadOverride, set_override
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility, set_geometry
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.improvements import (
    RoadImprovement,
    RoadPart,
    improvements_of,
    merged_parts,
    set_improvement,
    with_roads,
)
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.access import Networks
from chiiki_gis.tasks.access_jobs import export_links
from chiiki_gis.tasks.improvements import effects, work_rows
from chiiki_gis.tasks.stretches import stretch

LINES = [[(0, 0), (4000, 0)], [(4000, 0), (4000, 3000)], [(0, 500), (100, 500)]]
"""A prefecture's road, a municipal road after it, and one that hangs together with nothing."""


@pytest.fixture
def town() -> Document:
    document = new_document(Header("p", (Municipality("20999", "試験市"),), 6676))
    streets = roads(LINES, **{"class": ["2", "3", "3"]}, width_code=["2", "2", "2"])
    layers = []
    for role, frame in ((Role.ROAD, streets), (Role.INTERCHANGE, gates((0, 0)).assign(name=["東IC"]))):
        numbered = frame.set_axis(range(1, len(frame) + 1), axis=0)
        layers.append(Layer(LayerId(f"{role.value}_1"), role, role.japanese, memory_ref(numbered)))
    document.apply(Change("資料", put_layers=tuple(layers)))
    document.apply(add_facility(document, "coworking", Point(4000, 3000)))
    return document


def part(start: float, end: float, fid: int = 1, road_m: float = 4000.0) -> RoadPart:
    return RoadPart("road_1", fid, start, end, road_m)


def works(*parts: RoadPart, **more: object) -> RoadImprovement:
    return replace(RoadImprovement(1, "拡幅", "県の計画", parts=parts, width_m=7.0), **more)  # type: ignore[arg-type]


def test_two_places_on_one_road_are_the_part_between_them(town: Document) -> None:
    found = stretch(snapshot(town), [(1500, 3), (500, -2)])
    assert found.roads == ()
    assert found.parts == (part(500, 1500),)


def test_a_stretch_over_several_roads_takes_those_between_as_a_whole(town: Document) -> None:
    found = stretch(snapshot(town), [(0, 0), (4000, 1000)])
    assert found.roads == (("road_1", 1),)
    assert found.parts == (part(0, 1000, 2, 3000.0),)


def test_a_stretch_goes_against_a_one_way_road(town: Document) -> None:
    streets = roads([[(0, 0), (100, 0)], [(100, 0), (200, 0)]], oneway=[True, True])
    numbered = streets.set_axis([1, 2], axis=0)
    layer = Layer(LayerId("road_1"), Role.ROAD, "道路", memory_ref(numbered))
    town.apply(Change("資料", put_layers=(layer,)))
    found = stretch(snapshot(town), [(150, 0), (50, 0)])
    assert set(found.parts) == {part(50, 100, 1, 100.0), part(0, 50, 2, 100.0)}


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([(0, 0), (50, 500)], "つながっていません"),
        ([(0, 0), (2000, 900)], "50 m以内"),
        ([(700, 0), (700, 0)], "同じ所"),
    ],
)
def test_places_without_a_road_between_them_are_refused_with_the_reason(
    town: Document, places: list[tuple[float, float]], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        stretch(snapshot(town), places)
    assert said in f"{caught.value.why}{caught.value.todo}"


def test_widening_a_part_saves_the_minutes_of_that_part_alone(town: Document) -> None:
    town.apply(set_improvement(town.facts, works(part(1000, 3000))))
    (effect,) = effects(snapshot(town)).rows
    assert effect.before.km == pytest.approx(7.0)
    assert effect.after.km == pytest.approx(7.0)
    # 2 km of 都道府県道: 30 km/h, times 0.8 below 5.5 m of width.
    assert effect.saved_minutes == pytest.approx(2 / (30 * 0.8) * 60 - 2 / 30 * 60)


def test_of_works_that_overlap_the_last_counts_and_the_others_keep_the_rest(town: Document) -> None:
    town.apply(set_improvement(town.facts, works(part(0, 2000), kmh=48.0)))
    town.apply(set_improvement(town.facts, replace(works(part(1000, 3000), kmh=60.0), number=2)))
    (effect,) = effects(snapshot(town)).rows
    slow = 30 * 0.8
    assert effect.saved_minutes == pytest.approx(60 * (3 / slow - 1 / 48 - 2 / 60))


def test_what_was_said_of_the_whole_road_holds_for_its_pieces(town: Document) -> None:
    town.apply(set_override(town.facts, RoadOverride("road_1", 1, "調査", kmh=20.0)))
    town.apply(set_improvement(town.facts, works(part(1000, 2000))))
    (effect,) = effects(snapshot(town)).rows
    assert effect.saved_minutes == pytest.approx(
        0
    )  # only wider: the speed is still the one that was measured
    town.apply(set_override(town.facts, RoadOverride("road_1", 1, "調査", closed=True)))
    (effect,) = effects(snapshot(town)).rows
    assert effect.before.minutes == effect.after.minutes


def test_works_on_a_whole_road_hold_for_the_pieces_of_other_works(town: Document) -> None:
    town.apply(set_improvement(town.facts, works(part(1000, 2000))))
    whole = RoadImprovement(2, "全線", "県", roads=(("road_1", 1),), kmh=60.0)
    town.apply(set_improvement(town.facts, whole))
    (effect,) = effects(snapshot(town)).rows
    assert effect.saved_minutes == pytest.approx(60 * (4 / 24 - 4 / 60))


def test_a_stretch_of_a_road_that_has_another_length_now_is_told_and_not_used(town: Document) -> None:
    town.apply(set_improvement(town.facts, works(part(1000, 2000, road_m=3900.0), part(0, 500, fid=9))))
    (row,), notes = work_rows(snapshot(town))
    assert (row.lost, row.length_m) == (2, 0)
    assert any("長さが変わった" in note for note in notes)
    assert effects(snapshot(town)).rows[0].saved_minutes == pytest.approx(0)


def test_length_and_cost_are_of_the_part_alone(town: Document) -> None:
    town.apply(set_improvement(town.facts, works(part(1000, 3000), yen_per_m=1000.0, cost_source="積算")))
    (row,), notes = work_rows(snapshot(town))
    assert (row.length_m, row.yen) == (pytest.approx(2000), pytest.approx(2_000_000))
    assert notes == []
    assert works_lines(snapshot(town))[1].length == pytest.approx(2000)


def test_stretches_leave_as_layers_and_tables_and_are_as_they_were_after_saving(
    town: Document, tmp_path: Path
) -> None:
    town.apply(set_improvement(town.facts, works(part(1000, 3000))))
    assert improvements_of(json.loads(json.dumps(dict(town.facts)))) == improvements_of(town.facts)
    export_links(snapshot(town), tmp_path / "links.gpkg")
    drawn = geopandas.read_file(tmp_path / "links.gpkg", layer="road_improvement")
    assert drawn.geometry.iloc[0].bounds == (1000, 0, 3000, 0)
    export_links(snapshot(town), tmp_path / "links.xlsx")
    book = openpyxl.load_workbook(tmp_path / "links.xlsx")
    assert [cell.value for cell in book["道路整備"][2]][2] == pytest.approx(2000)
    book.close()


def test_a_change_of_a_stretch_builds_the_improved_network_anew(town: Document) -> None:
    networks = Networks()
    town.apply(set_improvement(town.facts, works(part(1000, 3000))))
    one = effects(snapshot(town), networks=networks).rows[0].saved_minutes
    town.apply(set_improvement(town.facts, works(part(1000, 2000))))
    other = effects(snapshot(town), networks=networks).rows[0].saved_minutes
    assert one == pytest.approx(2 * other)
    assert (networks.built, networks.after.built) == (1, 2)


def test_stretches_that_overlap_become_one_and_whole_roads_swallow_theirs() -> None:
    assert merged_parts([part(500, 900), part(0, 600), part(2000, 3000)]) == (part(0, 900), part(2000, 3000))
    both = with_roads(works(part(0, 600)), (), (part(500, 900),))
    assert both.parts == (part(0, 900),)
    assert with_roads(both, (("road_1", 1),)).parts == ()


def test_the_part_of_a_line_of_several_pieces_counts_along_all_of_them() -> None:
    line = shapely.MultiLineString([[(0, 0), (100, 0)], [(200, 0), (300, 0)]])
    found = between(line, 50, 150)
    assert [one.bounds for one in found.geoms] == [(50, 0, 100, 0), (200, 0, 250, 0)]
    assert between(LineString([(0, 0), (100, 0)]), 20, 20).is_empty


def test_the_command_line_compares_the_scenario_it_is_told(
    town: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town.apply(set_improvement(town.facts, works(part(1000, 3000))))
    town.apply(copy_scenario(town, "A", "B", "別案"))
    (moved,) = snapshot(town, "B").rows(Role.FACILITY).index
    town.apply(set_geometry(town, LayerId("facility"), moved, Point(4000, 1000), "動かす"))
    project = str(tmp_path / "plan.gpkg")
    plan.save(snapshot(town), Path(project), None)
    told = {}
    for scenario in ("A", "B"):
        assert main(["works", project, "--scenario", scenario, "--json"]) == 0
        told[scenario] = json.loads(capsys.readouterr().out)["effects"]
    assert [one["after"]["km"] for one in told["A"]] == [pytest.approx(7.0)]
    assert [one["after"]["km"] for one in told["B"]] == [pytest.approx(5.0)]
    assert main(["access", project, "--scenario", "B", "--json"]) == 0
    assert main(["links", project, str(tmp_path / "b.xlsx"), "--scenario", "B"]) == 0
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    rows = list(book["アクセス道路"].iter_rows(min_row=2, values_only=True))
    book.close()
    assert [row[3] for row in rows] == [pytest.approx(5.0)]
    assert main(["works", project, "--scenario", "C"]) == 2
