"""What a new road may climb, and what crossing a river, a hazard or a protected area counts as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chiiki_gis.analysis.speed_profile import Figure
from chiiki_gis.core.errors import BadInput

OBSTACLES = ("river", "hazard", "protected")
DEFAULT_DESIGN = "3-30"


@dataclass(frozen=True)
class Design:
    """A class of road with its design speed (道路構造令).

    standard, exception   steepest gradients in %, as a rule and where the ground leaves no other way
    """

    key: str
    label: str
    kmh: float
    standard: float
    exception: float
    source: str


@dataclass(frozen=True)
class RoadDesigns:
    """The parsed resources/new_roads.toml; costs are keyed by OBSTACLES."""

    designs: tuple[Design, ...]
    costs: Mapping[str, Figure]
    corridor: Figure

    def get(self, key: str) -> Design:
        """A design by its key. Raises BadInput for an unknown one."""
        for design in self.designs:
            if design.key == key:
                return design
        raise BadInput(
            f"「{key}」という道路の規格はありません。",
            "新しい道の規格の表の名前と一致しませんでした。",
            f"使えるのは {'、'.join(design.key for design in self.designs)} です。",
        )


@dataclass(frozen=True)
class NewRoadRule:
    """What a new road is held to: a design, and which of its two gradients."""

    design: Design
    is_exception: bool = False

    @property
    def percent(self) -> float:
        """The steepest gradient in %."""
        return self.design.exception if self.is_exception else self.design.standard

    @property
    def words(self) -> str:
        """The limit with its article."""
        column = "やむを得ない場合の値" if self.is_exception else "標準の値"
        return f"{self.design.label}、縦断勾配{self.percent:g}%以下（{self.design.source}の{column}）"


def road_designs(data: Mapping[str, Any]) -> RoadDesigns:
    """The designs in a parsed resources/new_roads.toml. Raises BadInput naming the entry that is wrong."""
    try:
        designs = tuple(
            Design(
                _text(entry, "key"),
                _text(entry, "label"),
                _number(entry, "kmh"),
                _number(entry, "standard"),
                _number(entry, "exception"),
                _text(entry, "source"),
            )
            for entry in data["design"]
        )
        costs = {key: _figure(data["cost"][key]) for key in OBSTACLES}
        corridor = _figure(data["corridor"])
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong(str(error)) from None
    if any(figure.value < 1 for figure in costs.values()):
        raise _wrong("cost")
    return RoadDesigns(designs, costs, corridor)


def _figure(entry: Mapping[str, Any]) -> Figure:
    if not isinstance(entry["assumed"], bool):
        raise ValueError("assumed")
    return Figure(_text(entry, "label"), _number(entry, "value"), _text(entry, "source"), entry["assumed"])


def _number(entry: Mapping[str, Any], key: str) -> float:
    number = entry[key]
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < float("inf"):
        raise ValueError(key)
    return float(number)


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(key)
    return value


def _wrong(path: str) -> BadInput:
    return BadInput(
        "新しい道の設定を読めませんでした。",
        f"「{path}」がないか、正しい値ではありません。",
        "正の数と、その根拠（source）を書いてください。",
    )
