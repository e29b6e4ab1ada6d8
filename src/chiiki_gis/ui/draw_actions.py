"""The actions that help while drawing: rectangles, coordinates, snapping, following a border."""

from __future__ import annotations

from chiiki_gis.ui.actions import Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.view_actions import tool_action

AREA = "区域"


def draw_aids(c: Commands) -> tuple[Action, ...]:
    """What can be switched in the middle of drawing."""
    tools = c.toolbox
    return (
        tool_action(
            c,
            "draw_box",
            "四角形を描く",
            AREA,
            2,
            ("5",),
            "向かい合う二つの角で、区域を四角形に描きます。最後に描いた種類（はじめは促進区域）になります",
            "四角形",
        ),
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
            "スナップ",
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
            "沿って描く",
            "trace",
            "nothing",
            on_map=True,
            switch=True,
        ),
    )
