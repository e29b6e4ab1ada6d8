"""What the planner has set for the access calculation, kept with the plan as the fact `access`.

Speeds, widths of single roads and interchanges of the planner's own: each carries the source it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import FactValue

KEY = "access"
"""A fact of the program's own: 計画の事実 does not show it, and no export writes it."""


LINK_PARTS = ("figures", "roads", "interchanges", "new_road")
"""Parts of the fact that links rest on; the others say what roads may become (core.improvements)."""


@dataclass(frozen=True)
class SetFigure:
    """A number of the speed profile in place of the program's; assumed means 仮定値."""

    value: float
    source: str
    assumed: bool = True


@dataclass(frozen=True)
class RoadOverride:
    """What the planner says of one road.

    kmh      speed in place of class and width; None leaves it
    width_m  width in place of the data's; None leaves it
    closed   no car may use it
    source   what that rests on
    """

    layer_id: str
    fid: int
    source: str
    kmh: float | None = None
    width_m: float | None = None
    closed: bool = False


@dataclass(frozen=True)
class OwnInterchange:
    """An interchange the planner added, such as one that is being built; x east, y north in project CRS."""

    name: str
    x: float
    y: float
    source: str
    type: str = "ic"


@dataclass(frozen=True)
class NewRoadChoice:
    """That buildings which no road reaches get an estimate of a new road, and to which design (its key)."""

    design: str
    is_exception: bool = False


def figures_of(facts: Mapping[str, FactValue]) -> dict[str, SetFigure]:
    """The numbers set, by their key in the profile such as `class.2`."""
    return {str(key): SetFigure(**entry) for key, entry in access_part(facts, "figures", {}).items()}


def overrides_of(facts: Mapping[str, FactValue]) -> tuple[RoadOverride, ...]:
    """What is said of single roads."""
    return tuple(RoadOverride(**entry) for entry in access_part(facts, "roads", []))


def interchanges_of(facts: Mapping[str, FactValue]) -> tuple[OwnInterchange, ...]:
    """The interchanges added."""
    return tuple(OwnInterchange(**entry) for entry in access_part(facts, "interchanges", []))


def new_road_of(facts: Mapping[str, FactValue]) -> NewRoadChoice | None:
    """How new roads are estimated; None where they are not."""
    kept = access_part(facts, "new_road", None)
    return None if kept is None else NewRoadChoice(**kept)


def choose_new_road(facts: Mapping[str, FactValue], choice: NewRoadChoice | None) -> Change:
    """Estimate new roads where none reaches a building, or leave such buildings refused."""
    note = "新しい道の概算をやめる" if choice is None else "新しい道の概算の規格を決める"
    return access_change(note, facts, "new_road", None if choice is None else asdict(choice))


def same_for_links(one: FactValue | None, other: FactValue | None) -> bool:
    """Whether two values of the fact give the same links."""
    kept = [cast("dict[str, object]", value or {}) for value in (one, other)]
    return all(kept[0].get(part) == kept[1].get(part) for part in LINK_PARTS)


def set_figures(facts: Mapping[str, FactValue], figures: Mapping[str, SetFigure]) -> Change:
    """Other numbers for the profile, all at once; keys left out go back to the program's.

    Raises BadInput for a number that is not positive and for a missing source.
    """
    for figure in figures.values():
        require_positive(figure.value)
        require_source(figure.source)
    plain = {key: asdict(figure) for key, figure in figures.items()}
    return access_change("想定速度を変更", facts, "figures", plain)


def set_override(facts: Mapping[str, FactValue], override: RoadOverride) -> Change:
    """Say something of one road, in place of what was said of it before. Raises BadInput as set_figures."""
    for number in (override.kmh, override.width_m):
        if number is not None:
            require_positive(number)
    require_source(override.source)
    others = _without(overrides_of(facts), override.layer_id, override.fid)
    return access_change("道路の値を変更", facts, "roads", [asdict(one) for one in (*others, override)])


def drop_override(facts: Mapping[str, FactValue], layer_id: str, fid: int) -> Change:
    """Go back to what the data say of one road."""
    others = _without(overrides_of(facts), layer_id, fid)
    return access_change("道路の値を元に戻す", facts, "roads", [asdict(one) for one in others])


def add_interchange(facts: Mapping[str, FactValue], gate: OwnInterchange) -> Change:
    """One interchange more. Raises BadInput for a missing name or source and for a name that is taken."""
    require_source(gate.source)
    known = interchanges_of(facts)
    if not gate.name.strip() or any(one.name == gate.name for one in known):
        raise BadInput(
            "ICを追加できませんでした。",
            "名前がないか、同じ名前のICをすでに追加しています。",
            "ほかにない名前を入れてください。",
        )
    return access_change(
        f"「{gate.name}」を追加", facts, "interchanges", [asdict(one) for one in (*known, gate)]
    )


def drop_interchange(facts: Mapping[str, FactValue], name: str) -> Change:
    """Take an added interchange away."""
    others = [asdict(one) for one in interchanges_of(facts) if one.name != name]
    return access_change(f"「{name}」を削除", facts, "interchanges", others)


def _without(known: Sequence[RoadOverride], layer_id: str, fid: int) -> tuple[RoadOverride, ...]:
    return tuple(one for one in known if (one.layer_id, one.fid) != (layer_id, fid))


def access_part(facts: Mapping[str, FactValue], part: str, empty: Any) -> Any:
    """One part of the fact, `empty` where it is not set."""
    return cast("dict[str, Any]", facts.get(KEY) or {}).get(part, empty)


def access_change(note: str, facts: Mapping[str, FactValue], part: str, value: object) -> Change:
    """Another value for one part of the fact; a part without anything in it goes away."""
    kept = {**cast("dict[str, object]", facts.get(KEY) or {}), part: value}
    whole: dict[str, object] = {key: entry for key, entry in kept.items() if entry}
    return Change(note, facts={KEY: whole or None})


def require_positive(number: float) -> None:
    """Raises BadInput for a number that is not positive and finite."""
    if not 0 < number < float("inf"):
        raise BadInput(
            f"「{number:g}」は使えません。",
            "速度・係数・距離・幅員は正の数でなければなりません。",
            "0より大きい数を入れてください。",
        )


def require_source(source: str) -> None:
    """Raises BadInput where nothing is written."""
    if not source.strip():
        raise BadInput(
            "根拠が書かれていません。",
            "出典のない数値は、計算にも図面にも使えません。",
            "統計や調査の名前、または「仮定値」と入れてください。",
        )
