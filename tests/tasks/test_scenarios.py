"""The six figures of a scenario: equal for a copy, of one's own after an edit, unknown where nobody knows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.edits import set_geometry
from chiiki_gis.core.indicators import LABELS, UNKNOWN, Figure, Indicators, figures
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.access import link
from chiiki_gis.tasks.sample import sample_document
from chiiki_gis.tasks.scenarios import differences, indicators

_AREA = LayerId(Role.PROMOTION_AREA.value)


@cache
def _sample() -> Snapshot:
    """The sample plan with its links, and 案B as a copy of 案A."""
    document, _ = sample_document(memory_ref)
    document.apply(link(snapshot(document)).change)
    document.apply(copy_scenario(document, "A", "B"))
    return snapshot(document)


def _document() -> Document:
    values = _sample()
    return Document(values.header, values.layers, values.facts, values.next_fid)


def _of(document: Document, scenario: str) -> Indicators:
    return indicators(snapshot(document, scenario), {})[0]


def _told(of: Indicators) -> dict[str, Figure]:
    return {figure.label: figure for figure in figures(of)}


def test_the_figures_of_a_copy_are_those_of_the_original() -> None:
    document = _document()
    original, copy = _of(document, "A"), _of(document, "B")
    assert original == replace(copy, scenario="A")
    assert original.buildings > 0
    assert original.promotion_m2 > 0
    assert original.nearest_minutes is not None
    assert tuple(figure.label for figure in figures(original)) == LABELS


def test_editing_the_copy_changes_its_figures_and_no_others() -> None:
    document = _document()
    before = _of(document, "A")
    fid = Fid(int(snapshot(document, "B").rows(Role.PROMOTION_AREA).index[0]))
    shape = document.plan(Role.PROMOTION_AREA).geometry.loc[fid]
    document.apply(set_geometry(document, _AREA, fid, shapely.affinity.scale(shape, 0.5, 0.5), "縮める"))
    assert _of(document, "A") == before
    assert _of(document, "B").promotion_m2 < before.promotion_m2


def test_the_difference_is_the_difference_of_the_figures() -> None:
    document = _document()
    fid = Fid(int(snapshot(document, "B").rows(Role.PROMOTION_AREA).index[0]))
    shape = document.plan(Role.PROMOTION_AREA).geometry.loc[fid]
    document.apply(set_geometry(document, _AREA, fid, shapely.affinity.translate(shape, 40, 0), "動かす"))
    found = differences(snapshot(document, "B"), "A")[Role.PROMOTION_AREA]
    grown = _of(document, "B").promotion_m2 - _of(document, "A").promotion_m2
    assert found.added_m2 - found.removed_m2 == pytest.approx(grown, abs=1e-5)
    assert found.count("changed") == 1


def test_without_data_a_figure_is_unknown_and_not_nought() -> None:
    document = _document()
    asked = (Role.ZONING, Role.VACANT_HOUSE, Role.URBAN_PLANNING_AREA, Role.AREA_DIVISION)
    facts = dict.fromkeys(key for key in document.facts if key.endswith("covers_municipality"))
    layers = tuple(layer.id for layer in document.references(*asked))
    document.apply(Change("外す", drop_layers=layers, facts=facts))
    links = document.plan(Role.ACCESS_LINK)
    document.apply(Change("外す", drop={LayerId("access_link"): tuple(Fid(int(fid)) for fid in links.index)}))
    told = _told(_of(document, "B"))
    for label in ("区域内空き家数", "許可要件数", "IC最短分"):
        assert (told[label].text, told[label].value) == (UNKNOWN, None)


def test_an_out_of_date_link_is_said() -> None:
    document = _document()
    fid = Fid(int(snapshot(document, "B").rows(Role.FACILITY).index[0]))
    links = document.plan(Role.ACCESS_LINK)
    own = links[links["scenario"] == "B"]
    stale = own.assign(stale=own["stale"].map(lambda _: True).astype("boolean"))
    document.apply(Change("古くする", put={LayerId("access_link"): stale}))
    assert fid in document.plan(Role.FACILITY).index
    assert "要再計算" in _told(_of(document, "B"))["IC最短分"].text
    assert "要再計算" not in _told(_of(document, "A"))["IC最短分"].text


def test_computing_the_links_of_one_scenario_leaves_the_others_alone() -> None:
    document = _document()
    before = snapshot(document, "A").rows(Role.ACCESS_LINK)
    document.apply(link(snapshot(document, "B")).change)
    after = snapshot(document, "A").rows(Role.ACCESS_LINK)
    assert list(after.index) == list(before.index)
    assert document.plan(Role.ACCESS_LINK).index.is_unique


def test_every_layer_of_the_sample_is_copied() -> None:
    values = _sample()
    for role in PLAN_ROLES:
        assert len(values.rows(role)) == len(replace(values, scenario="B").rows(role))
