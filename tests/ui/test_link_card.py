"""A link is tagged as a kind of works; the tag lives through a new calculation and is checked by 2条3項."""

from __future__ import annotations

import pytest
import shapely
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_facility, add_feature
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

LINK = LayerId(Role.ACCESS_LINK.value)


@pytest.fixture
def linked(window: MainWindow) -> MainWindow:
    """A facility with a link of 6.7 km."""
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    values = {
        "scenario": "A", "building_id": "b1", "interchange": "澄原IC", "rank": 1, "km": 6.7, "minutes": 11.0,
        "status": "ok",
    }  # fmt: skip
    line = shapely.LineString([(0, 0), (500, 0)])
    session.apply(add_feature(session.document, LINK, line, values, "経路"))
    window.selection.pick(LINK, (Fid(1),))
    settle()
    return window


def test_the_card_shows_the_link_and_writes_its_tag_as_one_step(linked: MainWindow) -> None:
    card = linked.properties.link
    assert linked.properties.shown is card
    assert card.title.text() == "アクセス道路　澄原IC → コワーキング1"
    assert "6.7 km" in card.length.text()
    card.tag._finish(card.tag.findData("integrated_work"))
    settle()
    assert linked.session.document.plan(Role.ACCESS_LINK).at[1, "tag"] == "integrated_work"
    linked.made["undo"].trigger()
    settle()
    assert card.tag.currentText() == "（未入力）"
    card.works_by._finish(card.works_by.findData("prefecture"))
    assert linked.session.document.plan(Role.ACCESS_LINK).at[1, "carried_out_by"] == "prefecture"


def test_a_tagged_link_shows_its_programmes(linked: MainWindow) -> None:
    card = linked.properties.link
    card.tag._finish(card.tag.findData("related_infrastructure"))
    linked.session.check_now()
    settle()
    assert any(match.target == "link" for match in linked.session.subsidies)
    assert card.programmes._shown


def test_what_was_said_of_the_works_stays_when_the_links_are_computed_anew(linked: MainWindow) -> None:
    from chiiki_gis.tasks.plan import _with_kept_works

    session = linked.session
    old = session.document.plan(Role.ACCESS_LINK)
    said = old.assign(tag="integrated_work", carried_out_by="municipality")
    session.apply(Change("", put={LINK: said}))
    same, other = _with_kept_works(said, old), _with_kept_works(said, old.assign(interchange="別のIC"))
    assert list(same[["tag", "carried_out_by"]].iloc[0]) == ["integrated_work", "municipality"]
    assert list(other[["tag", "carried_out_by"]].iloc[0]) == [None, None]
