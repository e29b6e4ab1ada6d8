"""The actions that help while drawing: rectangles, coordinates, snapping, following a border."""

from __future__ import annotations

from functools import partial

from chiiki_gis.ui.actions import ICON_ONLY, Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.view_actions import tool_action

AREA = "区域"


def draw_aids(c: Commands) -> tuple[Action, ...]:
    """What can be switched in the middle of drawing."""
    tools = c.toolbox
    return (
        *_ways(c),
        Action(
            "type_vertices",
            "座標で頂点を置く...",
            c.type_vertices,
            AREA,
            2,
            ("N",),
            "X・Y、緯度経度、度分秒で点を置きます。座標の表も貼り付けられます",
            on_map=True,
        ),
        Action(
            "snap",
            "スナップ",
            lambda: tools.set_snapping(not tools.guide.snapper.is_on),
            AREA,
            3,
            ("S",),
            "区域・行政界・用途地域・道路などの頂点や線に吸い付きます。Alt を押している間は休みます",
            ICON_ONLY,
            "snap",
            "nothing",
            on_map=True,
            switch=True,
        ),
        Action(
            "trace",
            "境界に沿って描く",
            lambda: tools.set_tracing(not tools.guide.is_tracing),
            AREA,
            3,
            ("T",),
            "クリックした所まで境界の頂点をそのまま写します。Tab で反対回りになります",
            ICON_ONLY,
            "trace",
            "nothing",
            on_map=True,
            switch=True,
        ),
    )


def _ways(c: Commands) -> tuple[Action, ...]:
    """Other ways to an area than drawing its outline."""
    return (
        tool_action(
            c,
            "draw_box",
            "四角形を描く",
            AREA,
            2,
            ("5",),
            "向かい合う二つの角で、区域を四角形に描きます。最後に描いた種類（はじめは促進区域）になります",
            ICON_ONLY,
        ),
        tool_action(
            c,
            "build_area",
            "ポリゴンから区域を作る",
            AREA,
            2,
            ("B",),
            "町丁目・用途地域・筆などの区画を選び、合わせて（または除いて）区域にします。説明文も作ります",
            "",
            "promotion",
        ),
    )


def area_actions(c: Commands) -> tuple[Action, ...]:
    """What changes the selected area."""
    tools, work = c.toolbox, c.toolbox.areas
    drawn = (
        ("split", "分割", "選んだ区域を、引いた線で分けます"),
        ("reshape", "形を直す", "選んだ区域の境界を、引いた線に置き換えます"),
        ("hole", "穴をあける", "選んだ区域の中に穴をあけます"),
        ("part", "飛び地を追加", "選んだ区域に、離れた部分を加えます"),
    )
    at_once = (
        ("merge", "結合", work.merge, "選んだ二つ以上の区域を一つにします"),
        (
            "clip_districts",
            "重点地区で切り取る",
            work.clip_to_districts,
            "選んだ促進区域の、重点地区の外を切り取ります",
        ),
        (
            "clip_municipality",
            "市町村界で切り取る",
            work.clip_to_municipality,
            "選んだ区域の、市町村の外を切り取ります",
        ),
        (
            "cut_overlap",
            "重なりを切り取る",
            work.cut_overlap,
            "選んだ区域から、重なりを取ります",
        ),
        (
            "cut_others",
            "既存の区域を切り取る",
            work.cut_others,
            "ほかの区域から、重なりを取ります",
        ),
        ("simplify", "単純化...", c.simplify, "選んだ区域の頂点を減らします。地図で確かめてから決められます"),
    )
    return (
        *(
            Action(
                name, text, partial(tools.work_on_area, name), AREA, 4, tip=tip, needs="selection", tool=name
            )
            for name, text, tip in drawn
        ),
        *(Action(name, text, call, AREA, 5, tip=tip, needs="selection") for name, text, call, tip in at_once),
    )
