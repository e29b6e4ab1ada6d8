"""The buttons of アクセス: speeds, single roads, interchanges, reach, and where roads break off."""

from __future__ import annotations

from dataclasses import replace

import geopandas
import pytest
import shapely
from PySide6.QtCore import Qt
from waiting import settle

from chiiki_gis.core.access_plan import figures_of, interchanges_of, overrides_of
from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.speeds import own_profile
from chiiki_gis.io.store import keep_blob
from chiiki_gis.ui import access_dialogs, work
from chiiki_gis.ui.access_dialogs import InterchangeDialog, ReachDialog, RoadDialog, SpeedsDialog
from chiiki_gis.ui.access_reports import ReachReport, RoadsReport
from chiiki_gis.ui.main_window import MainWindow

LINES = [[(0, 0), (2000, 0)], [(0, 5000), (800, 5000)]]


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    """A street with an interchange and a facility, and one street apart."""
    shapes = [shapely.LineString(line) for line in LINES]
    roads = geopandas.GeoDataFrame({"class": ["3", "3"], "width_code": ["1", "6"]}, geometry=shapes, crs=6676)
    gates = geopandas.GeoDataFrame(
        {"name": ["東IC"], "type": ["ic"], "open": [True]}, geometry=[shapely.Point(0, 0)], crs=6676
    )
    layers = []
    for role, frame in ((Role.ROAD, roads), (Role.INTERCHANGE, gates)):
        numbered = frame.set_axis([n + 1 for n in range(len(frame))], axis=0)
        layers.append(Layer(LayerId(f"{role.value}_1"), role, role.japanese, keep_blob(numbered)))
    window.session.apply(Change("資料を入れる", put_layers=tuple(layers)))
    window.session.apply(add_facility(window.session.document, "coworking", shapely.Point(900, 10)))
    return window


def speeds(window: MainWindow) -> SpeedsDialog:
    facts = window.session.document.facts
    return SpeedsDialog(window, own_profile(), figures_of(facts), facts)


def type_in(dialog: SpeedsDialog, row: int, column: int, text: str) -> None:
    item = dialog.table.item(row, column)
    assert item is not None
    item.setText(text)


def test_the_table_says_of_every_number_what_it_rests_on(town: MainWindow) -> None:
    dialog = speeds(town)
    rows = range(dialog.table.rowCount())
    assert all(dialog.table.item(row, 4).text() for row in rows)  # type: ignore[union-attr]
    measured = [dialog.table.item(row, 3).checkState() == Qt.CheckState.Unchecked for row in rows]  # type: ignore[union-attr]
    assert sum(measured) == 2


def test_a_speed_is_changed_as_one_step_and_undone(town: MainWindow) -> None:
    work.compute_access(town.session)
    dialog = speeds(town)
    type_in(dialog, 2, 1, "４０")
    type_in(dialog, 2, 4, "現地調査")
    dialog.accept()
    assert dialog.result() == SpeedsDialog.DialogCode.Accepted
    town.session.apply(dialog.change)
    assert figures_of(town.session.document.facts)["class.3"].value == 40
    assert town.session.document.plan(Role.ACCESS_LINK)["stale"].all()
    town.session.undo()
    assert figures_of(town.session.document.facts) == {}
    assert not town.session.document.plan(Role.ACCESS_LINK)["stale"].any()


@pytest.mark.parametrize(
    ("row", "column", "text", "said"),
    [
        (2, 1, "速い", "数として読めません"),
        (2, 1, "0", "正の数"),
        (2, 4, " ", "根拠"),
        (0, 1, "50", "元のまま"),
    ],
)
def test_what_cannot_be_used_keeps_the_table_open_and_says_why(
    town: MainWindow, row: int, column: int, text: str, said: str
) -> None:
    dialog = speeds(town)
    type_in(dialog, row, column, text)
    dialog.accept()
    assert dialog.change.is_empty
    assert said in dialog.complaint.text()


def test_the_value_of_the_selected_road_is_set(town: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    town.access_actions.edit_road()
    assert town.banners.notices[0].what == "道路が選ばれていません。"

    class Filled(RoadDialog):
        def exec(self) -> int:
            self.breadth.setText("3.5")
            self.source.setText("道路台帳")
            self.accept()
            return self.result()

    monkeypatch.setattr(access_dialogs, "RoadDialog", Filled)
    town.selection.pick(LayerId("road_1"), (Fid(1),))
    town.access_actions.edit_road()
    (said,) = overrides_of(town.session.document.facts)
    assert (said.layer_id, said.fid, said.width_m, said.source) == ("road_1", 1, 3.5, "道路台帳")


def test_an_interchange_is_added_and_linked(town: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    class Filled(InterchangeDialog):
        def exec(self) -> int:
            for field, text in (
                (self.name, "計画IC"), (self.north, "0"), (self.east, "800"), (self.source, "県の計画")
            ):  # fmt: skip
                field.setText(text)
            self.accept()
            return self.result()

    monkeypatch.setattr(access_dialogs, "InterchangeDialog", Filled)
    town.access_actions.add_interchange()
    assert interchanges_of(town.session.document.facts)[0].name == "計画IC"
    work.compute_access(town.session)
    assert town.session.rows(Role.ACCESS_LINK)["interchange"].iloc[0] == "計画IC"


def test_the_row_of_a_link_tells_classes_narrow_stretches_and_snap_distances(town: MainWindow) -> None:
    work.compute_access(town.session)
    town.access.refresh()
    item = town.access.table.item(0, 7)
    assert item is not None
    assert "市区町村道等 100%" in item.text()
    assert "5.5 m未満 0.9 km、うち4 m未満 0.9 km" in item.text()
    assert "施設の取付 10 m、ICの取付 0 m" in item.text()


def test_reach_becomes_a_layer_with_its_table(town: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    work.compute_access(town.session)

    class Filled(ReachDialog):
        def exec(self) -> int:
            for row, name in enumerate(town.access_actions.origins()):
                mark = Qt.CheckState.Checked if name == "東IC" else Qt.CheckState.Unchecked
                self.origins.item(row).setCheckState(mark)
            self.minutes.setText("５、１０")
            self.accept()
            return self.result()

    monkeypatch.setattr(access_dialogs, "ReachDialog", Filled)
    assert town.access_actions.origins() == ["コワーキング1", "東IC"]
    town.access_actions.reach()
    settle()
    assert any("到達圏" in layer.name for layer in town.session.document.layers)
    report = town.access_actions.report
    assert isinstance(report, ReachReport)
    cells = [report.table.item(row, column) for row in range(2) for column in (0, 3)]
    assert [cell.text() if cell else "" for cell in cells] == ["5 分以内", "1", "10 分以内", "1"]
    town.session.undo()
    assert not any("到達圏" in layer.name for layer in town.session.document.layers)


def test_a_row_of_the_report_on_roads_shows_its_place(town: MainWindow) -> None:
    town.access_actions.check_roads()
    report = town.access_actions.report
    assert isinstance(report, RoadsReport)
    assert report.table.rowCount() == 2
    assert "2 つに分かれています" in report.text.text()
    assert town.access_actions.marks.spots == ()
    report.table.selectRow(1)
    settle()
    assert town.looking.mark.place == (0.0, 5000.0)


def test_ends_that_nearly_meet_have_rings_on_the_map_while_the_report_is_open(town: MainWindow) -> None:
    gap = geopandas.GeoDataFrame(
        {"class": ["3", "3"]},
        geometry=[shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(53, 0), (90, 0)])],
        crs=6676,
    )
    road = town.session.document.layer(LayerId("road_1"))
    other = replace(road, frame=keep_blob(gap.set_axis([1, 2], axis=0)))
    town.session.apply(Change("道路", put_layers=(other,)))
    town.access_actions.check_roads()
    settle()
    assert sorted(town.access_actions.marks.spots) == [(50.0, 0.0), (53.0, 0.0)]
    assert len(town.access_actions.marks.in_sight(town.canvas.view)) == 2
    report = town.access_actions.report
    assert report is not None
    report.close()
    assert town.access_actions.marks.spots == ()
