"""Edits of the layer list: what is shown, how, in which order and under what name, each as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chiiki_gis.core.change import Change
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.style import Style


def show_layers(layers: Sequence[Layer], shown: bool, note: str = "") -> Change:
    """Show or hide some layers; empty where nothing would change."""
    word = "表示" if shown else "隠す"
    changed = [x for x in layers if x.style.visible != shown]
    note = note or (f"「{changed[0].name}」を{word}" if len(changed) == 1 else f"レイヤを{word}")
    return restyle({layer.id: replace(layer.style, visible=shown) for layer in changed}, changed, note)


def show_category(layer: Layer, value: str, shown: bool) -> Change:
    """Show or hide one class of a layer."""
    categories = tuple(
        replace(category, visible=shown) if category.value == value else category
        for category in layer.style.categories
    )
    label = next((c.label for c in categories if c.value == value), value)
    note = f"「{layer.name}」の「{label}」を{'表示' if shown else '隠す'}"
    return restyle({layer.id: replace(layer.style, categories=categories)}, [layer], note)


def set_opacity(layer: Layer, opacity: float) -> Change:
    """Another opacity, 0–1."""
    style = replace(layer.style, opacity=min(max(opacity, 0.0), 1.0))
    return restyle({layer.id: style}, [layer], f"「{layer.name}」の不透明度を {style.opacity:.0%} に変更")


def restyle(styles: Mapping[LayerId, Style], layers: Sequence[Layer], note: str) -> Change:
    """New styles for some layers; layers whose style is that already are left out."""
    changed = (replace(x, style=styles[x.id]) for x in layers if x.id in styles and x.style != styles[x.id])
    return Change(note, put_layers=tuple(changed))


def rename_layer(layer: Layer, name: str) -> Change:
    """Another name; empty for the same one or none."""
    name = name.strip()
    changed = (replace(layer, name=name),) if name and name != layer.name else ()
    return Change(f"「{layer.name}」の名前を「{name}」に変更", put_layers=changed)


def cite_layers(layers: Sequence[Layer], licence: str, edition: str) -> Change:
    """Another 出典 line and edition for some layers; empty where they say so already."""
    cited = (replace(x, source=replace(x.source, licence=licence, edition=edition)) for x in layers)
    changed = tuple(new for new, old in zip(cited, layers, strict=True) if new.source != old.source)
    names = "」「".join(layer.name for layer in layers[:3]) + ("」ほか" if len(layers) > 3 else "」")
    return Change(f"「{names}の出典を変更", put_layers=changed)


def lock_layer(layer: Layer, locked: bool) -> Change:
    """Protect a layer from the mouse, or free it."""
    note = f"「{layer.name}」に鍵をかける" if locked else f"「{layer.name}」の鍵を外す"
    changed = (replace(layer, is_locked=locked),) if layer.is_locked != locked else ()
    return Change(note, put_layers=changed)


def drop_layer(layer: Layer) -> Change:
    """Take a reference layer away."""
    return Change(f"「{layer.name}」を削除", drop_layers=(layer.id,))


def move_layer(layers: Sequence[Layer], layer: Layer, target: Layer, above: bool) -> Change:
    """Put a layer directly above or below another of its group (計画 or 参照); empty where it lies there.

    layers   all, bottom to top. Raises ValueError for a target of the other group.
    """
    if layer.is_plan != target.is_plan:
        raise ValueError("plan layers lie above reference layers")
    before = [x.id for x in layers]
    order = [x for x in before if x != layer.id]
    if layer.id != target.id:
        order.insert(order.index(target.id) + (1 if above else 0), layer.id)
    is_same = layer.id == target.id or order == before
    return Change(f"「{layer.name}」の重ね順を変更", order=None if is_same else tuple(order))
