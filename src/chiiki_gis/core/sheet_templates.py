"""図面のひな形: sheets worth printing again, by name, kept with the plan as the fact `sheet_templates`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.sheet import FIT_SCALE, Orientation, Paper, Sheet, SheetKind

KEY = "sheet_templates"
"""A fact of the program's own: 計画の事実 does not show it, and no export writes it."""

MOST_LOGO_BYTES = 500_000


@dataclass(frozen=True)
class SheetTemplate:
    """A sheet by name."""

    name: str
    sheet: Sheet


def templates_of(facts: Mapping[str, FactValue]) -> tuple[SheetTemplate, ...]:
    """The templates of a plan in the order they were made; one that cannot be read is left out."""
    stored = facts.get(KEY, [])
    items = stored if isinstance(stored, list) else []
    return tuple(found for item in items if (found := _read(item)) is not None)


def keep_template(facts: Mapping[str, FactValue], name: str, sheet: Sheet) -> Change:
    """Keep a sheet under a name; a template of that name is replaced in its place."""
    made, before = SheetTemplate(name, sheet), templates_of(facts)
    if any(known.name == name for known in before):
        kept = [made if known.name == name else known for known in before]
        return _change(f"図面のひな形「{name}」を置き換え", kept)
    return _change(f"図面のひな形「{name}」を登録", [*before, made])


def drop_template(facts: Mapping[str, FactValue], name: str) -> Change:
    """Forget a template."""
    kept = [known for known in templates_of(facts) if known.name != name]
    return _change(f"図面のひな形「{name}」を削除", kept)


def _change(note: str, templates: Sequence[SheetTemplate]) -> Change:
    plain: list[object] = [_plain(template) for template in templates]
    return Change(note, facts={KEY: plain or None})


def _plain(template: SheetTemplate) -> dict[str, object]:
    sheet = template.sheet
    return {
        "name": template.name,
        "kind": sheet.kind,
        "paper": sheet.paper,
        "orientation": sheet.orientation,
        "scale": sheet.scale,
        "title": sheet.title,
        "number": sheet.number,
        "created": sheet.created,
        "center": None if sheet.center is None else list(sheet.center),
        "text": sheet.text,
        "logo": base64.b64encode(sheet.logo).decode("ascii"),
        "mark": sheet.mark,
    }


def _read(item: object) -> SheetTemplate | None:
    """A template of a project file, which anybody may have written."""
    if not isinstance(item, dict):
        return None
    stored = cast("dict[str, Any]", item)
    words = {key: stored.get(key) for key in ("name", "title", "number", "created", "text", "mark", "logo")}
    choices = (
        (stored.get("kind"), get_args(SheetKind)),
        (stored.get("paper"), get_args(Paper)),
        (stored.get("orientation"), get_args(Orientation)),
    )
    scale = stored.get("scale")
    is_sound = (
        all(isinstance(word, str) for word in words.values())
        and all(choice in known for choice, known in choices)
        and isinstance(scale, int)
        and (scale == FIT_SCALE or 100 <= scale <= 1_000_000)
    )
    if not is_sound or not words["name"]:
        return None
    try:
        logo = base64.b64decode(words.pop("logo") or "", validate=True)
        center = None if stored.get("center") is None else tuple(float(x) for x in stored["center"])
    except (binascii.Error, TypeError, ValueError):
        return None
    if len(logo) > MOST_LOGO_BYTES or (center is not None and len(center) != 2):
        return None
    name = str(words.pop("name"))
    (kind, _), (paper, _), (orientation, _) = choices
    texts = cast("dict[str, str]", words)
    return SheetTemplate(
        name,
        Sheet(
            kind=cast("SheetKind", kind),
            paper=cast("Paper", paper),
            orientation=cast("Orientation", orientation),
            scale=cast("int", scale),
            center=center,
            logo=logo,
            **texts,
        ),
    )
