"""The actions of the menu 案."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chiiki_gis.ui.actions import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from chiiki_gis.ui.scenario_hand import ScenarioHand

SCENARIO = "案"
TAB = "案の比較"


def scenario_actions(hand: ScenarioHand, show_tab: Callable[[str], object]) -> tuple[Action, ...]:
    """Making scenarios, going from one to the next, and comparing them."""
    return (*_making(hand), *_comparing(hand, show_tab))


def _making(hand: ScenarioHand) -> tuple[Action, ...]:
    return (
        Action(
            "scenario_copy",
            "案を複製...",
            hand.copy,
            SCENARIO,
            1,
            ("Ctrl+Shift+D",),
            "いまの案の区域・施設・道路をすべて、別の案として複製します",
        ),
        Action("scenario_rename", "案の名前を変更...", hand.rename, SCENARIO, 1),
        Action("scenario_delete", "案を削除", hand.delete, SCENARIO, 1, needs="scenarios"),
        Action(
            "scenario_next", "次の案を表示", partial(hand.step, 1), SCENARIO, 2, ("F8",), needs="scenarios"
        ),
        Action(
            "scenario_previous",
            "前の案を表示",
            partial(hand.step, -1),
            SCENARIO,
            2,
            ("Shift+F8",),
            needs="scenarios",
        ),
    )


def _comparing(hand: ScenarioHand, show_tab: Callable[[str], object]) -> tuple[Action, ...]:
    return (
        Action(
            "scenario_beneath",
            "ほかの案を下に重ねる",
            hand.toggle_beneath,
            SCENARIO,
            3,
            ("F7",),
            "比べる案を、地図の下に灰色で重ねます",
            needs="scenarios",
        ),
        Action(
            "scenario_difference",
            "差分を地図に表示",
            hand.toggle_difference,
            SCENARIO,
            3,
            ("Shift+F7",),
            "比べる案から加わる所、なくなる所を地図に表示します",
            needs="scenarios",
        ),
        Action(
            "scenario_beside",
            "案を並べて比べる",
            hand.toggle_beside,
            SCENARIO,
            3,
            ("F9",),
            "比べる案を右の地図に表示します",
            icon="compare",
            needs="scenarios",
        ),
        Action(
            "scenario_figures",
            "案の比較の表を見る",
            partial(show_tab, TAB),
            SCENARIO,
            3,
            ("Shift+F9",),
            "六つの指標と、案の違いの一覧です",
        ),
    )
