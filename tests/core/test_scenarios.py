"""案: copied, renamed and deleted whole, in one step that can be taken back."""

from __future__ import annotations

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.core import scenarios
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area, add_facility, add_feature, set_geometry, set_values
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import SET_ASIDE
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.frames import conform, rows_of
from chiiki_gis.core.history import History
from chiiki_gis.core.improvement_effects import Effects, WorkRow, effects_of, keep_effects
from chiiki_gis.core.layer import Fid, LayerId, same_frame
from chiiki_gis.core.replay import replay
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.set_aside import mark, set_aside

_FACILITY, _SITE, _LINK = (LayerId(r.value) for r in (Role.FACILITY, Role.SITE, Role.ACCESS_LINK))
_AREA = LayerId(Role.PROMOTION_AREA.value)


def _document(facilities: int = 2) -> Document:
    """A plan with an area, facilities with sites, a building of two uses, and links."""
    document = new_document(Header("u", (Municipality("20999", "試験市"),), 6676))
    document.apply(add_area(document, Role.PRIORITY_DISTRICT, shapely.box(0, 0, 500, 500)))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(10, 10, 200, 200)))
    for number in range(facilities):
        at = shapely.Point(50 + number, 50)
        document.apply(add_feature(document, _SITE, at.buffer(5), {"name": f"敷地{number}"}, "敷地"))
        document.apply(add_facility(document, "coworking", at))
        values = {"site_fid": number + 1, "vacant_house_fid": 40 + number}
        document.apply(set_values(document, _FACILITY, Fid(number + 1), values, "敷地"))
    if facilities:
        row = document.plan(Role.FACILITY).loc[[1]].set_axis([facilities + 1], axis=0)
        document.apply(Change("二つめの用途", put={_FACILITY: conform(row, Role.FACILITY)}))
        document.apply(Change("経路", put={_LINK: _links(document)}))
    return document


def _links(document: Document) -> geopandas.GeoDataFrame:
    buildings = [*dict.fromkeys(document.plan(Role.FACILITY)["building_id"])]
    lines = [shapely.LineString([(0, 0), (50 + n, 50)]) for n in range(len(buildings))]
    bare = geopandas.GeoDataFrame(
        {"building_id": buildings, "interchange": "試験IC", "rank": 1, "km": 3.5, "minutes": 6.0},
        geometry=lines,
        crs=6676,
        index=range(1, len(buildings) + 1),
    )
    return conform(bare, Role.ACCESS_LINK)


def _same_but_for_ids(document: Document, left: str, right: str) -> None:
    for role in PLAN_ROLES:
        one, other = (rows_of(document.plan(role), s).reset_index(drop=True) for s in (left, right))
        loose = [c for c in ("scenario", "building_id", "site_fid") if c in one.columns]
        assert same_frame(one.drop(columns=loose), other.drop(columns=loose))


def test_a_plan_that_says_nothing_has_the_one_scenario_a() -> None:
    document = _document(0)
    assert [one.name for one in scenarios.scenarios_of(document)] == ["案A"]
    assert scenarios.told(document, "A") == ""


def test_a_copy_has_everything_under_new_fids_in_one_step() -> None:
    document = _document()
    history = History(document)
    history.apply(scenarios.copy_scenario(document, "A", "B", "駅前を重視"))
    assert [one.name for one in scenarios.scenarios_of(document)] == ["案A", "案B「駅前を重視」"]
    _same_but_for_ids(document, "A", "B")
    for role in PLAN_ROLES:
        assert document.plan(role).index.is_unique
    history.undo()
    assert [one.id for one in scenarios.scenarios_of(document)] == ["A"]
    assert not any((document.plan(role)["scenario"] == "B").any() for role in PLAN_ROLES)
    assert scenarios.KEY not in document.facts


def test_copies_point_to_copies_and_vacant_houses_stay_who_they_are() -> None:
    document = _document()
    document.apply(scenarios.copy_scenario(document, "A", "B"))
    facilities, sites, links = (
        rows_of(document.plan(role), "B") for role in (Role.FACILITY, Role.SITE, Role.ACCESS_LINK)
    )
    assert set(facilities["site_fid"]) == set(sites.index)
    originals = rows_of(document.plan(Role.FACILITY), "A")
    assert list(facilities["vacant_house_fid"]) == list(originals["vacant_house_fid"])
    assert set(links["building_id"]) == set(facilities["building_id"])
    assert not set(facilities["building_id"]) & set(originals["building_id"])
    assert facilities["building_id"].nunique() == originals["building_id"].nunique()


def test_editing_the_copy_leaves_the_original_as_it_was() -> None:
    document = _document()
    before = {role: rows_of(document.plan(role), "A") for role in PLAN_ROLES}
    document.apply(scenarios.copy_scenario(document, "A", "B"))
    (area,) = rows_of(document.plan(Role.PROMOTION_AREA), "B").index
    document.apply(set_geometry(document, _AREA, Fid(int(area)), shapely.box(0, 0, 9, 9), "動かす"))
    document.apply(scenarios.delete_scenario(document, "B"))
    for role in PLAN_ROLES:
        assert same_frame(rows_of(document.plan(role), "A"), before[role])


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["copy", "rename", "delete"]), max_size=6), st.integers(0, 3))
def test_whatever_is_done_to_scenarios_undo_brings_the_plan_back(steps: list[str], facilities: int) -> None:
    document = _document(facilities)
    before = {role: document.plan(role) for role in PLAN_ROLES}
    facts, history = dict(document.facts), History(document)
    for number, step in enumerate(steps):
        known = scenarios.scenarios_of(document)
        one = known[number % len(known)].id
        if step == "copy":
            new = scenarios.free_id(document)
            assert new is not None
            history.apply(scenarios.copy_scenario(document, one, new))
            _same_but_for_ids(document, one, new)
        elif step == "rename":
            history.apply(scenarios.rename_scenario(document, one, f"題{number}"))
        elif len(known) > 1:
            history.apply(scenarios.delete_scenario(document, one))
        names = [known.id for known in scenarios.scenarios_of(document)]
        assert len(names) == len(set(names)) >= 1
    while history.undo() is not None:
        pass
    assert dict(document.facts) == facts
    assert all(same_frame(document.plan(role), before[role]) for role in PLAN_ROLES)


def test_what_was_set_aside_counts_for_the_copy_and_goes_with_it() -> None:
    document = _document()
    finding = Finding("rule", "error", "はみ出しています。", "22条", _AREA, (Fid(1),))
    change = set_aside(document.facts, [finding], "A", "協議済み", "2026-04-01", [finding])
    document.apply(change)
    document.apply(scenarios.copy_scenario(document, "A", "B"))
    copied = Finding("rule", "error", "はみ出しています。", "22条", _AREA, (Fid(2),))
    assert mark([copied], document.facts, "B")[0].reason == "協議済み"
    document.apply(scenarios.delete_scenario(document, "B"))
    assert document.facts[SET_ASIDE] == change.facts[SET_ASIDE]


def test_what_road_works_would_bring_to_a_deleted_scenario_never_shows_in_the_next_of_its_letter() -> None:
    document = _document()
    document.apply(scenarios.copy_scenario(document, "A", "B"))
    works = (WorkRow(1, "拡幅", "改良", 9.0, 0, "", "", None, "", None, ""),)
    for scenario in "AB":
        document.apply(keep_effects(document.facts, Effects(works, ()), scenario))
    document.apply(scenarios.delete_scenario(document, "B"))
    document.apply(scenarios.copy_scenario(document, "A", "B"))
    assert effects_of(document.facts, "B") is None
    assert effects_of(document.facts, "A") is not None


def test_the_first_scenario_may_go_and_the_next_takes_its_place() -> None:
    document = _document()
    document.apply(scenarios.copy_scenario(document, "A", "B"))
    document.apply(scenarios.delete_scenario(document, "A"))
    assert scenarios.find_scenario(document, None).id == "B"
    with pytest.raises(ValueError):
        scenarios.delete_scenario(document, "B")


@pytest.mark.parametrize("word", ["B", "案B", "駅前", "案B「駅前」"])
def test_a_scenario_is_found_by_its_letter_and_by_its_title(word: str) -> None:
    document = _document(0)
    document.apply(scenarios.copy_scenario(document, "A", "B", "駅前"))
    assert scenarios.find_scenario(document, word).id == "B"


def test_an_unknown_scenario_is_told_with_those_there_are() -> None:
    document = _document(0)
    with pytest.raises(BadInput) as told:
        scenarios.find_scenario(document, "Z")
    assert "案A" in told.value.todo


def test_a_title_that_two_have_means_neither() -> None:
    document = _document(0)
    document.apply(scenarios.copy_scenario(document, "A", "B", "駅前"))
    document.apply(scenarios.copy_scenario(document, "A", "C", "駅前"))
    with pytest.raises(BadInput):
        scenarios.find_scenario(document, "駅前")


def test_the_file_mark_holds_nothing_a_disk_refuses() -> None:
    document = _document()
    rows = document.plan(Role.SITE).assign(scenario="../x")
    document.apply(Change("外から", put={_SITE: conform(rows, Role.SITE)}))
    mark_of = scenarios.file_mark(document, "../x")
    assert not set("/.") & set(mark_of)


def test_what_another_program_has_bent_is_passed_over() -> None:
    document = _document(0)
    document.apply(Change("外から", facts={scenarios.KEY: [{"id": 3}, "x", {"id": "C", "title": 5}]}))
    assert [one.name for one in scenarios.scenarios_of(document)] == ["案C", "案A"]


def test_undo_shows_the_scenario_whose_edit_it_took_back() -> None:
    document = _document()
    history = History(document)
    history.apply(scenarios.copy_scenario(document, "A", "B"))
    (area,) = rows_of(document.plan(Role.PROMOTION_AREA), "B").index
    history.apply(set_geometry(document, _AREA, Fid(int(area)), shapely.box(0, 0, 9, 9), "動かす"))
    for shown, then in (("A", "B"), ("B", "A")):
        before = document.layers
        done = history.undo()
        assert done is not None
        assert scenarios.shown_after(shown, before, document, done[0]) == then


def test_a_copy_made_before_a_crash_is_done_again_beside_what_came_since() -> None:
    base = _document()
    made = _document()
    changes = [scenarios.copy_scenario(made, "A", "B", "駅前")]
    made.apply(changes[0])
    (area,) = rows_of(made.plan(Role.PROMOTION_AREA), "B").index
    changes.append(set_geometry(made, _AREA, Fid(int(area)), shapely.box(0, 0, 9, 9), "動かす"))
    document = _document()
    document.apply(add_facility(document, "exchange", shapely.Point(90, 90)))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(300, 300, 400, 400)))
    before = {role: rows_of(document.plan(role), "A") for role in PLAN_ROLES}
    assert replay(changes, base, document, document.apply) == ()
    for role in PLAN_ROLES:
        assert same_frame(rows_of(document.plan(role), "A"), before[role])
    facilities, links, sites = (
        rows_of(document.plan(role), "B") for role in (Role.FACILITY, Role.ACCESS_LINK, Role.SITE)
    )
    assert len(facilities) == 3
    assert set(links["building_id"]) == set(facilities["building_id"])
    assert not set(facilities["building_id"]) & set(before[Role.FACILITY]["building_id"])
    assert set(facilities["site_fid"]) == set(sites.index)
    (moved,) = rows_of(document.plan(Role.PROMOTION_AREA), "B").geometry
    assert moved.bounds == (0, 0, 9, 9)


def test_two_runs_that_made_the_same_scenario_are_not_mixed() -> None:
    base, document = _document(), _document()
    change = scenarios.copy_scenario(base, "A", "B", "海側")
    document.apply(scenarios.copy_scenario(document, "A", "B", "駅前"))
    assert replay([change], base, document, document.apply) == (change,)
    assert [one.name for one in scenarios.scenarios_of(document)] == ["案A", "案B「駅前」"]
