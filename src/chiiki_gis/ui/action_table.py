"""Every action of the window, in the order of its menus."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from chiiki_gis.core.role import KINDS
from chiiki_gis.ui.actions import ICON_ONLY, Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.work import FORMAT_WORDS

FILE, EDIT, VIEW = "プロジェクト", "編集", "表示"
AREA, FACILITY, JUDGE = "区域", "施設", "判定"
ACCESS, LEAVE, HELP = "アクセス", "図面・提出", "ヘルプ"


class Panels(Protocol):
    """What the window itself can do for an action."""

    def show_tab(self, name: str) -> None:
        """Bring a tab of the bottom dock to the front."""

    def show_verdict(self) -> None:
        """Select the facility whose verdict matters most."""

    def show_shortcuts(self) -> None:
        """ショートカット一覧."""

    def show_all_layers(self, shown: bool) -> None:
        """すべてのレイヤを表示, すべてのレイヤを隠す."""

    def go_to_layers(self) -> None:
        """Give the layer list the keyboard."""

    def toggle_compare(self) -> None:
        """2画面で比べる."""

    def toggle_full_screen(self) -> None:
        """全画面."""

    def close(self) -> bool:
        """終了."""


def action_table(commands: Commands, panels: Panels) -> tuple[Action, ...]:
    """The table of the window's actions."""
    return (
        *_project(commands, panels),
        *_edit(commands),
        *_draw(commands),
        *_measure(commands),
        *_after(commands, panels),
        *_view(commands, panels),
        Action(
            "shortcuts",
            "ショートカット一覧",
            panels.show_shortcuts,
            HELP,
            shortcuts=("F1", "?"),
            needs="nothing",
        ),
        Action("about", "地域GISについて", commands.about, HELP, needs="nothing"),
    )


def _project(c: Commands, panels: Panels) -> tuple[Action, ...]:
    return (
        Action(
            "new",
            "新規...",
            c.new,
            FILE,
            1,
            ("Ctrl+N",),
            "新しい計画をつくります",
            icon="new",
            needs="nothing",
        ),
        Action(
            "open",
            "開く...",
            c.open,
            FILE,
            1,
            ("Ctrl+O",),
            "プロジェクトまたはデータを開きます",
            "開く",
            "open",
            "nothing",
        ),
        Action("sample", "見本の計画を開く", c.open_sample, FILE, 1, icon="sample", needs="nothing"),
        Action("save", "保存", c.save, FILE, 1, ("Ctrl+S",), "計画を保存します", "保存", "save"),
        Action("save_as", "名前を付けて保存...", c.save_as, FILE, 2, ("Ctrl+Shift+S",)),
        Action(
            "import",
            "データを追加...",
            c.import_data,
            FILE,
            3,
            tip="用途地域や空き家などのファイルを計画に加えます",
            toolbar="データ",
            icon="import",
        ),
        Action("quit", "終了", panels.close, FILE, 4, ("Ctrl+Q",), needs="nothing"),
    )


def _edit(c: Commands) -> tuple[Action, ...]:
    return (
        Action(
            "undo", "元に戻す", c.undo, EDIT, 1, ("Ctrl+Z",), toolbar=ICON_ONLY, icon="undo", needs="undo"
        ),
        Action(
            "redo",
            "やり直す",
            c.redo,
            EDIT,
            1,
            ("Ctrl+Y", "Ctrl+Shift+Z"),
            toolbar=ICON_ONLY,
            icon="redo",
            needs="redo",
        ),
        Action("delete", "削除", c.delete, EDIT, 2, ("Delete",), on_map=True),
        Action("select_all", "全選択", c.select_all, EDIT, 3, ("Ctrl+A",), on_map=True),
        Action("deselect", "選択解除", c.selection.clear, EDIT, 3, ("Ctrl+Shift+A",), needs="selection"),
        Action(
            "facts",
            "計画の事実...",
            c.facts,
            EDIT,
            4,
            tip="手続の済・未と、資料の範囲を入力します",
            icon="facts",
        ),
    )


def _draw(c: Commands) -> tuple[Action, ...]:
    tools = c.toolbox
    return (
        _tool(c, "select", "選択", AREA, 1, ("1",), "地物を選びます", "選択"),
        _tool(c, "pan", "地図を動かす", AREA, 1, (), "左ドラッグで地図を動かします", ""),
        _tool(
            c,
            "draw_priority",
            "重点地区を描く",
            AREA,
            2,
            (),
            "特定居住重点地区を描きます",
            "重点地区",
            "priority",
        ),
        _tool(
            c,
            "draw_promotion",
            "促進区域を描く",
            AREA,
            2,
            ("4",),
            "特定居住促進区域を描きます",
            "促進区域",
            "promotion",
        ),
        *(
            Action(
                f"place_{kind}",
                f"{word}を置く",
                partial(tools.place, kind),
                FACILITY,
                1,
                ("2",) if kind == "coworking" else (),
                f"{word}を地図に置きます",
                word if number < 3 else "",
                "facility" if number < 3 else "",
                tool=f"facility/{kind}",
                on_map=kind == "coworking",
            )
            for number, (kind, word) in enumerate(KINDS.items())
        ),
        Action(
            "draw_site",
            "敷地を描く",
            tools.draw_site,
            FACILITY,
            2,
            (),
            "選んだ施設の敷地を描きます",
            "敷地",
            "site",
            tool="draw_site",
        ),
    )


def _measure(c: Commands) -> tuple[Action, ...]:
    return (
        _tool(
            c,
            "measure_distance",
            "線の長さを測る",
            VIEW,
            1,
            ("Ctrl+Shift+M",),
            "距離を測ります",
            "距離",
            "distance",
        ),
        _tool(c, "measure_area", "面積を測る", VIEW, 1, ("Ctrl+Shift+J",), "面積を測ります", "面積", "area"),
    )


def _after(c: Commands, panels: Panels) -> tuple[Action, ...]:
    exports = tuple(
        Action(
            f"export_{fmt}",
            f"{word}...",
            partial(c.export, fmt),
            f"{LEAVE}/書き出し",
            1,
            tip=f"計画を {word} に書き出します",
        )
        for fmt, word in FORMAT_WORDS.items()
    )
    return (
        Action("show_verdicts", "判定を見る", panels.show_verdict, JUDGE, 1, icon="check"),
        Action("show_findings", "検査の結果を見る", lambda: panels.show_tab("検査"), JUDGE, 1),
        Action("check", "再検査", c.session.check_now, JUDGE, 1, ("F5",), icon="check"),
        Action(
            "access",
            "アクセスを計算",
            c.compute_access,
            ACCESS,
            1,
            tip="施設から IC までの経路を計算します",
            toolbar="アクセス",
            icon="access",
        ),
        Action("show_access", "アクセスの表を見る", lambda: panels.show_tab("アクセス"), ACCESS, 1),
        Action(
            "print", "図面...", c.print, LEAVE, 1, ("Ctrl+P",), "図面を PDF に出力します", "図面", "print"
        ),
        *exports,
    )


def _view(c: Commands, panels: Panels) -> tuple[Action, ...]:
    return (
        Action("home", "計画の範囲を表示", c.home, VIEW, 2, ("Home",), on_map=True),
        Action("full", "全域表示", c.full_extent, VIEW, 2, ("Ctrl+Shift+F",), toolbar=ICON_ONLY, icon="full"),
        Action(
            "zoom_selection", "選択部分にズーム", c.zoom_to_selection, VIEW, 2, ("Ctrl+J",), needs="selection"
        ),
        Action("previous", "前の領域へズーム", c.canvas.previous_view, VIEW, 2, ("Alt+Left",)),
        Action("next", "次の表示領域にズーム", c.canvas.next_view, VIEW, 2, ("Alt+Right",)),
        Action(
            "compare",
            "2画面で比べる",
            panels.toggle_compare,
            VIEW,
            2,
            ("Ctrl+M",),
            "地図を二つ並べ、別々の表示セットで見比べます",
            icon="compare",
        ),
        Action(
            "show_all",
            "すべてのレイヤを表示",
            partial(panels.show_all_layers, True),
            VIEW,
            3,
            ("Ctrl+Shift+U",),
        ),
        Action(
            "hide_all",
            "すべてのレイヤを隠す",
            partial(panels.show_all_layers, False),
            VIEW,
            3,
            ("Ctrl+Shift+H",),
        ),
        Action("layers", "レイヤ", panels.go_to_layers, VIEW, 3, ("Ctrl+1",)),
        Action("tab_table", "属性表", lambda: panels.show_tab("属性表"), VIEW, 3, ("F6",)),
        Action("tab_history", "操作履歴", lambda: panels.show_tab("操作履歴"), VIEW, 3, ("Ctrl+5",)),
        Action("full_screen", "全画面", panels.toggle_full_screen, VIEW, 4, ("F11",), needs="nothing"),
    )


def _tool(
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
