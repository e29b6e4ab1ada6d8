"""Every action of the window, in the order of its menus."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from chiiki_gis.core.role import KINDS
from chiiki_gis.ui.access_panel import AccessPanel
from chiiki_gis.ui.actions import ICON_ONLY, Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.desk_actions import DeskActions, coming_action, proposal_actions, towns_action
from chiiki_gis.ui.draw_actions import area_actions, draw_aids
from chiiki_gis.ui.facility_actions import facility_actions
from chiiki_gis.ui.looking import Looking
from chiiki_gis.ui.scenario_actions import scenario_actions
from chiiki_gis.ui.scenario_hand import ScenarioHand
from chiiki_gis.ui.view_actions import Panels as ViewPanels
from chiiki_gis.ui.view_actions import measure_actions, tool_action, view_actions
from chiiki_gis.ui.work import FORMAT_WORDS

FILE, EDIT = "プロジェクト", "編集"
AREA, FACILITY, JUDGE = "区域", "施設", "判定"
ACCESS, LEAVE, HELP = "アクセス", "図面・提出", "ヘルプ"


class Panels(ViewPanels, Protocol):
    """What the window itself can do for an action."""

    scenarios: ScenarioHand
    access: AccessPanel

    def show_verdict(self) -> None:
        """Select the facility whose verdict matters most."""

    def show_shortcuts(self) -> None:
        """ショートカット一覧."""

    def show_generations(self) -> None:
        """世代."""

    def export_table(self) -> None:
        """表の書き出し."""

    def close(self) -> bool:
        """終了."""


def action_table(commands: Commands, looking: Looking, panels: Panels) -> tuple[Action, ...]:
    """The table of the window's actions."""
    desk = DeskActions(commands, panels.show_tab)
    return (
        *_project(commands, panels, desk),
        *_edit(commands),
        *_draw(commands),
        *measure_actions(commands),
        *_judge(commands, panels),
        *_access(commands, panels),
        *_after(commands, panels, desk),
        *scenario_actions(panels.scenarios, panels.show_tab),
        *view_actions(commands, looking, panels),
        Action(
            "shortcuts",
            "ショートカット一覧",
            panels.show_shortcuts,
            HELP,
            shortcuts=("?",),
            needs="nothing",
        ),
        Action("manual", "使い方", commands.manual, HELP, shortcuts=("F1",), needs="nothing"),
        Action("about", "地域GISについて", commands.about, HELP, needs="nothing"),
    )


def _project(c: Commands, panels: Panels, desk: DeskActions) -> tuple[Action, ...]:
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
            "generations",
            "世代...",
            panels.show_generations,
            FILE,
            2,
            (),
            "前の保存の内容を調べ、取り出します",
        ),
        *_data(c, panels, desk),
        Action("settings", "設定...", c.settings, FILE, 4, needs="nothing"),
        Action("quit", "終了", panels.close, FILE, 4, ("Ctrl+Q",), needs="nothing"),
    )


def _data(c: Commands, panels: Panels, desk: DeskActions) -> tuple[Action, ...]:
    return (
        Action(
            "import",
            "データを追加...",
            c.import_data,
            FILE,
            3,
            ("Ctrl+Shift+O",),
            tip="用途地域や空き家などのファイルを計画に加えます",
            toolbar="データ",
            icon="import",
        ),
        Action(
            "import_packs",
            "データパックから追加...",
            c.import_packs,
            FILE,
            3,
            tip="USBメモリなどで運んだデータの一式から、計画に加えるものを選びます",
        ),
        coming_action(desk, FILE),
        Action("show_sources", "データの出典を見る", lambda: panels.show_tab("出典"), FILE, 3),
        Action(
            "place_scan",
            "図面の位置合わせ...",
            c.choose_scan,
            FILE,
            3,
            tip="スキャンした図面を、地図と同じ場所の点で合わせて背景に加えます",
        ),
        Action(
            "house_places",
            "空き家の位置...",
            c.houses.places,
            FILE,
            3,
            tip="位置の分からない空き家を、所在地の書き直しか地図のクリックで置きます",
        ),
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
            "計画の事実と手続...",
            c.facts,
            EDIT,
            4,
            ("Ctrl+Shift+P",),
            "記載事項、手続の日付、用途特例適用要件、支援法人などを入力します",
            icon="facts",
        ),
    )


def _draw(c: Commands) -> tuple[Action, ...]:
    tools = c.toolbox
    return (
        tool_action(c, "select", "選択", AREA, 1, ("1",), "地物を選びます", "選択"),
        tool_action(c, "pan", "地図を動かす", AREA, 1, (), "左ドラッグで地図を動かします", ""),
        tool_action(
            c,
            "draw_priority",
            "重点地区を描く",
            AREA,
            2,
            ("3",),
            "特定居住重点地区を描きます",
            "重点地区",
            "priority",
        ),
        tool_action(
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
        *draw_aids(c),
        *area_actions(c),
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
        *facility_actions(c),
    )


def _judge(c: Commands, panels: Panels) -> tuple[Action, ...]:
    return (
        Action("show_verdicts", "判定を見る", panels.show_verdict, JUDGE, 1, icon="check"),
        Action("show_findings", "検査の結果を見る", lambda: panels.show_tab("検査"), JUDGE, 1),
        Action("check", "再検査", c.session.check_now, JUDGE, 1, icon="check"),
        Action(
            "report_check",
            "検査の報告書...",
            c.report_check,
            JUDGE,
            2,
            tip="検査の結果、対象外の理由、判定を Excel のファイルに書き出します",
        ),
        Action("report_check_pdf", "検査の報告書（PDF）...", c.report_check_pdf, JUDGE, 2),
        Action("show_programmes", "補助制度の候補を見る", lambda: panels.show_tab("補助制度"), JUDGE, 2),
        Action(
            "rules",
            "規則の一覧...",
            c.rules,
            JUDGE,
            3,
            tip="判定と検査の規則、根拠の条文、確認日、この町の変更を表示します",
            needs="nothing",
        ),
    )


def _access(c: Commands, panels: Panels) -> tuple[Action, ...]:
    return (
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
            "reach",
            "到達圏...",
            lambda: panels.access.reach_asked.emit(),
            ACCESS,
            2,
            tip="施設やICから道路で着く範囲を計算し、比べます",
        ),
        Action(
            "works",
            "道路整備...",
            lambda: panels.access.works_asked.emit(),
            ACCESS,
            2,
            tip="道路の改良や新しい道路で、ICからの時間がどう変わるかを比べます",
        ),
    )


def _after(c: Commands, panels: Panels, desk: DeskActions) -> tuple[Action, ...]:
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
        Action(
            "print", "図面...", c.print, LEAVE, 1, ("Ctrl+P",), "図面を PDF に出力します", "図面", "print"
        ),
        Action("export", "形式を選んで書き出す...", c.choose_format, LEAVE, 1),
        *exports,
        *proposal_actions(desk, f"{LEAVE}/書き出し"),
        Action(
            "export_table",
            "属性表...",
            panels.export_table,
            f"{LEAVE}/書き出し",
            3,
            tip="属性表の行を Excel か CSV のファイルに書き出します",
        ),
        Action(
            "report_houses",
            "空き家集計（PDF）...",
            c.report_houses,
            LEAVE,
            3,
            tip="区域と町丁目ごとの空き家の数を PDF に書き出します（位置や所有者は含みません）",
        ),
        Action(
            "support",
            "支援法人への情報提供...",
            c.houses.support,
            LEAVE,
            3,
            tip="促進区域の内で同意のある空き家を、指定した支援法人のために書き出します",
        ),
        towns_action(desk, LEAVE),
    )
