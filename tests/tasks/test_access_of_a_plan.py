"""Access of a plan, from the command line and in the worker: links, reach, roads, speeds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
from roads import gates, roads
from shapely.geometry import Point

from chiiki_gis.__main__ import main
from chiiki_gis.core.access_plan import (
    OwnInterchange,
    RoadOverride,
    SetFigure,
    add_interchange,
    drop_interchange,
    drop_override,
    set_figures,
    set_override,
)
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.access import Networks, link, reach, roads_report

STREET = [[(0, 0), (1000, 0)], [(1000, 0), (6000, 0)], [(6000, 0), (9000, 0)]]
ISLAND = [[(0, 5000), (800, 5000)]]


def layer(role: Role, frame: geopandas.GeoDataFrame, number: int = 1) -> Layer:
    numbered = frame.set_axis(range(1, len(frame) + 1), axis=0)
    return Layer(LayerId(f"{role.value}_{number}"), role, role.japanese, memory_ref(numbered))


@pytest.fixture
def town() -> Document:
    document = new_document(Header("p", (Municipality("20999", "試験市"),), 6676))
    houses = geopandas.GeoDataFrame(
        {"consent": ["あり", "あり", "なし", "未確認"], "match_level": ["point"] * 4},
        geometry=[Point(1000, 20), Point(8500, 20), Point(900, 0), Point(800, 0)],
        crs=6676,
    )
    document.apply(
        Change(
            "資料",
            put_layers=(
                layer(Role.ROAD, roads(STREET + ISLAND)),
                layer(Role.INTERCHANGE, gates((0, 0)).assign(name=["東IC"])),
                layer(Role.VACANT_HOUSE, houses),
            ),
        )
    )
    document.apply(add_facility(document, "coworking", Point(900, 10)))
    return document


def apply(document: Document, change: Change) -> Change:
    return document.apply(with_true_links(document, change))


def test_a_link_keeps_its_sentence_shares_and_snap_distances(town: Document) -> None:
    town.apply(link(snapshot(town)).change)
    (row,) = town.plan(Role.ACCESS_LINK).to_dict("records")
    details = json.loads(row["details"])
    assert details["sentence"].startswith(
        "東ICから約0.9 km・約3分（想定速度：市区町村道等 時速20 km（仮定値）"
    )
    assert details["shares"] == {"市区町村道等": 1.0}
    assert details["snap_m"] == {"facility": 10.0, "interchange": 0.0}


def test_another_speed_needs_a_source_makes_links_old_and_is_used(town: Document) -> None:
    town.apply(link(snapshot(town)).change)
    with pytest.raises(BadInput, match="根拠"):
        set_figures(town.facts, {"class.3": SetFigure(40, " ")})
    with pytest.raises(BadInput, match="使えません"):
        set_figures(town.facts, {"class.3": SetFigure(0, "現地調査")})
    before = town.plan(Role.ACCESS_LINK)["minutes"].iloc[0]
    undo = apply(town, set_figures(town.facts, {"class.3": SetFigure(40, "現地調査", assumed=False)}))
    assert town.plan(Role.ACCESS_LINK)["stale"].all()
    town.apply(link(snapshot(town)).change)
    row = town.plan(Role.ACCESS_LINK).iloc[0]
    assert row["minutes"] < before
    assert "市区町村道等 時速40 km（出典：現地調査）" in row["assumed"]
    assert undo.facts == {"access": None}


def test_what_is_said_of_one_road_can_be_taken_back(town: Document) -> None:
    said = RoadOverride("road_1", 1, "通行止め", closed=True)
    town.apply(set_override(town.facts, said))
    assert link(snapshot(town)).records[0]["km"] is not None
    assert link(snapshot(town)).records[0]["snap_m"] != {"facility": 10.0, "interchange": 0.0}
    town.apply(drop_override(town.facts, "road_1", 1))
    assert town.facts.get("access") is None


def test_an_interchange_of_the_planner_is_linked_like_any_other(town: Document) -> None:
    own = OwnInterchange("計画IC", 1000, 0, "県の計画")
    town.apply(add_interchange(town.facts, own))
    with pytest.raises(BadInput, match="名前"):
        add_interchange(town.facts, own)
    assert link(snapshot(town)).records[0]["interchange"] == "計画IC"
    town.apply(drop_interchange(town.facts, "計画IC"))
    assert link(snapshot(town)).records[0]["interchange"] == "東IC"


def test_the_network_is_built_once_until_the_roads_or_their_speeds_change(town: Document) -> None:
    networks = Networks()
    link(snapshot(town), networks=networks)
    town.apply(add_facility(town, "coworking", Point(500, 10)))
    link(snapshot(town), networks=networks)
    assert networks.built == 1
    town.apply(set_figures(town.facts, {"class.3": SetFigure(40, "現地調査")}))
    link(snapshot(town), networks=networks)
    assert networks.built == 2
    road = layer(Role.ROAD, roads(STREET))
    town.apply(Change("道路", put_layers=(replace(town.layer(road.id), frame=road.frame),)))
    link(snapshot(town), networks=networks)
    assert networks.built == 3


def test_reach_counts_facilities_and_only_houses_with_consent(town: Document) -> None:
    found = reach(snapshot(town), "東IC", (10, 30), memory_ref)
    assert [(row.minutes, row.facilities, row.houses) for row in found.rows] == [(10, 1, 1), (30, 1, 2)]
    town.apply(found.change)
    (made,) = [known for known in town.layers if "到達圏" in known.name]
    assert made.role == Role.REFERENCE
    assert list(made.get_frame()["minutes"]) == ["30", "10"]
    order = [known.id for known in town.layers]
    assert order.index(made.id) < order.index(LayerId("road_1"))


def test_reach_of_a_facility_is_from_the_facility(town: Document) -> None:
    name = str(town.plan(Role.FACILITY)["name"].iloc[0])
    (row,) = reach(snapshot(town), name, (3,), memory_ref).rows
    assert row.houses == 1


def test_an_unknown_place_is_refused_with_the_names_there_are(town: Document) -> None:
    with pytest.raises(BadInput) as told:
        reach(snapshot(town), "西IC", (10,), memory_ref)
    assert "東IC" in told.value.todo


def test_islands_are_named_and_say_what_holds_on_to_them(town: Document) -> None:
    town.apply(add_facility(town, "coworking", Point(100, 5000)))
    found = roads_report(snapshot(town))
    main_part, island = found.parts
    assert (main_part.name, main_part.roads, main_part.facilities, main_part.interchanges) == (
        "本体",
        3,
        1,
        1,
    )
    assert island.name.startswith("離れた道路1（本体の中心の北西")
    assert (island.roads, island.km, island.facilities) == (1, pytest.approx(0.8), 1)
    named = layer(Role.ROAD, roads(STREET + ISLAND).assign(name=["", "", "", "里道"]))
    town.apply(Change("道路", put_layers=(replace(town.layer(named.id), frame=named.frame),)))
    assert roads_report(snapshot(town)).parts[1].name == "離れた道路1（里道）"


def test_the_command_line_does_the_same(
    town: Document, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "計画.gpkg"
    plan.save(snapshot(town), path, None)
    assert main(["reach", str(path), "--from", "東IC", "--minutes", "10,30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [band["houses"] for band in told["bands"]] == [1, 2]
    assert main(["reach", str(path), "--from", "東IC", "--keep"]) == 0
    assert "拠点施設 1" in capsys.readouterr().out
    assert main(["inspect", str(path)]) == 0
    assert "「東IC」の到達圏" in capsys.readouterr().out
    assert main(["roads", str(path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["parts"]) == 2
    assert main(["speeds", str(path), "class.3=40"]) == 2
    assert "根拠" in capsys.readouterr().err
    assert main(["speeds", str(path), "class.3=40", "--source", "現地調査", "--measured"]) == 0
    assert "class.3 = 40 km/h　市区町村道等　出典：現地調査" in capsys.readouterr().out
    assert main(["speeds", str(path), "class.3="]) == 0
    assert "class.3 = 20 km/h" in capsys.readouterr().out
    for words in (["class.9=3"], ["class.3=早い"]):
        assert main(["speeds", str(path), *words, "--source", "x"]) == 2
    assert main(["reach", str(path), "--from", "東IC", "--minutes", "早い"]) == 2
