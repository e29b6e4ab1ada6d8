"""The sheet of access roads: sentences, what figures rest on, and road works with their before and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import geopandas
import pytest
from shapely.geometry import LineString, Point

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.improvement_effects import effects_of, keep_effects
from chiiki_gis.core.improvements import RoadImprovement, set_improvement
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.sheets import sheet_contents
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.fonts import painting_application
from chiiki_gis.render.sheet import SheetContent
from chiiki_gis.tasks.access import link
from chiiki_gis.tasks.improvements import effects
from chiiki_gis.tasks.plan import shapes_of

WORK = RoadImprovement(
    1, "県道の拡幅", "県の計画", roads=(("road_1", 1),), width_m=7.0, carried_out_by="prefecture",
    tag="related_infrastructure", yen_per_m=200_000.0, cost_source="県の積算",
)  # fmt: skip


@pytest.fixture
def town() -> Document:
    document = new_document(Header("p", (Municipality("20999", "試験市"),), 6676))
    road = geopandas.GeoDataFrame(
        {"class": ["2"], "width_code": ["2"]}, geometry=[LineString([(0, 0), (4000, 0)])], crs=6676, index=[1]
    )
    gate = geopandas.GeoDataFrame(
        {"name": ["東IC"], "type": ["ic"], "open": [True]}, geometry=[Point(0, 0)], crs=6676, index=[1]
    )
    layers = [
        Layer(LayerId(f"{role.value}_1"), role, role.japanese, memory_ref(frame))
        for role, frame in ((Role.ROAD, road), (Role.INTERCHANGE, gate))
    ]
    document.apply(Change("資料", put_layers=tuple(layers)))
    document.apply(add_facility(document, "coworking", Point(4000, 10)))
    document.apply(link(snapshot(document)).change)
    return document


def compared(document: Document, work: RoadImprovement = WORK) -> None:
    document.apply(set_improvement(document.facts, work))
    document.apply(keep_effects(document.facts, effects(snapshot(document)), "A"))


def sheet(document: Document) -> SheetContent:
    painting_application()
    values = snapshot(document)
    (content,) = sheet_contents(values, shapes_of(values), (), Sheet("access", scale=0), date(2026, 11, 1))
    return content


def test_every_link_has_its_sentence_and_every_figure_its_basis(town: Document) -> None:
    notes = "".join(sheet(town).notes)
    assert "は、東ICから約4.0 km・約10分（想定速度は次のとおり）。" in notes
    assert notes.count("都道府県道 時速30 km（仮定値）") == 1
    assert "道路整備" not in notes


def test_the_legend_of_links_has_words_and_not_what_the_table_holds(town: Document) -> None:
    texts = [entry.text for entry in sheet(town).legend]
    assert "アクセス道路" in texts
    assert "ok" not in texts


def test_before_and_after_stand_in_one_table(town: Document) -> None:
    assert [row.after for row in sheet(town).links] == [""]
    compared(town)
    content = sheet(town)
    assert [(row.time, row.after) for row in content.links] == [("約10分", "4.0 km 約8分")]
    assert any("拠点施設関連基盤施設整備事業" in note for note in content.notes)
    assert any("費用 約80,000万円（単価の出典：県の積算）" in note for note in content.notes)
    assert "道路整備" in [entry.layer.name for entry in content.layers]
    assert "道路整備（改良）" in [entry.text for entry in content.legend]


def test_works_that_are_no_related_infrastructure_are_not_called_so(town: Document) -> None:
    compared(town, replace(WORK, carried_out_by="municipality"))
    assert not any("拠点施設関連基盤施設整備事業、" in note or
                   "、拠点施設関連基盤施設整備事業" in note for note in sheet(town).notes)  # fmt: skip


def test_without_a_unit_cost_no_cost_is_printed(town: Document) -> None:
    compared(town, replace(WORK, yen_per_m=None))
    assert not any("費用" in note for note in sheet(town).notes)


def test_a_comparison_that_is_out_of_date_says_so(town: Document) -> None:
    compared(town)
    more = replace(WORK, number=2, name="別")
    town.apply(with_true_links(town, set_improvement(town.facts, more)))
    assert any("整備の前後は、計画を変えた後に計算し直していません。" in note for note in sheet(town).notes)


def test_works_not_compared_yet_are_told(town: Document) -> None:
    town.apply(set_improvement(town.facts, WORK))
    assert any("まだ比べていません" in note for note in sheet(town).notes)


def test_another_scenario_has_its_own_comparison(town: Document) -> None:
    compared(town)
    assert effects_of(town.facts, "A") is not None
    assert effects_of(town.facts, "B") is None
    town.apply(keep_effects(town.facts, effects(snapshot(town, "B")), "B"))
    kept = [effects_of(town.facts, name) for name in ("A", "B")]
    assert [len(one.effects.rows) for one in kept if one is not None] == [1, 0]
