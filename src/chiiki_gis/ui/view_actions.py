"""The actions of 表示: measuring, asking, zooming, finding places, and what stands in the window."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from chiiki_gis.ui.actions import ICON_ONLY, Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.looking import Looking

VIEW = "表示"
BOOKMARKS = f"{VIEW}/空間ブックマーク"


class Panels(Protocol):
    """What the window itself can do for these actions."""

    def show_tab(self, name: str) -> None:
        """Bring a tab of the bottom dock to the front."""

    def show_all_layers(self, shown: bool) -> None:
        """すべてのレイヤを表示, すべてのレイヤを隠す."""

    def go_to_layers(self) -> None:
        """Give the layer list the keyboard."""

    def toggle_compare(self) -> None:
        """2画面で比べる."""

    def toggle_full_screen(self) -> None:
        """全画面."""


def measure_actions(c: Commands) -> tuple[Action, ...]:
    """Asking the map by hand."""
    tip = "クリックした所の地物を、すべてのレイヤから並べます"
    return (
        tool_action(c, "identify", "地物情報を表示", VIEW, 1, ("Ctrl+Shift+I",), tip, ICON_ONLY),
        tool_action(
            c,
            "measure_distance",
            "線の長さを測る",
            VIEW,
            1,
            ("Ctrl+Shift+M", "6"),
            "距離を測ります",
            ICON_ONLY,
            "distance",
        ),
        tool_action(
            c, "measure_area", "面積を測る", VIEW, 1, ("Ctrl+Shift+J",), "面積を測ります", ICON_ONLY, "area"
        ),
    )


def view_actions(c: Commands, looking: Looking, panels: Panels) -> tuple[Action, ...]:
    """Where the map goes, and what stands around it."""
    return (
        *_zooms(c),
        *_places(looking),
        *_layers(panels),
        Action("tab_table", "属性表", lambda: panels.show_tab("属性表"), VIEW, 5, ("F6",)),
        Action("tab_history", "操作履歴", lambda: panels.show_tab("操作履歴"), VIEW, 5, ("Ctrl+5",)),
        Action(
            "overview",
            "全体図",
            looking.toggle_overview,
            VIEW,
            5,
            tip="地図の隅に、計画の全体といまの範囲を示します",
            needs="nothing",
            switch=True,
        ),
        Action("reload", "再読み込み", c.reload, VIEW, 6, ("F5",), "地図を描き直し、検査をやり直します"),
        Action("full_screen", "全画面", panels.toggle_full_screen, VIEW, 6, ("F11",), needs="nothing"),
    )


def _zooms(c: Commands) -> tuple[Action, ...]:
    tip = "囲んだ範囲を拡大します。Alt か右ドラッグで縮小します。使っていた道具に戻ります"
    return (
        tool_action(c, "zoom_box", "範囲を拡大", VIEW, 2, ("Z",), tip, ICON_ONLY),
        Action("home", "計画の範囲を表示", c.home, VIEW, 2, ("Home",), on_map=True),
        Action("full", "全域表示", c.full_extent, VIEW, 2, ("Ctrl+Shift+F",), toolbar=ICON_ONLY, icon="full"),
        Action(
            "zoom_selection", "選択部分にズーム", c.zoom_to_selection, VIEW, 2, ("Ctrl+J",), needs="selection"
        ),
        Action("previous", "前の領域へズーム", c.canvas.previous_view, VIEW, 2, ("Alt+Left",)),
        Action("next", "次の表示領域にズーム", c.canvas.next_view, VIEW, 2, ("Alt+Right",)),
    )


def _layers(panels: Panels) -> tuple[Action, ...]:
    show, hide = partial(panels.show_all_layers, True), partial(panels.show_all_layers, False)
    return (
        Action(
            "compare",
            "2画面で比べる",
            panels.toggle_compare,
            VIEW,
            4,
            ("Ctrl+M",),
            "地図を二つ並べ、別々の表示セットで見比べます",
            icon="compare",
        ),
        Action("show_all", "すべてのレイヤを表示", show, VIEW, 4, ("Ctrl+Shift+U",), icon="show_all"),
        Action("hide_all", "すべてのレイヤを隠す", hide, VIEW, 4, ("Ctrl+Shift+H",), icon="hide_all"),
        Action("layers", "レイヤ", panels.go_to_layers, VIEW, 5, ("Ctrl+1",)),
    )


def _places(looking: Looking) -> tuple[Action, ...]:
    return (
        Action(
            "find",
            "どこでも検索...",
            looking.find,
            VIEW,
            3,
            ("Ctrl+K", "F3"),
            "町丁目・施設・区域・レイヤ・コマンド・座標をさがします",
            ICON_ONLY,
            "find",
            "nothing",
        ),
        Action(
            "go_to",
            "座標へ移動...",
            looking.go_to_coordinates,
            VIEW,
            3,
            tip="X・Y、緯度経度、度分秒の座標へ地図を動かします",
        ),
        Action("bookmark_add", "いまの表示範囲を追加...", looking.add_bookmark, BOOKMARKS, 1),
        Action("bookmarks", "ブックマークの整理...", looking.manage_bookmarks, BOOKMARKS, 1),
    )


def tool_action(
    c: Commands,
    tool: str,
    text: str,
    menu: str,
    group: int,
    keys: tuple[str, ...],
    tip: str,
    toolbar: str,
    icon: str = "",
) -> Action:
    """An action that chooses a tool; a key of one character counts on the map only."""
    single = bool(keys) and len(keys[0]) == 1
    return Action(
        tool,
        text,
        partial(c.toolbox.choose, tool),
        menu,
        group,
        keys,
        tip,
        toolbar,
        icon or tool,
        tool=tool,
        on_map=single,
    )
