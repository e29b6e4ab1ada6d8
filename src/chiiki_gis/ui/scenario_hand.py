"""What the planner does with scenarios (案): copy, name, delete, switch, lay one beneath, compare."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from chiiki_gis.core import scenarios
from chiiki_gis.core.change import Changed
from chiiki_gis.core.layer import Fid, plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenario_revert import revert
from chiiki_gis.core.scenarios import OTHER_SCENARIO, Scenario
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.compare import CompareView
from chiiki_gis.ui.comparison import Comparison
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.place_dialogs import LineDialog
from chiiki_gis.ui.scenario_layers import difference_layers, ghost_layers

FULL = Notice(
    "案を複製できませんでした。",
    "一つの計画に入る案は、26 個（A から Z）までです。",
    "要らない案を削除してから、もう一度複製してください。",
    "warning",
)
LAST = Notice(
    "案を削除できませんでした。",
    "この計画には、案が一つしかありません。",
    "先に「案を複製」で別の案を作ってください。",
    "warning",
)
GONE = "表示していた案が、計画からなくなったためです。"


class ScenarioHand(QObject):
    """Keeps what is laid over the map in step; the scenario itself is the session's.

    ghost             the scenario shown in grey beneath the current one, "" for none
    shows_difference  whether what differs from the compared one is drawn on the map
    """

    looked = Signal()

    def __init__(self, window: QWidget, commands: Commands, view: CompareView) -> None:
        super().__init__(window)
        self._window, self._commands, self._view = window, commands, view
        self.session, self._scene = commands.session, commands.scene
        self.comparison = Comparison(self.session, self)
        self.ghost = ""
        self.shows_difference = False
        self._is_switching = False
        self._shown = ""
        view.verdicts_of = self.comparison.verdicts
        view.beside_changed.connect(self._look)
        self.comparison.changed.connect(self._lay_difference)
        self.comparison.changed.connect(view.follow_scenarios)
        self.session.opened.connect(self._start_over)
        self.session.changed.connect(self._follow)

    @property
    def known(self) -> tuple[Scenario, ...]:
        """The scenarios of the open plan."""
        return self.comparison.scenarios

    @property
    def current(self) -> Scenario:
        """The scenario that is shown and edited."""
        return scenarios.scenario_named(self.session.document, self.session.scenario)

    # Making

    def copy(self) -> None:
        """案を複製: ask for a title, copy the current scenario, and show the copy."""
        new = scenarios.free_id(self.session.document)
        if new is None:
            self.session.tell(FULL)
            return
        explain = (
            f"{self.current.name}の区域・施設・敷地・アクセス道路をすべて、案{new}として複製します。"
            "題名を付けられます（例 駅前を重視）。空欄でもかまいません。"
        )
        dialog = LineDialog(self._window, "案を複製", "複製する", explain)
        if dialog.exec():
            self.make_copy(dialog.text)

    def make_copy(self, title: str = "") -> None:
        """Copy the current scenario under the next free letter, and show the copy; one undoable step."""
        document, source = self.session.document, self.current
        new = scenarios.free_id(document)
        if new is None:
            self.session.tell(FULL)
            return
        self.session.apply(scenarios.copy_scenario(document, source.id, new, title))
        self.show(new)
        self._tell_done(f"{source.label}を複製し、{self.current.name}を表示しています。")

    def rename(self, scenario: str = "") -> None:
        """案の名前を変更."""
        one = self._named(scenario)
        explain = f"{one.label}の題名を入れてください。空にすると「{one.label}」だけになります。"
        dialog = LineDialog(self._window, "案の名前を変更", "変更する", explain, one.title)
        if dialog.exec():
            self.session.apply(scenarios.rename_scenario(self.session.document, one.id, dialog.text))

    def delete(self, scenario: str = "") -> None:
        """案を削除, with 元に戻す at hand."""
        if len(self.known) < 2:
            self.session.tell(LAST)
            return
        one = self._named(scenario)
        order = [known.id for known in self.known]
        place = order.index(one.id)
        if one.id == self.session.scenario:
            self.show(order[place - 1] if place else order[1])
        self.session.apply(scenarios.delete_scenario(self.session.document, one.id))
        self._tell_done(f"{one.name}を削除しました。")

    def revert(self, role: Role, base_fid: int | None, fid: int | None) -> None:
        """Make one feature as the compared scenario has it."""
        document, base = self.session.document, self.comparison.base
        self.session.apply(revert(document, role, base_fid, fid, base, self.session.scenario))

    # Looking

    def show(self, scenario: str) -> None:
        """Let a scenario be the current one."""
        self._is_switching = True
        try:
            self.session.show_scenario(scenario)
        finally:
            self._is_switching = False

    def step(self, by: int) -> None:
        """次の案, 前の案."""
        order = [one.id for one in self.known]
        self.show(order[(order.index(self.session.scenario) + by) % len(order)])

    def lay_beneath(self, scenario: str) -> None:
        """Show another scenario in grey beneath the current one; "" takes it away."""
        self.ghost = scenario
        self._lay_ghost()
        self.looked.emit()

    def toggle_beneath(self) -> None:
        """ほかの案を下に重ねる."""
        self.lay_beneath("" if self.ghost else self.comparison.base)

    def toggle_difference(self) -> None:
        """差分を地図に表示."""
        self.shows_difference = not self.shows_difference
        self._look()
        self._lay_difference()
        self.looked.emit()

    def toggle_beside(self) -> None:
        """案を並べて比べる: the compared scenario in a second map, or one map again."""
        if self._view.right is not None:
            self._view.close_right()
        elif self.comparison.base:
            self._view.open_beside(self.comparison.base)

    def look_at(self, role: Role, base_fid: int | None, fid: int | None) -> None:
        """Show a difference on the map; only what the current scenario has is selected."""
        layer = plan_layer_id(role)
        seen = [Fid(one) for one in (base_fid, fid) if one is not None]
        bounds = self._scene.selected_bounds(layer, tuple(seen))
        self._commands.selection.pick(layer, () if fid is None else (Fid(fid),))
        if bounds is not None:
            self._commands.canvas.fit(bounds, closest=0.5)

    def compare_with(self, scenario: str) -> None:
        """Compare with another scenario, in the list and in the second map."""
        self.comparison.choose_base(scenario)
        if self._view.right is not None and self._view.right.scenario:
            self._view.open_beside(scenario)
        self.looked.emit()

    def _named(self, scenario: str) -> Scenario:
        return scenarios.scenario_named(self.session.document, scenario or self.session.scenario)

    def _tell_done(self, what: str) -> None:
        self.session.tell(Notice(what, level="done", button="元に戻す", press=self.session.undo))

    def _start_over(self) -> None:
        self.ghost, self.shows_difference = "", False
        self._look()
        self.looked.emit()

    def _follow(self, changed: Changed) -> None:
        if changed is OTHER_SCENARIO:
            self._put_tools_down()
            if not self._is_switching:
                is_gone = self._shown not in [one.id for one in self.known]
                why = GONE if is_gone else "元に戻した、またはやり直した編集が、この案のものだからです。"
                self.session.tell(Notice(f"{self.current.name}に切り替えました。", why))
        self._shown = self.session.scenario
        there = {one.id for one in self.known} - {self._shown}
        if self.ghost not in there:
            self.ghost = ""
        self._lay_ghost()
        self.looked.emit()

    def _lay_ghost(self) -> None:
        layers = ghost_layers(self.session, self.ghost) if self.session.is_open else ()
        self._scene.show_extra("below", layers)

    def _lay_difference(self) -> None:
        shown = self.comparison.differences if self.shows_difference else None
        if shown is None and self.shows_difference and len(self.known) > 1:
            return  # the old picture stays until the new one is known
        self._scene.show_extra("above", difference_layers(shown))

    def _look(self) -> None:
        right = self._view.right
        self.comparison.look("map", self.shows_difference)
        self.comparison.look("right", right is not None and bool(right.scenario))

    def _put_tools_down(self) -> None:
        """What is picked or half drawn is of the scenario that is left; a sketch can be brought back."""
        self._commands.toolbox.put_down()
        self._commands.selection.clear()


def tab_menu_entries(hand: ScenarioHand, scenario: str) -> tuple[tuple[str, partial[None]], ...]:
    """What the right button offers on a scenario's tab."""
    return (
        ("名前を変更...", partial(hand.rename, scenario)),
        ("削除", partial(hand.delete, scenario)),
    )
