"""表示セット: named looks of the whole map, kept with the plan as one structured fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.layer_edits import restyle
from chiiki_gis.core.style import Style, style_from_json, style_to_json

KEY = "display_sets"
"""The fact's key. It is none of FACT_KEYS: neither the dialog nor the command line speaks of it."""


@dataclass(frozen=True)
class DisplaySet:
    """Which layers are shown, and how each of them looks."""

    name: str
    styles: Mapping[LayerId, Style]


def display_sets(facts: Mapping[str, FactValue]) -> tuple[DisplaySet, ...]:
    """The sets of a document, in the order they were made."""
    stored = cast("list[dict[str, Any]]", facts.get(KEY, []))
    return tuple(
        DisplaySet(
            item["name"], {LayerId(key): style_from_json(value) for key, value in item["styles"].items()}
        )
        for item in stored
    )


def set_named(facts: Mapping[str, FactValue], name: str) -> DisplaySet | None:
    """The set of that name."""
    return next((found for found in display_sets(facts) if found.name == name), None)


def styles_of(found: DisplaySet, layers: Sequence[Layer]) -> dict[LayerId, Style]:
    """The style of every layer under a set. Layers that came after the set was made are hidden."""
    return {x.id: found.styles.get(x.id, replace(x.style, visible=False)) for x in layers}


def is_shown(found: DisplaySet, layers: Sequence[Layer]) -> bool:
    """Whether the layers look as the set says."""
    styles = styles_of(found, layers)
    return all(layer.style == styles[layer.id] for layer in layers)


def apply_set(found: DisplaySet, layers: Sequence[Layer]) -> Change:
    """Show the map as the set says."""
    return restyle(styles_of(found, layers), layers, f"表示セット「{found.name}」を適用")


def keep_set(facts: Mapping[str, FactValue], name: str, layers: Sequence[Layer]) -> Change:
    """Keep the present look under a name; a set of that name is replaced in its place."""
    made = DisplaySet(name, {layer.id: layer.style for layer in layers})
    before = display_sets(facts)
    if any(found.name == name for found in before):
        return _put(f"表示セット「{name}」を置き換え", [made if s.name == name else s for s in before])
    return _put(f"表示セット「{name}」を登録", [*before, made])


def rename_set(facts: Mapping[str, FactValue], name: str, new: str) -> Change:
    """Another name for a set. The new name must be free."""
    before = display_sets(facts)
    if any(found.name == new for found in before):
        raise ValueError("the name is taken")
    renamed = [replace(s, name=new) if s.name == name else s for s in before]
    return _put(f"表示セット「{name}」の名前を「{new}」に変更", renamed)


def drop_set(facts: Mapping[str, FactValue], name: str) -> Change:
    """Forget a set; the map stays as it is."""
    return _put(f"表示セット「{name}」を削除", [s for s in display_sets(facts) if s.name != name])


def _put(note: str, sets: Sequence[DisplaySet]) -> Change:
    plain: list[object] = [
        {"name": s.name, "styles": {str(key): style_to_json(style) for key, style in s.styles.items()}}
        for s in sets
    ]
    return Change(note, facts={KEY: plain or None})
